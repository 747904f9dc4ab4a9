;;; Commentary:
;;;
;;; Writing JSON.  What JSON cannot say is thrown as `json-invalid' with the value.
;;;
;;; Code:

(define-module (json builder)
  #:use-module (srfi srfi-1)
  #:export (scm->json scm->json-string scm->json-seq scm->json-seq-string))

(define (key-text key)
  "The name of an object's member."
  (cond ((string? key) key)
        ((symbol? key) (symbol->string key))
        ((and (number? key) (real? key)) (number-text key))
        (else (throw 'json-invalid key))))

(define (number-text number)
  (cond ((exact-integer? number) (number->string number))
        ((not (and (real? number) (finite? number))) (throw 'json-invalid number))
        ((exact? number) (number->string (exact->inexact number)))
        (else (number->string number))))

(define (hex4 unit)
  (string-append "\\u" (string-pad (number->string unit 16) 4 #\0)))

(define (escaped c solidus unicode)
  "The text of the character C inside a string."
  (let ((code (char->integer c)))
    (case c
      ((#\") "\\\"")
      ((#\\) "\\\\")
      ((#\backspace) "\\b")
      ((#\page) "\\f")
      ((#\newline) "\\n")
      ((#\return) "\\r")
      ((#\tab) "\\t")
      ((#\/) (if solidus "\\/" "/"))
      (else
       (cond ((< code 32) (hex4 code))
             ((or (not unicode) (< code 128)) (string c))
             ((< code #x10000) (hex4 code))
             (else
              (let ((rest (- code #x10000)))
                (string-append (hex4 (+ #xd800 (ash rest -10))) (hex4 (+ #xdc00 (logand rest #x3ff)))))))))))

(define (object? scm)
  "Whether SCM is an alist that an object can be made of."
  (and (list? scm) (every pair? scm)))

(define (valid? scm null)
  (cond ((or (eq? scm null) (boolean? scm) (string? scm) (symbol? scm)) #t)
        ((number? scm) (and (real? scm) (finite? scm)))
        ((vector? scm) (every (lambda (item) (valid? item null)) (vector->list scm)))
        ((object? scm)
         (every (lambda (member)
                  (and (or (string? (car member)) (symbol? (car member)) (number? (car member)))
                       (valid? (cdr member) null)))
                scm))
        (else #f)))

(define* (scm->json scm #:optional (port (current-output-port))
                    #:key (solidus #f) (unicode #f) (null 'null) (validate #t) (pretty #f))
  "Write SCM to PORT as JSON.  With SOLIDUS, slashes are escaped; with UNICODE, all that is not ASCII; NULL is written as
null; PRETTY puts every element on a line.  Unless VALIDATE is false, SCM is checked before anything is written."
  (define (put text) (display text port))
  (define (put-string text)
    (put #\")
    (string-for-each (lambda (c) (put (escaped c solidus unicode))) text)
    (put #\"))
  (define (new-line level)
    (when pretty
      (newline port)
      (put (make-string (* 2 level) #\space))))
  (define (put-items open close items put-item level)
    (put open)
    (unless (null? items)
      (new-line (+ level 1))
      (put-item (car items))
      (for-each (lambda (item)
                  (put #\,)
                  (new-line (+ level 1))
                  (put-item item))
                (cdr items))
      (new-line level))
    (put close))
  (define (build scm level)
    (cond ((eq? scm null) (put "null"))
          ((boolean? scm) (put (if scm "true" "false")))
          ((number? scm) (put (number-text scm)))
          ((string? scm) (put-string scm))
          ((symbol? scm) (put-string (symbol->string scm)))
          ((vector? scm)
           (put-items #\[ #\] (vector->list scm) (lambda (item) (build item (+ level 1))) level))
          ((object? scm)
           (put-items #\{ #\} scm
                      (lambda (member)
                        (put-string (key-text (car member)))
                        (put (if pretty ": " ":"))
                        (build (cdr member) (+ level 1)))
                      level))
          (else (throw 'json-invalid scm))))
  (when (and validate (not (valid? scm null))) (throw 'json-invalid scm))
  (build scm 0))

(define* (scm->json-string scm #:key (solidus #f) (unicode #f) (null 'null) (validate #t) (pretty #f))
  "Return SCM as JSON; the options are those of scm->json."
  (call-with-output-string
    (lambda (port)
      (scm->json scm port #:solidus solidus #:unicode unicode #:null null #:validate validate #:pretty pretty))))

(define* (scm->json-seq objects #:optional (port (current-output-port))
                        #:key (solidus #f) (unicode #f) (null 'null) (validate #t))
  "Write each of the list OBJECTS to PORT as JSON between a record separator and a newline."
  (for-each (lambda (scm)
              (write-char (integer->char #x1e) port)
              (scm->json scm port #:solidus solidus #:unicode unicode #:null null #:validate validate)
              (newline port))
            objects))

(define* (scm->json-seq-string objects #:key (solidus #f) (unicode #f) (null 'null) (validate #t))
  "Return the list OBJECTS as a sequence of JSON documents."
  (call-with-output-string
    (lambda (port)
      (scm->json-seq objects port #:solidus solidus #:unicode unicode #:null null #:validate validate))))
