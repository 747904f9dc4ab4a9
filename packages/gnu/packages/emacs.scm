;;; Commentary:
;;;
;;; Emacs.  Its Lisp is compiled by itself, which takes long: it is had as it was compiled.
;;;
;;; Code:

(define-module (gnu packages emacs)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public emacs-minimal
  (relocated-package
   "emacs-minimal" "28.2"
   '(emacs-bin-common emacs-common emacs-el emacs-nox libacl1 libasound2 libbz2-1.0 libcap2 libdbus-1-3 libffi8
     libgccjit0 libgcrypt20 libgmp10 libgnutls30 libgpg-error0 libgpm2 libhogweed6 libicu72 libidn2-0 libisl23 libjansson4
     liblcms2-2 liblz4-1 liblzma5 libmd0 libmpc3 libmpfr6 libnettle8 libp11-kit0 libpcre2-8-0 libselinux1 libsystemd0
     libtasn1-6 libtinfo6 libunistring2 libxml2 libzstd1 zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       ;; The places of its own Lisp and data are those of its own build: it is told where they are.
       ;; (It looks for what it compiled beside the sources, and warns without them.)
       (let* ((out (assoc-ref outputs "out"))
              (share (string-append out "/share/emacs/28.2"))
              (libexec (string-append out "/libexec/emacs/28.2/x86_64-linux-gnu"))
              (lisp (find-files (string-append share "/lisp") #:directories? #t)))
         (call-with-output-file (string-append out "/bin/emacs")
           (lambda (port)
             (format port "#!~a
export EMACSLOADPATH=\"${EMACSLOADPATH:+${EMACSLOADPATH%:}:}~a\"
export EMACSDATA='~a/etc' EMACSDOC='~a/etc' EMACSPATH='~a'
exec -a emacs '~a' --dump-file='~a' \"$@\"~%"
                     (which "bash")
                     (string-join (filter directory-exists? lisp) ":")
                     share share libexec
                     (search-input-file outputs "bin/emacs-nox")
                     (car (find-files out "\\.pdmp$")))))
         (chmod (string-append out "/bin/emacs") #o755)
         (copy-file #$(local-file (search-auxiliary-file "emacs/site-start.el"))
                    (string-append out "/share/emacs/site-lisp/site-start.el"))))
   #:native-search-paths
   (list (search-path-specification
          (variable "EMACSLOADPATH")
          (files '("share/emacs/site-lisp")))
         (search-path-specification
          (variable "INFOPATH")
          (files '("share/info"))))
   #:synopsis "Extensible text editor, without windows"
   #:description "Emacs is a text editor that is written and extended in Lisp.  This one runs on terminals and in builds."
   #:home-page "https://www.gnu.org/software/emacs/"
   #:license license:gpl3+))
