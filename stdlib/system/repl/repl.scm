;;; Commentary:
;;;
;;; A read-eval-print loop on the current ports, for programs that give one to a socket or start one of their own; each
;;; error opens a nested loop.  The loop of `strata repl' is another (runtime/repl): it has an editor, and commands for
;;; authors of packages.  Interface: (system repl repl) of Guile 3.0.
;;;
;;; Code:

(define-module (system repl repl)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (system repl command)
  #:use-module (system repl common)
  #:use-module (system repl debug)
  #:use-module (guile repl-commands)
  #:export (start-repl
            run-repl))

(define* (start-repl #:optional (language 'scheme) #:key debug)
  "Run a loop on the current ports: at level 0 after a welcome, or for the error that DEBUG tells of."
  (let ((repl (make-repl language debug)))
    (unless debug
      (repl-welcome repl))
    (run-repl repl)))

(define (run-repl repl)
  "Read expressions and commands from the current input port, and print values on the current output port, until the end
of the input or `(quit)'.  Return what `quit' was called with."
  (let loop ()
    (match (catch 'quit
             (lambda () (step repl))
             (lambda (key . arguments)
               (cons 'done arguments)))
      ('next (loop))
      (('failed error-message frames)
       (let ((nested (make-repl (repl-language repl) (make-debug frames 0 error-message))))
         (repl-option-set! nested 'level (1+ (or (repl-option-ref repl 'level) 0)))
         (format #t "~%Entering a new prompt.  Type `,bt' for a backtrace or `,q' to continue.~%")
         (run-repl nested))
       (loop))
      (('done . values) (apply (@ (guile) values) values)))))

(define (step repl)
  "Do what is asked for next at REPL.  Return `next', (done VALUE ...) or (failed MESSAGE FRAMES)."
  (skip-blanks)
  (unless (waiting-input?)
    (display (repl-prompt repl))
    (force-output))
  (match (let ((char (next-character)))
           ((repl-input-check))
           char)
    ((? eof-object?) '(done))
    (#\,
     (read-char)
     (match (guarded read-command)
       (('command name . data)
        (evaluated (lambda ()
                     (run-command repl name data)
                     'next)))
       (other other)))
    (_
     (match (guarded (lambda () (list (repl-read repl))))
       (((? eof-object?)) 'next)
       ((form)
        (evaluated (lambda ()
                     (call-with-values (repl-prepare-eval-thunk repl (repl-parse repl form))
                       (lambda results
                         (for-each (lambda (value) (repl-print repl value)) results)))
                     'next)))
       (other other)))))

(define (waiting-input?)
  (false-if-exception (char-ready?)))

(define (skip-blanks)
  "Pass the blanks that have come already."
  (when (waiting-input?)
    (let ((char (peek-char)))
      (when (and (char? char) (char-whitespace? char))
        (read-char)
        (skip-blanks)))))

(define (next-character)
  "Wait for what is no blank and return it, unread; or the object for the end of the input."
  (match (peek-char)
    ((? eof-object? end) end)
    ((? char-whitespace?)
     (read-char)
     (next-character))
    (#\;
     (read-line)
     (next-character))
    (char char)))

(define (guarded thunk)
  "Call THUNK.  Return its value; or tell its error and return (failed MESSAGE FRAMES), or `next' when no program has
failed."
  (let ((frames #()))
    (catch #t
      (lambda ()
        (let ((value (thunk)))
          (force-output)
          value))
      (lambda (key . arguments)
        (case key
          ((quit) (apply throw key arguments))
          ((user-error)
           (match arguments
             ((_ message (values ...) . _) (format #t "~?~%" message values))
             (_ (format #t "~s~%" arguments)))
           'next)
          (else
           (let ((message (call-with-output-string
                            (lambda (port)
                              (print-exception port
                                               (and (positive? (vector-length frames)) (vector-ref frames 0))
                                               key arguments)))))
             (display message (current-error-port))
             (force-output (current-error-port))
             (if (memq key '(read-error syntax-error)) ;nothing was run
                 'next
                 (list 'failed message frames))))))
      (lambda (key . arguments)
        (set! frames (program-frames (make-stack #t 2)))))))

(define (program-frames stack)
  "Return the vector of the frames of STACK that are of the program, not of the loop that evaluates it."
  (list->vector
   (let loop ((frames (if stack (vector->list (stack->vector stack)) '())))
     (match frames
       (() '())
       ((frame . outer)
        (if (eq? (frame-procedure-name frame) 'repl-eval)
            '()
            (cons frame (loop outer))))))))

(define (evaluated thunk)
  "Do as `guarded' does, where evaluation takes place."
  ((repl-evaluation) (lambda () (guarded thunk))))

(define (run-command repl name data)
  "Run the command NAME with DATA."
  (let ((procedure (and (symbol? name)
                        (or (defined-command name) (loop-command name)))))
    (if procedure
        (apply procedure repl data)
        (user-error "Unknown meta command: ~A" name))))

(define (read-command)
  "Read the name of a command and what stands on its line; more lines are read as long as an expression is not complete."
  (let ((name (read)))
    (cons* 'command name
           (read-arguments (match (read-line)
                             ((? eof-object?) "")
                             (line line))))))

(define (read-arguments text)
  "Return the data in TEXT, and in the lines after it that complete them."
  (match (catch 'read-error
           (lambda ()
             (call-with-input-string text
               (lambda (port)
                 (let loop ((data '()))
                   (match (read port)
                     ((? eof-object?) (reverse data))
                     (datum (loop (cons datum data))))))))
           (lambda (key . arguments)
             (match (read-line)
               ((? eof-object?) (apply throw key arguments))
               (line (string-append text "\n" line)))))
    ((? string? longer) (read-arguments longer))
    (data data)))
