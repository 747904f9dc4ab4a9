;;; Commentary:
;;;
;;; What belongs to X, the system of windows: the programs that index fonts, as they were compiled.
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
