;;; Commentary:
;;;
;;; Writing the files that tell Meson about machines.  Values are not escaped: those of builds need not be.
;;; Interface: (guix build meson-configuration) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build meson-configuration)
  #:use-module (ice-9 match)
  #:export (write-section-header write-assignment write-assignments))

(define (write-section-header port section-name)
  "Write to PORT the line that starts the section SECTION-NAME."
  (format port "[~a]~%" section-name))

(define (write-assignment port key value)
  "Write to PORT the line that sets KEY to VALUE, a string without quotes, a boolean or an integer."
  (format port "~a = ~a~%" key
          (match value
            ((? string?) (string-append "'" value "'"))
            ((? integer?) (number->string value))
            (#t "true")
            (#f "false"))))

(define (write-assignments port alist)
  "Write to PORT the lines that set each key of ALIST to its value."
  (for-each (match-lambda
              ((key . value) (write-assignment port key value)))
            alist))
