;;; Commentary:
;;;
;;; Options of GNU tar that make the same archive of the same files.
;;; Interface: (guix build pack) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build pack)
  #:use-module (guix build utils)
  #:export (tar-base-options))

(define (sorts-names? tar)
  "Return whether TAR, a file, knows the option to sort names."
  (with-error-to-port (%make-void-port "w")
    (lambda ()
      (zero? (system* tar "cf" "/dev/null" "--files-from=/dev/null" "--sort=name")))))

(define* (tar-base-options #:key tar compressor)
  "Return the options with which GNU tar makes an archive that depends on files alone: names are sorted when TAR, a file, is
given and can do it; COMPRESSOR, a command and its arguments, compresses the archive when it is given."
  (append (if compressor
              (list "-I" (string-join compressor))
              '())
          (if (and tar (sorts-names? tar))
              '("--sort=name")
              '())
          '("--format=gnu" "--mtime=@1" "--owner=root:0" "--group=root:0"
            "--hard-dereference" "--check-links")))
