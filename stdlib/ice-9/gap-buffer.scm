;;; Commentary:
;;;
;;; Text with a place where it is edited, as editors keep it.
;;;
;;; Code:

(define-module (ice-9 gap-buffer)
  #:use-module (srfi srfi-9)
  #:export (gb? make-gap-buffer gb-insert-string! gb-insert-char! gb-delete-char! gb-erase!
            gb-point gb-point-min gb-point-max gb-goto-char gb->string gb->lines gb-filter! gb-filter-lines!
            make-gap-buffer-port))

;; What is before the point, the nearest character first, and what follows it. Positions count from 1.
(define-record-type gap-buffer
  (%make before after)
  gb?
  (before before set-before!)
  (after after set-after!))

(define* (make-gap-buffer #:optional init)
  "Return a buffer with what INIT, a string or a port, holds; the point is at its end."
  (let ((buffer (%make '() '())))
    (cond ((string? init) (gb-insert-string! buffer init))
          ((port? init)
           (let loop ((c (read-char init)))
             (if (not (eof-object? c)) (begin (gb-insert-char! buffer c) (loop (read-char init)))))))
    buffer))
(define (gb-point buffer) "Return the position of the point." (+ 1 (length (before buffer))))
(define (gb-point-min buffer) "Return the first position." 1)
(define (gb-point-max buffer) "Return the last position." (+ 1 (length (before buffer)) (length (after buffer))))
(define (gb-insert-string! buffer string)
  "Insert STRING at the point, which moves behind it."
  (set-before! buffer (append (reverse (string->list string)) (before buffer))))
(define (gb-insert-char! buffer char) "Insert CHAR at the point." (set-before! buffer (cons char (before buffer))))
(define (gb-delete-char! buffer count)
  "Delete COUNT characters after the point, or before it when COUNT is negative."
  (if (negative? count)
      (set-before! buffer (list-tail (before buffer) (min (- count) (length (before buffer)))))
      (set-after! buffer (list-tail (after buffer) (min count (length (after buffer)))))))
(define (gb-goto-char buffer position)
  "Move the point to POSITION, or as near as the text allows; return where it is."
  (let* ((text (append (reverse (before buffer)) (after buffer)))
         (k (max 0 (min (- position 1) (length text)))))
    (set-before! buffer (reverse (list-head text k)))
    (set-after! buffer (list-tail text k))
    (+ k 1)))
(define (gb-erase! buffer) "Remove all text." (set-before! buffer '()) (set-after! buffer '()))
(define (gb->string buffer) "Return the text of BUFFER." (list->string (append (reverse (before buffer)) (after buffer))))
(define (gb->lines buffer) "Return the lines of BUFFER." (string-split (gb->string buffer) #\newline))
(define (replace! buffer text)
  (gb-erase! buffer)
  (gb-insert-string! buffer text)
  *unspecified*)
(define (gb-filter! buffer proc) "Replace the text by what PROC makes of it." (replace! buffer (proc (gb->string buffer))))
(define (gb-filter-lines! buffer proc)
  "Replace the text by the lines PROC makes of its list of lines."
  (replace! buffer (string-join (proc (gb->lines buffer)) "\n")))
(define (make-gap-buffer-port buffer)
  "Return a port that writes at the point of BUFFER and reads what follows it."
  (make-soft-port
   (vector (lambda (char) (gb-insert-char! buffer char))
           (lambda (string) (gb-insert-string! buffer string))
           (lambda () #f)
           (lambda ()
             (let ((rest (after buffer)))
               (if (null? rest)
                   #f
                   (begin
                     (set-after! buffer (cdr rest))
                     (set-before! buffer (cons (car rest) (before buffer)))
                     (car rest)))))
           (lambda () #f))
   "rw"))
