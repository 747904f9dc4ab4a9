;;; Commentary:
;;;
;;; Waiting for what a program says: clauses are tried on the text that a port has delivered so far, each time a character
;;; is added to it.
;;;
;;; Code:

(define-module (ice-9 expect)
  #:use-module (ice-9 regex)
  #:export (expect expect-strings
            expect-port expect-timeout expect-timeout-proc expect-eof-proc expect-char-proc
            expect-strings-compile-flags expect-strings-exec-flags expect-select expect-regexec))

;; Set by programs, or bound around the forms.
(define expect-port #f)
(define expect-timeout #f)
(define expect-timeout-proc #f)
(define expect-eof-proc #f)
(define expect-char-proc #f)
(define expect-strings-compile-flags regexp/newline)
(define expect-strings-exec-flags regexp/noteol)

(define (expect-select port timeout)
  "Wait until PORT has input; return #f when there was none at the time TIMEOUT, as get-internal-real-time tells it."
  (or (not timeout)
      (char-ready? port)
      (let ((left (- timeout (get-internal-real-time))))
        (and (positive? left)
             (let* ((second internal-time-units-per-second)
                    (ready (select (list port) '() '()
                                   (quotient left second)
                                   (quotient (* 1000000 (remainder left second)) second))))
               (pair? (car ready)))))))

(define (expect-regexec regexp string eof? exec-flags)
  "Match STRING, all that was read, with REGEXP: its end counts as the end of a line only if EOF?.  Return the texts of the
match, or #f."
  (let ((match (regexp-exec regexp string 0 (if eof? 0 exec-flags))))
    (and match
         (map (lambda (k) (match:substring match k))
              (iota (match:count match))))))

(define (run port timeout on-timeout on-eof on-char attempt)
  "Call ATTEMPT on the text read from PORT and whether it has ended, until it returns a thunk; call that."
  (let* ((port (or port (current-input-port)))
         (limit (and timeout (+ (get-internal-real-time) (* timeout internal-time-units-per-second)))))
    (let loop ((text ""))
      (if (not (expect-select port limit))
          (and on-timeout (on-timeout text))
          (let* ((char (read-char port))
                 (eof? (eof-object? char))
                 (text (if eof? text (string-append text (string char)))))
            (if (and on-char (not eof?)) (on-char char))
            (let ((found (attempt text eof?)))
              (cond (found (found))
                    (eof? (and on-eof (on-eof text)))
                    (else (loop text)))))))))

(eval-when (expand load eval)
  (define (settings form)
    ;; The variables, as they are bound where FORM stands.
    (map (lambda (name) (datum->syntax form name))
         '(expect-port expect-timeout expect-timeout-proc expect-eof-proc expect-char-proc))))

(define-syntax expect
  (lambda (form)
    (syntax-case form ()
      ((keyword (test body ...) ...)
       (with-syntax (((port timeout on-timeout on-eof on-char) (settings #'keyword)))
         #'(run port timeout on-timeout on-eof on-char
             (lambda (s eof?)
               (or (expect-clause (test s eof?) body ...) ...))))))))

(define-syntax expect-clause
  (syntax-rules (=>)
    ((_ test => proc)
     (let ((value test))
       (and value (lambda () (apply proc value)))))
    ((_ test)
     (let ((value test))
       (and value (lambda () value))))
    ((_ test body ...)
     (and test (lambda () body ...)))))

(define-syntax expect-strings
  (lambda (form)
    (syntax-case form ()
      ((keyword (pattern body ...) ...)
       (with-syntax (((port timeout on-timeout on-eof on-char) (settings #'keyword))
                     (compile-flags (datum->syntax #'keyword 'expect-strings-compile-flags))
                     (exec-flags (datum->syntax #'keyword 'expect-strings-exec-flags))
                     ((regexp ...) (generate-temporaries #'(pattern ...))))
         #'(let ((regexp (make-regexp pattern compile-flags)) ...)
             (run port timeout on-timeout on-eof on-char
               (lambda (s eof?)
                 (or (expect-clause (expect-regexec regexp s eof? exec-flags) body ...) ...)))))))))
