;;; Commentary:
;;;
;;; Reading ports up to or past characters: what parsers are made of.  A list of characters may hold the symbol *eof*,
;;; which stands for the end.  Errors are thrown as `parser-error' with the port first.
;;;
;;; Code:

(define-module (sxml ssax input-parse)
  #:use-module ((ice-9 rdelim) #:select (read-line))
  #:export (peek-next-char assert-curr-char skip-until skip-while next-token next-token-of
            read-text-line read-string find-string-from-port?))

(define (parser-error port message . rest)
  (apply throw 'parser-error port message rest))

(define (peek-next-char port)
  "Go past a character of PORT and return the one after it without reading it."
  (read-char port)
  (peek-char port))

(define (member-char? char chars)
  (if (eof-object? char) (memq '*eof* chars) (memv char chars)))

(define (assert-curr-char expected comment port)
  "Read a character of PORT and return it if it is among the list EXPECTED; otherwise it is an error, about COMMENT."
  (let ((char (read-char port)))
    (if (member-char? char expected)
        char
        (parser-error port "Wrong character " char
                      " (0x" (if (eof-object? char) "*eof*" (number->string (char->integer char) 16)) ") "
                      comment ". " expected " expected"))))

(define (skip-until stop port)
  "Read PORT up to a character of the list STOP and return that; if STOP is a number, read so many characters and return #f."
  (if (number? stop)
      (let loop ((left stop))
        (cond ((<= left 0) #f)
              ((eof-object? (read-char port))
               (parser-error port "Unexpected EOF while skipping " stop " characters"))
              (else (loop (- left 1)))))
      (let loop ((char (read-char port)))
        (cond ((member-char? char stop) char)
              ((eof-object? char)
               (parser-error port "Unexpected EOF while skipping until " stop))
              (else (loop (read-char port)))))))

(define (skip-while chars port)
  "Read PORT as long as its characters are in the list CHARS; return the first that is not, which stays unread."
  (let loop ((char (peek-char port)))
    (if (and (not (eof-object? char)) (memv char chars))
        (begin (read-char port) (loop (peek-char port)))
        char)))

(define* (next-token skipped stop #:optional (comment "") (port (current-input-port)))
  "Go past the characters of the list SKIPPED in PORT; return the text that follows, up to a character of the list STOP,
which stays unread.  COMMENT tells of errors what they are about."
  (let loop ((char (skip-while skipped port)) (chars '()))
    (cond ((member-char? char stop) (list->string (reverse chars)))
          ((eof-object? char) (parser-error port "EOF while reading a token " comment))
          (else
           (read-char port)
           (loop (peek-char port) (cons char chars))))))

(define* (next-token-of wanted #:optional (port (current-input-port)))
  "Return the text of PORT made of WANTED: a list of characters, or a procedure that is given each character, or the
end-of-file object, and returns the character to take, or #f to stop before it."
  (define take (if (procedure? wanted) wanted (lambda (char) (and (not (eof-object? char)) (memv char wanted) char))))
  (let loop ((chars '()))
    (let ((char (take (peek-char port))))
      (if char
          (begin (read-char port) (loop (cons char chars)))
          (list->string (reverse chars))))))

(define* (read-text-line #:optional (port (current-input-port)))
  "Return the next line of PORT without its end, which may be a return, a newline or both."
  (if (eof-object? (peek-char port))
      (peek-char port)
      (let loop ((chars '()))
        (let ((char (read-char port)))
          (cond ((or (eof-object? char) (char=? char #\newline)) (list->string (reverse chars)))
                ((char=? char #\return)
                 (if (eqv? (peek-char port) #\newline) (read-char port))
                 (list->string (reverse chars)))
                (else (loop (cons char chars))))))))

(define* (read-string count #:optional (port (current-input-port)))
  "Return the next COUNT characters of PORT, or fewer at its end."
  (let loop ((left count) (chars '()))
    (let ((char (if (positive? left) (read-char port) the-eof-object)))
      (if (eof-object? char)
          (list->string (reverse chars))
          (loop (- left 1) (cons char chars))))))

(define (find-string-from-port? string port . limit)
  "Read PORT up to the end of STRING and return the number of characters read; #f when it does not occur, or not in LIMIT
characters."
  (define size (string-length string))
  ;; How much of STRING a text ends in that ends in its first K characters and CHAR.
  (define (advance k char)
    (cond ((char=? (string-ref string k) char) (+ k 1))
          ((zero? k) 0)
          (else
           (let loop ((shorter (- k 1)))
             (cond ((and (string-suffix? (substring string 0 shorter) (substring string 0 k))
                         (char=? (string-ref string shorter) char))
                    (+ shorter 1))
                   ((zero? shorter) 0)
                   (else (loop (- shorter 1))))))))
  (let loop ((k 0) (count 0))
    (cond ((= k size) count)
          ((and (pair? limit) (car limit) (>= count (car limit))) #f)
          (else
           (let ((char (read-char port)))
             (if (eof-object? char)
                 #f
                 (loop (advance k char) (+ count 1))))))))
