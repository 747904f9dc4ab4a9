;;; Commentary:
;;;
;;; Ports that are read line by line: what a person types is only asked for when it is needed, and lines can be put back.
;;;
;;; Code:

(define-module (ice-9 lineio)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:export (unread-string read-string lineio-port? make-line-buffering-input-port))

;; What each such port reads from, and the lines that were put back.
(define source-of (make-object-property))
(define returned (make-object-property))

(define (lineio-port? port)
  "Return #t when PORT was made by make-line-buffering-input-port."
  (and (port? port) (source-of port) #t))

(define (unread-string string port)
  "Have PORT deliver STRING before all else."
  (check port)
  (set! (returned port) (cons string (returned port))))

(define (read-string port)
  "Return the next line of PORT with its newline, or the end-of-file object."
  (check port)
  (if (pair? (returned port))
      (let ((first (car (returned port))))
        (set! (returned port) (cdr (returned port)))
        first)
      (read-line (source-of port) 'concat)))

(define (check port)
  (if (not (lineio-port? port))
      (error "not a line-buffering port:" port)))

(define (make-line-buffering-input-port source)
  "Return a port that reads SOURCE a line at a time."
  (define port
    (make-soft-port
     (vector #f #f #f
             (lambda ()
               (let ((line (next-line)))
                 (cond ((eof-object? line) #f)
                       (else
                        (if (> (string-length line) 1)
                            (unread-string (substring line 1) port))
                        (string-ref line 0)))))
             (lambda () (close-port source)))
     "r"))
  (define (next-line)
    (let ((line (read-string port)))
      (if (and (string? line) (string-null? line)) (next-line) line)))
  (set! (source-of port) source)
  (set! (returned port) '())
  port)
