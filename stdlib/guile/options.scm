;;; Commentary:
;;;
;;; The options of the reader, the printer and the debugger, as Guile names them. Part of (guile), loaded when one
;;; of the names is first used.
;;;
;;; Code:

(define-module (guile options)
  #:export (read-options read-enable read-disable print-options print-enable print-disable
            debug-options debug-enable debug-disable %set-option!
            read-options-interface print-options-interface debug-options-interface))

;; Options as Guile lists them: a name alone is on; a name and a value.
(define reader '((square-brackets . #t) (keywords . #f) (positions . #t) (case-insensitive . #f)
                 (r6rs-hex-escapes . #f) (hungry-eol-escapes . #f) (r7rs-symbols . #f) (curly-infix . #f)))
(define printer '((escape-newlines . #t) (quote-keywordish-symbols . reader) (highlight-suffix . "}")
                  (highlight-prefix . "{") (r7rs-symbols . #f) (datum-quotes . #f)))
(define debugger '((backwards . #f) (backtrace . #t) (stack . 1048576) (warn-deprecated . #f)
                   (show-file-name . base) (width . 79) (depth . 20) (maxdepth . 1000) (frames . 3) (indent . 10)))

;; Options whose value is printed beside their name.
(define valued '(keywords quote-keywordish-symbols highlight-suffix highlight-prefix
                 stack show-file-name width depth maxdepth frames indent))

(define (option-list options)
  (apply append
         (map (lambda (option)
                (cond ((memq (car option) valued) (list (car option) (cdr option)))
                      ((cdr option) (list (car option)))
                      (else '())))
              options)))

(define (changed options name value)
  (if (not (assq name options))
      (scm-error 'misc-error #f "Unknown option name: ~S" (list name) #f))
  (map (lambda (option) (if (eq? (car option) name) (cons name value) option)) options))

(define-syntax-rule (define-interface options listing enable disable set interface apply!)
  (begin
    (define* (listing #:optional setting)
      "Return the options, or all of them with their values for HELP; or set them to the list SETTING."
      (cond ((list? setting)
             (for-each (lambda (option) (set (car option) #f)) options)
             (let loop ((rest setting))
               (cond ((null? rest) *unspecified*)
                     ((and (pair? (cdr rest)) (memq (car rest) valued))
                      (set (car rest) (cadr rest))
                      (loop (cddr rest)))
                     (else (set (car rest) #t) (loop (cdr rest))))))
            (setting (for-each (lambda (option) (format #t "~a\t~s~%" (car option) (cdr option))) options))
            (else (option-list options))))
    (define (set name value)
      (set! options (changed options name value))
      (apply! name value))
    (define (enable . names) "Switch the options NAMES on." (for-each (lambda (name) (set name #t)) names) (option-list options))
    (define (disable . names) "Switch the options NAMES off." (for-each (lambda (name) (set name #f)) names) (option-list options))
    (define interface listing)))

(define-interface reader read-options read-enable read-disable set-reader! read-options-interface
  (lambda (name value) (%reader-option! name value)))
(define-interface printer print-options print-enable print-disable set-printer! print-options-interface
  (lambda (name value) (%printer-option! name value)))
(define-interface debugger debug-options debug-enable debug-disable set-debugger! debug-options-interface
  (lambda (name value) #f))

(define (%set-option! kind name value)
  "Set the option NAME: KIND is read-set!, print-set! or debug-set!."
  (case kind
    ((read-set!) (set-reader! name value))
    ((print-set!) (set-printer! name value))
    (else (set-debugger! name value)))
  *unspecified*)
