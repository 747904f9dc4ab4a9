;;; Commentary:
;;;
;;; What programs use of the read-eval-print loop: its options, which a file of definitions may set, and the `repl'
;;; object that commands get.  The loop itself is strata's own (runtime/repl).  Interface: (system repl common) of
;;; Guile 3.0.
;;;
;;; Code:

(define-module (system repl common)
  #:use-module (srfi srfi-9)
  #:export (<repl>
            make-repl
            repl-language
            repl-options
            repl-debug
            repl-welcome
            repl-prepare-eval-thunk
            repl-default-option-set!
            repl-default-prompt-set!
            repl-option-ref
            repl-option-set!
            repl-prompt
            repl-read
            repl-eval
            repl-parse
            repl-print
            repl-expand
            puts
            ->string
            user-error
            *version*))

(define *version*
  "strata: Scheme as in Guile 3.0")

;; An association list of names and values; the loop reads it.
(define %default-options
  '())

(define (repl-default-option-set! key value)
  "Make VALUE the value of the option KEY in the loops to come."
  (set! %default-options (assq-set! %default-options key value)))

(define (repl-default-prompt-set! prompt)
  "Make PROMPT, a string or a procedure that returns one, the prompt of the loops to come."
  (repl-default-option-set! 'prompt prompt))

(define-record-type <repl>
  (%make-repl language options debug)
  repl?
  (language repl-language)
  (debug repl-debug)                    ;a <debug> at the prompt of an error | #f
  (options repl-options set-repl-options!))

(define* (make-repl language #:optional debug)
  "Return the object that stands for a loop in LANGUAGE, a symbol; DEBUG is what is known of the error that
it was started for."
  (%make-repl language (copy-tree %default-options) debug))

(define (repl-option-ref repl key)
  "Return the value of the option KEY of REPL, or #f."
  (assq-ref (repl-options repl) key))

(define (repl-option-set! repl key value)
  "Set the option KEY of REPL to VALUE."
  (set-repl-options! repl (assq-set! (repl-options repl) key value)))

(define (repl-prompt repl)
  "Return the text of the prompt of REPL."
  (let ((prompt (repl-option-ref repl 'prompt)))
    (cond ((string? prompt) prompt)
          ((procedure? prompt) (prompt repl))
          (else (format #f "~A@~A~A> " (repl-language repl)
                        (module-name (current-module))
                        (let ((level (repl-option-ref repl 'level)))
                          (if (and level (positive? level))
                              (format #f " [~a]" level)
                              "")))))))

(define (repl-welcome repl)
  "Print what a person is told who comes to REPL."
  (format #t "~a~%~%Enter `,help' for help.~%" *version*))

(define (repl-prepare-eval-thunk repl form)
  "Return a thunk that evaluates FORM in the module that is current when it is called."
  (lambda () (repl-eval repl form)))

;; The values printed get names, which all loops of the process share as Guile's do.
(define %next-value 1)

(define (keep-value value)
  "Give VALUE the next name in (value-history) and return that name."
  (let* ((history (resolve-module '(value-history)))
         (name (string->symbol (format #f "$~a" %next-value))))
    (set! %next-value (1+ %next-value))
    (if (module-local-variable history name)
        (keep-value value)
        (begin
          (module-define! history name value)
          (module-export! history (list name))
          (module-use! (current-module) (module-public-interface history))
          name))))

(define* (repl-read repl #:optional (port (current-input-port)))
  "Read a datum from PORT."
  (read port))

(define (repl-parse repl form)
  "Return FORM as the compiler of REPL takes it."
  form)

(define (repl-expand repl form)
  "Return FORM with its macros expanded."
  form)

(define (repl-eval repl form)
  "Evaluate FORM in the current module."
  (primitive-eval form))

(define (repl-print repl value)
  "Print VALUE as the loop prints values, unless it is unspecified."
  (unless (unspecified? value)
    (if (equal? (assq 'value-history (repl-options repl)) '(value-history . #f))
        (write value)
        (format #t "~a = ~s" (keep-value value) value))
    (newline)))

(define (puts string)
  "Display STRING and a line break."
  (display string)
  (newline))

(define (->string object)
  "Return OBJECT as `display' shows it."
  (object->string object display))

(define (user-error message . arguments)
  "Raise an error for a mistake in the use of a command: MESSAGE is a format string for ARGUMENTS."
  (scm-error 'user-error #f message arguments #f))
