;;; Commentary:
;;;
;;; Names of characters: those of the C0 controls and of ASCII are known here.
;;;
;;; Code:

(define-module (ice-9 unicode)
  #:export (formal-name->char char->formal-name))

(define names
  '((32 . "SPACE") (33 . "EXCLAMATION MARK") (34 . "QUOTATION MARK") (35 . "NUMBER SIGN") (36 . "DOLLAR SIGN")
    (37 . "PERCENT SIGN") (38 . "AMPERSAND") (39 . "APOSTROPHE") (40 . "LEFT PARENTHESIS")
    (41 . "RIGHT PARENTHESIS") (42 . "ASTERISK") (43 . "PLUS SIGN") (44 . "COMMA") (45 . "HYPHEN-MINUS")
    (46 . "FULL STOP") (47 . "SOLIDUS") (58 . "COLON") (59 . "SEMICOLON") (60 . "LESS-THAN SIGN")
    (61 . "EQUALS SIGN") (62 . "GREATER-THAN SIGN") (63 . "QUESTION MARK") (64 . "COMMERCIAL AT")
    (91 . "LEFT SQUARE BRACKET") (92 . "REVERSE SOLIDUS") (93 . "RIGHT SQUARE BRACKET")
    (94 . "CIRCUMFLEX ACCENT") (95 . "LOW LINE") (96 . "GRAVE ACCENT") (123 . "LEFT CURLY BRACKET")
    (124 . "VERTICAL LINE") (125 . "RIGHT CURLY BRACKET") (126 . "TILDE")))
(define digits '#("ZERO" "ONE" "TWO" "THREE" "FOUR" "FIVE" "SIX" "SEVEN" "EIGHT" "NINE"))
(define (char->formal-name char)
  "Return the name Unicode gives CHAR, or #f when it is not known here."
  (let ((code (char->integer char)))
    (cond ((assv-ref names code))
          ((<= 48 code 57) (string-append "DIGIT " (vector-ref digits (- code 48))))
          ((<= 65 code 90) (string-append "LATIN CAPITAL LETTER " (string char)))
          ((<= 97 code 122) (string-append "LATIN SMALL LETTER " (string-upcase (string char))))
          (else #f))))
(define (formal-name->char name)
  "Return the character Unicode calls NAME, or #f when it is not known here."
  (let loop ((code 32))
    (cond ((= code 127) #f)
          ((equal? (char->formal-name (integer->char code)) (string-upcase name)) (integer->char code))
          (else (loop (+ code 1))))))
