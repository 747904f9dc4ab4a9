;;; Commentary:
;;;
;;; Documentation of objects.
;;;
;;; Code:

(define-module (ice-9 documentation)
  #:export (object-documentation documentation-files file-commentary search-documentation-files))

(define documentation-files '())

(define (object-documentation object)
  "Return the documentation of OBJECT, or #f."
  (or (and (procedure? object) (procedure-documentation object))
      (object-property object 'documentation)))

(define (search-documentation-files name . files)
  "Return #f: documentation is not kept in files."
  #f)

(define* (file-commentary filename #:optional cut)
  "Return the text between the Commentary: and Code: lines of FILENAME, without semicolons."
  (call-with-input-file filename
    (lambda (port)
      (let loop ((line ((@ (ice-9 rdelim) read-line) port)) (inside? #f) (lines '()))
        (cond ((or (eof-object? line)
                   (and inside? (string-contains line "Code:")))
               (string-join (reverse lines) "\n" 'suffix))
              (inside?
               (loop ((@ (ice-9 rdelim) read-line) port) #t
                     (cons (string-trim (string-trim line #\;) char-set:blank) lines)))
              (else
               (loop ((@ (ice-9 rdelim) read-line) port)
                     (and (string-contains line "Commentary:") #t)
                     lines)))))))
