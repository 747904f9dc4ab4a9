;;; Commentary:
;;;
;;; The commands of loops that programs run, (system repl repl).  Those of `strata repl' are in TypeScript
;;; (runtime/repl/commands), and those of programs in (system repl command).
;;;
;;; Code:

(define-module (guile repl-commands)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:use-module (ice-9 session)
  #:use-module (ice-9 documentation)
  #:use-module (system repl common)
  #:use-module (system repl debug)
  #:export (loop-command
            defined-command
            repl-evaluation
            repl-input-check))

;; How a loop has a thunk called that reads, evaluates and prints: a cooperative server has it done by another thread.
(define repl-evaluation
  (make-parameter (lambda (thunk) (thunk))))

;; What a loop calls when input has come and before it reads: a server refuses what is no Scheme.
(define repl-input-check
  (make-parameter (lambda () #t)))

;; Lists (NAMES USAGE DOCUMENTATION PROCEDURE); the procedure takes the `repl' and the data after the name.
(define %commands
  '())

(define-syntax-rule (define-command (name ...) usage documentation procedure)
  (set! %commands (cons (list '(name ...) usage documentation procedure) %commands)))

(define (named name commands)
  (match commands
    (() #f)
    (((names . rest) . others)
     (if (memq name names) rest (named name others)))))

(define (checked name procedure)
  "Return PROCEDURE such that wrong numbers of arguments are told as mistakes in the use of the command NAME."
  (lambda (repl . data)
    (match (procedure-minimum-arity procedure)
      ((required optional rest?)
       (unless (and (>= (1+ (length data)) required)
                    (or rest? (<= (1+ (length data)) (+ required optional))))
         (user-error "Wrong number of arguments to ,~a" name)))
      (_ #t))
    (apply procedure repl data)))

(define (loop-command name)
  "Return the procedure of the command NAME, or #f."
  (match (named name %commands)
    ((_ _ procedure) (checked name procedure))
    (_ #f)))

(define (defined-command name)
  "Return the procedure of the command NAME that a program defined with `define-meta-command', or #f."
  (match (named name (@@ (system repl command) %meta-commands))
    ((_ _ _ procedure)
     (lambda (repl . data) (procedure repl data)))
    (_ #f)))

(define (show-values repl form)
  (call-with-values (repl-prepare-eval-thunk repl form)
    (lambda results
      (for-each (lambda (value) (repl-print repl value)) results))))

(define (debug-of repl)
  (or (repl-debug repl)
      (user-error "Nothing to debug.")))

(define (show-frame repl)
  (let* ((debug (debug-of repl))
         (index (debug-index debug))
         (frames (debug-frames debug)))
    (if (< index (vector-length frames))
        (print-frame (vector-ref frames index) #:index index)
        (puts "No frames."))))

(define (select-frame! repl index)
  (let ((debug (debug-of repl)))
    (cond ((not (exact-integer? index)) (user-error "not a number: ~s" index))
          ((negative? index) (user-error "Already at innermost frame."))
          ((>= index (vector-length (debug-frames debug))) (user-error "Already at outermost frame."))
          (else
           ((@@ (system repl debug) set-debug-index!) debug index)
           (show-frame repl)))))

(define-command (help h) "[COMMAND]" "Show the commands, or tell about one."
  (lambda* (repl #:optional name)
    (define (show entry)
      (match entry
        ((names usage documentation _)
         (format #t " ~30a ~a~%"
                 (string-append (string-join (map (lambda (name) (format #f ",~a" name)) names) " ")
                                " " usage)
                 documentation))))
    (let ((all (append (reverse %commands)
                       (map (match-lambda
                              ((names _ usage documentation procedure)
                               (list names usage documentation procedure)))
                            (@@ (system repl command) %meta-commands)))))
      (match (and name (named name all))
        (#f
         (when (and name (not (eq? name 'all)))
           (user-error "Unknown meta command: ~A" name))
         (for-each show all))
        (rest (show (cons (list name) rest)))))))

(define-command (quit q continue cont) "" "Leave this prompt; the innermost one of several."
  (lambda (repl) (throw 'quit)))

(define-command (module m) "[MODULE]" "Show the current module, or make another the current one."
  (lambda* (repl #:optional name)
    (if name
        (set-current-module (resolve-module (if (list? name) name (list name))))
        (puts (->string (module-name (current-module)))))))

(define-command (import use) "[MODULE ...]" "Show the modules that the current one uses, or use more."
  (lambda (repl . names)
    (if (null? names)
        (for-each (lambda (module) (puts (->string (module-name module))))
                  (module-uses (current-module)))
        (for-each (lambda (name)
                    (module-use! (current-module)
                                 (resolve-interface (if (list? name) name (list name)))))
                  names))))

(define-command (load l) "FILE" "Load a file in the current module."
  (lambda (repl file) (load (->string file))))

(define-command (reload re) "[MODULE]" "Load a module's file again: the current module's, if none is named."
  (lambda* (repl #:optional name)
    (reload-module (if name
                       (resolve-module (if (list? name) name (list name)))
                       (current-module)))))

(define-command (binding b) "" "Show the variables of the current module."
  (lambda (repl)
    (module-for-each (lambda (name variable)
                       (format #t "~30a ~a~%" name
                               (if (variable-bound? variable)
                                   (object->string (variable-ref variable))
                                   "(unbound)")))
                     (current-module))))

(define-command (apropos a) "REGEXP" "Show the variables whose names match."
  (lambda (repl pattern) (apropos (->string pattern))))

(define-command (describe d) "OBJECT" "Show the documentation of an expression's value."
  (lambda (repl form)
    (let ((object (repl-eval repl form)))
      (puts (or (object-documentation object)
                (format #f "~s is not documented." object))))))

(define-command (pretty-print pp) "FORM" "Pretty-print the value of an expression."
  (lambda (repl form)
    (let ((value (repl-eval repl form)))
      (format #t "~a = " ((@@ (system repl common) keep-value) value))
      (pretty-print value))))

(define-command (time t) "FORM" "Show an expression's values and the time that it takes."
  (lambda (repl form)
    (let* ((start (get-internal-real-time))
           (run-start (get-internal-run-time)))
      (show-values repl form)
      (format #t ";; ~6fs real time, ~6fs run time.~%"
              (exact->inexact (/ (- (get-internal-real-time) start) internal-time-units-per-second))
              (exact->inexact (/ (- (get-internal-run-time) run-start) internal-time-units-per-second))))))

(define-command (option o) "[NAME] [VALUE]" "Show the options of the loop, or one of them, or set it."
  (lambda* (repl #:optional name #:rest values)
    (cond ((pair? values) (repl-option-set! repl name (car values)))
          (name (puts (->string (repl-option-ref repl name))))
          (else
           (for-each (match-lambda
                       ((name . value) (format #t "~20a ~s~%" name value)))
                     (repl-options repl))))))

(define-command (backtrace bt) "[COUNT]" "Show the calls that were pending when the error came."
  (lambda* (repl #:optional count)
    (print-frames (debug-frames (debug-of repl)) #:count count)))

(define-command (frame fr) "[INDEX]" "Show the selected frame, or select one."
  (lambda* (repl #:optional index)
    (if index
        (select-frame! repl index)
        (show-frame repl))))

(define (with-selected-frame repl show)
  (let ((debug (debug-of repl)))
    (if (zero? (vector-length (debug-frames debug)))
        (puts "No frames.")
        (catch 'misc-error
          (lambda () (show (vector-ref (debug-frames debug) (debug-index debug))))
          (lambda (key procedure message arguments . rest)
            (user-error "~?." message arguments))))))

(define-command (locals) "" "Show the variables of the selected frame."
  (lambda (repl) (with-selected-frame repl print-locals)))

(define-command (registers regs) "" "Show the registers of the selected frame."
  (lambda (repl) (with-selected-frame repl print-registers)))

(define-command (up) "[COUNT]" "Select the frame of the caller, or of one further out."
  (lambda* (repl #:optional (count 1))
    (select-frame! repl (+ (debug-index (debug-of repl)) count))))

(define-command (down) "[COUNT]" "Select the frame of what was called, or of one further in."
  (lambda* (repl #:optional (count 1))
    (select-frame! repl (- (debug-index (debug-of repl)) count))))

(define-command (error-message error) "" "Show the message of the error that opened this prompt."
  (lambda (repl) (display (debug-error-message (debug-of repl)))))
