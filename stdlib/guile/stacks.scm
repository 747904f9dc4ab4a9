;;; Commentary:
;;;
;;; Stack objects: the calls that are pending, with their places.  What frames hold is not in them.
;;; Interface: (guile) and (system vm frame) of Guile 3.0, as far as handlers and error reports use it.
;;;
;;; Code:

(define-module (guile stacks)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:export (make-stack stack? stack-length stack-ref stack-id
            frame? frame-procedure-name frame-source frame-previous frame-arguments
            display-backtrace backtrace))

(define-record-type <stack>
  (%make-stack frames)
  stack?
  (frames stack-frames))                ;vector of <frame>, the innermost call first

(define-record-type <frame>
  (make-frame procedure-name source outer)
  frame?
  (procedure-name frame-procedure-name) ;symbol | #f
  (source frame-source)                 ;(ADDRESS FILE LINE . COLUMN) | #f
  (outer frame-previous))               ;frame | #f

(set-record-type-printer! <stack>
                          (lambda (stack port)
                            (display "#<stack>" port)))
(set-record-type-printer! <frame>
                          (lambda (frame port)
                            (format port "#<frame ~a>" (frame-procedure-name frame))))

(define (call->frame call outer)
  (apply (lambda (name file line column)
           (make-frame name
                       (and file (cons* 0 file line column))
                       outer))
         call))

(define (calls->frames calls)
  "Return the list of frames for CALLS, which stand with the innermost first."
  (let loop ((calls (reverse calls)) (frames '()))
    (if (null? calls)
        frames
        (loop (cdr calls)
              (cons (call->frame (car calls) (and (pair? frames) (car frames)))
                    frames)))))

(define (make-stack obj . cuts)
  "Return the stack of pending calls, or with OBJ a stack that one; #f when OBJ, a continuation that is not active, has
none.  CUTS tell by turns how many of the innermost and of the outermost calls to leave out; those that are not numbers
leave out none."
  (let ((frames (cond ((eq? obj #t)
                       (calls->frames (cons '(make-stack #f 0 0) (cdr (%pending-calls)))))
                      ((stack? obj) (vector->list (stack-frames obj)))
                      (else '()))))
    (let loop ((frames frames) (cuts cuts) (inner? #t))
      (cond ((null? frames) #f)
            ((null? cuts) (%make-stack (list->vector frames)))
            ((not (integer? (car cuts))) (loop frames (cdr cuts) (not inner?)))
            (else
             (let ((cut (min (car cuts) (length frames))))
               (loop (if inner?
                         (list-tail frames cut)
                         (list-head frames (- (length frames) cut)))
                     (cdr cuts)
                     (not inner?))))))))

(define (stack-length stack)
  "Return the number of frames of STACK."
  (vector-length (stack-frames stack)))

(define (stack-ref stack index)
  "Return frame INDEX of STACK; 0 is the innermost."
  (vector-ref (stack-frames stack) index))

(define (stack-id stack)
  "Return what STACK was started as, which is always #t."
  #t)

(define (frame-arguments frame)
  "Return the arguments of the call that FRAME is of, which are not known: the empty list."
  '())

(define* (display-backtrace stack port #:optional (first 0) (depth #f) (highlights '()))
  "Print the frames of STACK on PORT, the innermost last: DEPTH of them, from frame FIRST."
  (let* ((first (or first 0))
         (end (min (stack-length stack)
                   (+ first (or depth (stack-length stack))))))
    (let loop ((index (- end 1)))
      (when (>= index first)
        (let* ((frame (stack-ref stack index))
               (source (frame-source frame)))
          (format port "~a~a: ~a~%"
                  (if source
                      (format #f "~a:~a:~a: " (cadr source) (+ 1 (caddr source)) (cdddr source))
                      "")
                  index
                  (or (frame-procedure-name frame) "_"))
          (loop (- index 1)))))))

(define* (backtrace #:optional (highlights '()))
  "Print the calls that are pending on the current output port."
  (display-backtrace (make-stack #t 2) (current-output-port)))
