;;; Commentary:
;;;
;;; The stream of the daemon's output: lines that begin with "@ " are events, among them pieces of the logs of builds, each
;;; with the number of its build and its length; everything else is a log's.  Part of (guix status).
;;;
;;; Code:

(define-module (guix status events)
  #:use-module (guix status state)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 iconv)
  #:use-module (ice-9 match)
  #:export (build-event-output-port))

(define (bytes->string bv)
  "Return the text of BV; what is no UTF-8 becomes replacement characters."
  (bytevector->string bv "UTF-8" 'substitute))

(define (part bv start count)
  (let ((result (make-bytevector count)))
    (bytevector-copy! bv start result 0 count)
    result))

(define (line-end bv start count)
  "Return the index of the first end of a line among the COUNT bytes of BV from START, or #f."
  (let loop ((index start))
    (and (< index (+ start count))
         (if (memv (bytevector-u8-ref bv index) '(10 13))
             index
             (loop (+ 1 index))))))

(define (lines text)
  "Return the lines of TEXT, with their ends."
  (let loop ((text text) (result '()))
    (if (string-null? text)
        (reverse result)
        (let ((end (match (string-index text #\newline)
                     (#f (string-length text))
                     (index (+ 1 index)))))
          (loop (string-drop text end)
                (cons (string-take text end) result))))))

(define (log-line->event id line)
  "Return the event that LINE of the log of build ID is: downloads are made by builds, too, but nothing else in a log is
believed."
  (match (and (string-prefix? "@ " line) (string-tokenize (string-drop line 2)))
    (((? (lambda (name)
           (or (string-prefix? "download-" name) (string=? "build-remote" name)))
         name)
      . arguments)
     (cons (string->symbol name) arguments))
    (_ (list 'build-log id line))))

(define* (build-event-output-port proc #:optional (seed (build-status)))
  "Return a port for what the daemon writes, and a thunk that returns the current state: what PROC, called with each event and
the state before it, made of SEED."
  (define state seed)
  (define unfinished '())                     ;pieces of the line that is being read, the last one first
  (define log-id #f)                          ;the build whose log is being read
  (define log-left 0)                         ;how many bytes of it are to come
  (define log-pieces '())

  (define (happen event)
    (set! state (proc event state)))

  (define (take-line line)
    (if (string-prefix? "@ " line)
        (match (string-split (string-drop (string-drop-right line 1) 2) #\space)
          (("build-log" (= string->number (? integer? id)) (= string->number (? integer? size)))
           (set! log-id id)
           (set! log-left size)
           (set! log-pieces '()))
          ((name . arguments)
           (happen (cons (string->symbol name) arguments))))
        (happen (list 'build-log #f line))))

  (define (take-log bv start count)
    (let ((count (min count log-left)))
      (set! log-pieces (cons (part bv start count) log-pieces))
      (set! log-left (- log-left count))
      (when (zero? log-left)
        (let ((id log-id)
              (text (string-concatenate-reverse (map bytes->string log-pieces))))
          (set! log-id #f)
          (for-each (lambda (line) (happen (log-line->event id line)))
                    (lines text))))
      count))

  (define (write! bv start count)
    (cond (log-id (take-log bv start count))
          ((line-end bv start count)
           => (lambda (end)
                (let* ((size (- (+ 1 end) start))
                       (line (string-concatenate-reverse
                              (cons (bytes->string (part bv start size)) unfinished))))
                  (set! unfinished '())
                  (take-line line)
                  size)))
          (else
           (unless (zero? count)
             (set! unfinished (cons (bytes->string (part bv start count)) unfinished)))
           count)))

  (let ((port (make-custom-binary-output-port "build-events" write! #f #f #f)))
    (set-port-encoding! port "UTF-8")
    (setvbuf port 'line)
    (values port (lambda () state))))
