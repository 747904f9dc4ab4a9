;;; Commentary:
;;;
;;; What belongs to X, the system of windows, as it was compiled: its library, and the programs that index fonts.
;;;
;;; Code:

(define-module (gnu packages xorg)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public mkfontscale
  (package
    (inherit
     (relocated-package
      "mkfontscale" "1.2.2"
      '(libbrotli1 libbz2-1.0 libfontenc1 libfreetype6 libpng16-16 xfonts-utils zlib1g)
      #:finish
      #~(lambda* (#:key outputs #:allow-other-keys)
          (substitute* (search-input-file outputs "bin/mkfontdir")
            (("mkfontscale -") (string-append (search-input-file outputs "bin/mkfontscale") " -"))))
      #:synopsis "Indexes of fonts in a directory"
      #:description "Mkfontscale writes the indexes of scalable fonts, and mkfontdir those of all fonts, in a directory."
      #:home-page "https://www.x.org"
      #:license license:x11))
    ;; Whoever has no fonts need not wait for it.
    (properties '((for-builders? . #f)))))

(define-public mkfontdir mkfontscale)

(define-public libx11
  (relocated-package
   "libx11" "1.8.4"
   '(libbsd0 libmd0 libpthread-stubs0-dev libx11-6 libx11-data libx11-dev libxau-dev libxau6 libxcb1 libxcb1-dev
     libxdmcp-dev libxdmcp6 x11proto-dev xtrans-dev)
   #:synopsis "Library of X"
   #:description "This library speaks the protocol of X, the system of windows, for programs in C."
   #:home-page "https://www.x.org/wiki/"
   #:license license:x11))
