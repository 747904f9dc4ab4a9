;;; Commentary:
;;;
;;; R5RS with files and loading.
;;;
;;; Code:

(define-module (ice-9 r5rs)
  #:use-module (ice-9 safe-r5rs)
  #:re-export (interaction-environment
               call-with-input-file call-with-output-file with-input-from-file with-output-to-file
               open-input-file open-output-file close-input-port close-output-port load)
  #:export (scheme-report-environment))

(define (scheme-report-environment version)
  "Return the environment of R5RS, for VERSION 5."
  (if (eqv? version 5)
      (resolve-interface '(ice-9 r5rs))
      (scm-error 'misc-error "scheme-report-environment" "~A is not a valid version" (list version) #f)))
