;;; Commentary:
;;;
;;; Commands of the read-eval-print loop that are written in Scheme.  Those that come with strata are in TypeScript
;;; (runtime/repl/commands); the loop finds the ones defined here by itself.  Interface: (system repl command) of
;;; Guile 3.0.
;;;
;;; Code:

(define-module (system repl command)
  #:use-module (system repl common)
  #:export (define-meta-command
            meta-command))

;; A list of (NAMES GROUP USAGE DOCUMENTATION PROCEDURE), which the loop reads; PROCEDURE takes the `repl' object and
;; the list of the data that follow the command's name.
(define %meta-commands
  '())

(define (add-meta-command! name group usage documentation procedure)
  "Define the command NAME, in the place of an earlier one of that name."
  (set! %meta-commands
    (cons (list (list name) group usage documentation procedure)
          (let loop ((commands %meta-commands))
            (cond ((null? commands) '())
                  ((eq? (car (car (car commands))) name) (loop (cdr commands)))
                  (else (cons (car commands) (loop (cdr commands)))))))))

(define (parameters->usage parameters)
  "Return how the help shows PARAMETERS."
  (let loop ((rest parameters) (texts '()))
    (cond ((pair? rest)
           (loop (cdr rest)
                 (cons (string-upcase (object->string (car rest) display)) texts)))
          ((null? rest) (string-join (reverse texts) " "))
          (else (string-join (reverse (cons (string-append "[" (string-upcase (symbol->string rest)) " ...]")
                                            texts))
                             " ")))))

;; (define-meta-command (NAME REPL (EXPRESSION ...) . DATA) DOCUMENTATION BODY ...): the expressions and the data are
;; what the user writes after the command's name; none is evaluated.  NAME may be (NAME GROUP).
(define-syntax define-meta-command
  (syntax-rules ()
    ((_ ((name group) repl (expression ...) . data) documentation body0 body ...)
     (add-meta-command! 'name 'group (parameters->usage '(expression ... . data)) documentation
                        (lambda (repl arguments)
                          (apply (lambda (expression ... . data) body0 body ...)
                                 arguments))))
    ((_ ((name group) repl . data) documentation body0 body ...)
     (define-meta-command ((name group) repl () . data) documentation body0 body ...))
    ((_ (name repl (expression ...) . data) documentation body0 body ...)
     (define-meta-command ((name system) repl (expression ...) . data) documentation body0 body ...))
    ((_ (name repl . data) documentation body0 body ...)
     (define-meta-command ((name system) repl () . data) documentation body0 body ...))))

(define (meta-command repl)
  "Read a command's name and its arguments from the current input port and run the command."
  (let* ((name (read))
         (entry (let loop ((commands %meta-commands))
                  (cond ((null? commands) #f)
                        ((memq name (car (car commands))) (car commands))
                        (else (loop (cdr commands)))))))
    (if entry
        ((list-ref entry 4) repl
                            (let loop ((datum (read)) (data '()))
                              (if (eof-object? datum)
                                  (reverse data)
                                  (loop (read) (cons datum data)))))
        (user-error "Unknown meta command: ~A" name))))
