;;; Commentary:
;;;
;;; Colours and links on terminals, as escape sequences of ECMA-48.  Interface: (guix colors) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix colors)
  #:use-module (guix memoization)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:autoload   (web uri) (encode-and-join-uri-path)
  #:export (color color?
            coloring-procedure colorize-string highlight highlight/warn dim
            colorize-full-matches color-rules
            color-output? isatty?*
            supports-hyperlinks? file-hyperlink hyperlink))

(define-record-type <color>
  (make-color attributes escape)
  color?
  (attributes color-attributes)         ;list of symbols
  (escape color-escape))                ;string

(set-record-type-printer! <color>
  (lambda (color port)
    (format port "#<color ~a>"
            (string-join (map symbol->string (color-attributes color))))))

(define %attribute-codes
  ;; "Select graphic rendition".
  (append '((CLEAR . 0) (RESET . 0) (BOLD . 1) (DARK . 2) (UNDERLINE . 4) (UNDERSCORE . 4)
            (BLINK . 5) (REVERSE . 6) (CONCEALED . 8))
          (append-map (lambda (name number)
                        `((,name . ,(+ 30 number))
                          (,(symbol-append 'ON- name) . ,(+ 40 number))))
                      '(BLACK RED GREEN YELLOW BLUE MAGENTA CYAN WHITE)
                      (iota 8))))

(define (attributes->color attributes)
  "Return the color with ATTRIBUTES, a list of symbols such as `BOLD' and `ON-RED'."
  (make-color attributes
              (if (null? attributes)
                  ""
                  (format #f "\x1b[~am"
                          (string-join (map (lambda (name)
                                              (number->string (assq-ref %attribute-codes name)))
                                            attributes)
                                       ";")))))

(define-syntax color
  ;; (color BOLD RED): the color with these attributes.
  (lambda (s)
    (syntax-case s ()
      ((_ attribute ...)
       #'(attributes->color '(attribute ...))))))

(define %reset (color RESET))

(define (colorize-string str color)
  "Return STR between the escape sequence of COLOR and the one that ends it."
  (string-append (color-escape color) str (color-escape %reset)))

(define isatty?*
  (mlambdaq (port)
    (isatty? port)))

(define (color-output? port)
  "Return true if colors should be written to PORT."
  (and (not (getenv "NO_COLOR"))
       (isatty?* port)))

(define (coloring-procedure color)
  "Return a procedure that takes a string and a port, and returns the string in COLOR if the port shows colors."
  (lambda* (str #:optional (port (current-output-port)))
    (if (color-output? port)
        (colorize-string str color)
        str)))

(define highlight (coloring-procedure (color BOLD)))
(define highlight/warn (coloring-procedure (color BOLD MAGENTA)))
(define dim (coloring-procedure (color DARK)))

(define (binary? str)
  ;; Text for programs, not for people.
  (string-index str #\nul))

(define (colorize-full-matches rules)
  "Return a procedure that colors, in a string, whatever matches one of RULES, a list of regexp/color pairs."
  (define (colorize str)
    (or (and (not (binary? str))
             (any (match-lambda
                    ((regexp . color)
                     (and=> (regexp-exec regexp str)
                            (lambda (m)
                              (string-append (colorize (match:prefix m))
                                             (colorize-string (match:substring m) color)
                                             (colorize (match:suffix m)))))))
                  rules))
        str))
  colorize)

(define (colorize-groups rules)
  "Return a procedure that colors the parenthesized parts of the first of RULES, (REGEXP COLOR ...), that matches."
  (lambda (str)
    (or (and (not (binary? str))
             (any (match-lambda
                    ((regexp . colors)
                     (and=> (regexp-exec regexp str)
                            (lambda (m)
                              (string-append
                               (match:prefix m)
                               (string-concatenate
                                (map (lambda (n color)
                                       (colorize-string (match:substring m n) color))
                                     (iota (length colors) 1)
                                     colors))
                               (match:suffix m))))))
                  rules))
        str)))

(define-syntax group-color
  (syntax-rules ()
    ((_ (attribute ...)) (color attribute ...))
    ((_ attribute) (color attribute))))

(define-syntax-rule (color-rules (regexp attributes ...) ...)
  ;; A procedure that colors the groups of a matching REGEXP, each by one attribute or a list of them.
  (colorize-groups (list (list (make-regexp regexp) (group-color attributes) ...) ...)))

(define (hyperlink uri text)
  "Return TEXT as a link to URI for terminals (OSC 8)."
  (let ((link (lambda (uri) (string-append "\x1b]8;;" uri "\x1b\\"))))
    (string-append (link uri) text (link ""))))

(define* (supports-hyperlinks? #:optional (port (current-output-port)))
  "Return true if PORT is a terminal that should be given links."
  ;; Those within Emacs show the escape sequences.
  (and (isatty?* port)
       (not (getenv "INSIDE_EMACS"))))

(define* (file-hyperlink file #:optional (text file))
  "Return TEXT as a link to FILE."
  (hyperlink (string-append "file://" (gethostname)
                            (encode-and-join-uri-path (string-split file #\/)))
             text))
