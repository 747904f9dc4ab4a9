;;; Commentary:
;;;
;;; Fetching a revision of a Bazaar branch, inside of a build.  Interface: (guix build bzr) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build bzr)
  #:use-module (guix build utils)
  #:export (bzr-fetch))

(define* (bzr-fetch url revision directory #:key (bzr-command "brz"))
  "Fetch REVISION of the branch at URL into DIRECTORY; raise an error when that fails."
  ;; There is no home directory for a log.
  (setenv "BZR_LOG" "/dev/null")
  ;; The hash of what is fetched is known: no certificate is needed.
  (invoke bzr-command "-Ossl.cert_reqs=none"
          "checkout" "--lightweight" "-r" revision url directory)
  (delete-file-recursively (string-append directory "/.bzr")))
