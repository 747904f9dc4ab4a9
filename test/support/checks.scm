;;; Commentary:
;;;
;;; Checks for test programs that run under strata and Guile alike: each prints a line, "ok" or "not ok", with its name.
;;;
;;; Code:

(define-module (checks)
  #:use-module (ice-9 match)
  #:export (check check-that check-raises text-of write-text))

(define-syntax-rule (check name expected exp)
  "Check, under NAME, that EXP evaluates to EXPECTED."
  (report name expected (attempt (lambda () exp))))

(define-syntax-rule (check-that name exp)
  "Check, under NAME, that EXP is true."
  (report name #t (->bool (attempt (lambda () exp)))))

(define-syntax-rule (check-raises name pred exp)
  "Check, under NAME, that EXP raises an exception that satisfies PRED."
  (report name #t
          (with-exception-handler
              (lambda (c) (->bool (pred c)))
            (lambda () exp 'nothing-raised)
            #:unwind? #t)))

(define (attempt thunk)
  ;; The value of THUNK, or its exception in a list: one failing check does not keep the others from running.
  (with-exception-handler
      (lambda (c)
        (list 'raised
              (call-with-output-string
                (lambda (port)
                  (print-exception port #f (exception-kind c) (exception-args c))))))
    thunk
    #:unwind? #t))

(define (report name expected actual)
  (if (equal? expected actual)
      (format #t "ok ~a~%" name)
      (format #t "not ok ~a: expected ~s, got ~s~%" name expected actual)))

(define (text-of file)
  "Return the text of FILE."
  (call-with-input-file file
    (@ (ice-9 textual-ports) get-string-all)))

(define* (write-text file text #:optional (mode #o644))
  "Let FILE contain TEXT, with permissions MODE."
  (call-with-output-file file
    (lambda (port) (display text port)))
  (chmod file mode))
