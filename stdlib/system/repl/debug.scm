;;; Commentary:
;;;
;;; What a prompt knows of an error, and the printing of frames.  What strata's frames do not hold, variables and
;;; registers, is refused.  Interface: (system repl debug) of Guile 3.0.
;;;
;;; Code:

(define-module (system repl debug)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:use-module (system vm frame)
  #:export (<debug>
            make-debug
            debug?
            debug-frames
            debug-index
            debug-error-message
            terminal-width
            print-registers print-locals print-frame print-frames
            frame->stack-vector stack->vector narrow-stack->vector))

(define-record-type <debug>
  (make-debug frames index error-message)
  debug?
  (frames debug-frames)                 ;vector of frames, the innermost first
  (index debug-index set-debug-index!)
  (error-message debug-error-message))  ;string

(define terminal-width
  (let ((chosen (make-parameter #f)))
    (case-lambda
      "Return the width of what is printed for people, in columns; or make WIDTH, #f for the terminal's own, that width."
      (() (or (chosen)
              (match (and=> (getenv "COLUMNS") string->number)
                ((? exact-integer? columns) (max 20 columns))
                (_ 72))))
      ((width)
       (if (and width (not (and (exact-integer? width) (positive? width))))
           (scm-error 'misc-error 'terminal-width "expected a positive number of columns or #f, got ~S" (list width)
                      #f)
           (chosen width))))))

(define (not-in-frames procedure what frame)
  (scm-error 'misc-error procedure "~A of ~S are not known: strata's frames hold the procedure's name and the place only"
             (list what frame) #f))

(define* (print-registers frame #:optional (port (current-output-port)) #:key (per-line-prefix "  "))
  "Raise an error: there is no virtual machine, and FRAME has no registers."
  (not-in-frames "print-registers" "registers" frame))

(define* (print-locals frame #:optional (port (current-output-port))
                       #:key (width (terminal-width)) (per-line-prefix "  "))
  "Raise an error: the variables of FRAME are not known."
  (not-in-frames "print-locals" "local variables" frame))

(define (frame-file frame)
  (match (frame-source frame)
    ((_ (? string? file) _ . _) file)
    (_ #f)))

(define (file-header file)
  (if file
      (format #f "In ~a:~%" file)
      "In unknown file:\n"))

(define* (print-frame frame #:optional (port (current-output-port))
                      #:key index (width (terminal-width)) (full? #f) (last-source #f) next-source?)
  "Print FRAME on PORT in a line of at most WIDTH columns, below a line with its file unless LAST-SOURCE, the source of
the frame printed before, is of the same file.  INDEX is its number, if it is to be shown; FULL? is for variables, which
are not known."
  (let* ((file (frame-file frame))
         (last-file (match last-source ((_ file _ . _) file) (_ last-source)))
         (place (match (frame-source frame)
                  ((_ _ line . column) (format #f "~5@a:~a" (1+ line) column))
                  (_ "")))
         (head (format #f "~10a ~3@a " place (or index "")))
         (call (object->string (frame-call-representation frame) display))
         (room (max 8 (- width (string-length head)))))
    (unless (and last-source (equal? file last-file))
      (display (file-header file) port))
    (display head port)
    (display (if (> (string-length call) room)
                 (string-append (substring call 0 (- room 2)) "…)")
                 call)
             port)
    (newline port)
    (when full?
      (print-locals frame port #:width width))))

(define* (print-frames frames #:optional (port (current-output-port))
                       #:key (width (terminal-width)) (full? #f) (forward? #f) count)
  "Print the vector FRAMES on PORT, the innermost last, or first when FORWARD?.  COUNT, if given, is how many: of the
innermost, or of the outermost when it is negative."
  (let* ((size (vector-length frames))
         (shown (if count (min size (abs count)) size))
         (start (if (and count (negative? count)) (- size shown) 0))
         (indices (iota shown start)))
    (let loop ((indices (if forward? indices (reverse indices))) (last #f))
      (match indices
        (() *unspecified*)
        ((index . rest)
         (let ((frame (vector-ref frames index)))
           (print-frame frame port #:index index #:width width #:full? full? #:last-source last)
           (loop rest (list 0 (frame-file frame) 0))))))))

(define (frame->stack-vector frame)
  "Return the vector of FRAME and the frames of its callers."
  (let loop ((frame frame) (frames '()))
    (if frame
        (loop (frame-previous frame) (cons frame frames))
        (list->vector (reverse frames)))))

(define (stack->vector stack)
  "Return the vector of the frames of STACK."
  (let ((frames (make-vector (stack-length stack))))
    (do ((index 0 (1+ index)))
        ((= index (vector-length frames)) frames)
      (vector-set! frames index (stack-ref stack index)))))

(define (narrow-stack->vector stack . cuts)
  "Return the vector of the frames of STACK that `make-stack' leaves with CUTS; the empty one if none is left."
  (match (apply make-stack stack cuts)
    (#f #())
    (narrowed (stack->vector narrowed))))
