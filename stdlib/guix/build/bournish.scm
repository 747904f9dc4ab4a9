;;; Commentary:
;;;
;;; A shell language without quoting, globbing and pipes, for looking around where there is no shell: each line is a
;;; command and words.  Commands that are not built in are programs to run; `$NAME' is a variable of the environment.
;;; Lines become Scheme forms, which refer to the procedures below by `@@'.
;;;
;;; Code:

(define-module (guix build bournish)
  #:use-module (system base language)
  #:use-module (system base compile)
  #:use-module (system repl command)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:export (%bournish-language))


;;;
;;; What the forms call when they run.
;;;

(define* (print-in-columns words #:key (width 80) (gap 2))
  "Print WORDS downwards in as many columns as fit on lines of WIDTH characters."
  (let* ((column-width (+ gap (fold max 0 (map string-length words))))
         (columns (max 1 (quotient width column-width)))
         (rows (quotient (+ (length words) columns -1) columns))
         (words (list->vector words)))
    (do ((row 0 (1+ row)))
        ((= row rows))
      (do ((index row (+ index rows)))
          ((>= index (vector-length words)))
        (display (string-pad-right (vector-ref words index) column-width)))
      (newline))))

(define (report-unless-accessible file procedure default)
  "Return what PROCEDURE returns for FILE; when the file cannot be looked at, say why and return DEFAULT."
  (catch 'system-error
    (lambda () (procedure file))
    (lambda arguments
      (format (current-error-port) "~a: ~a~%" file (strerror (system-error-errno arguments)))
      default)))

(define (listed-names file)
  "Return what `ls' shows of FILE: its entries when it is a directory."
  (if (eq? 'directory (stat:type (lstat file)))
      (match (scandir file (lambda (name) (not (member name '("." "..")))))
        (#f (list file))
        (names (map (lambda (name) (string-append file "/" name)) names)))
      (list file)))

(define (ls-command-implementation . files)
  (print-in-columns
   (if (null? files)
       (scandir ".")
       (append-map (lambda (file) (report-unless-accessible file listed-names '())) files))))

(define (print-counts shown files)
  "Print for each of FILES what SHOWN, a procedure of its numbers of lines and of characters, picks."
  (define (count file)
    (let ((text (call-with-input-file file read-string)))
      (format #t "~{~a ~}~a~%" (shown (string-count text #\newline) (string-length text)) file)))
  (for-each (lambda (file)
              (when (report-unless-accessible file stat #f)
                (count file)))
            files))

(define (wc-command-implementation . files)
  (print-counts list files))

(define (wc-l-command-implementation . files)
  (print-counts (lambda (lines characters) (list lines)) files))

(define (wc-c-command-implementation . files)
  (print-counts (lambda (lines characters) (list characters)) files))

(define (executable-path)
  "Return the directories of programs."
  (match (getenv "PATH")
    (#f '())
    (path (string-tokenize path (char-set-complement (char-set #\:))))))


;;;
;;; From lines to forms.
;;;

(define (word->form word)
  "Return WORD, or the form that looks up the variable that it names."
  (if (string-prefix? "$" word)
      `(or (getenv ,(string-drop word 1)) "")
      word))

(define (own-procedure name)
  "Return the form that stands for the procedure NAME of this module."
  `(@@ (guix build bournish) ,name))

(define (without-switch switch words)
  "Return WORDS without SWITCH when it is among them, else #f."
  (and (member switch words) (delete switch words)))

(define (rm-form . words)
  (match (without-switch "-r" words)
    (#f `(for-each delete-file (list ,@words)))
    (files `(for-each (@ (guix build utils) delete-file-recursively) (list ,@files)))))

(define (wc-form . words)
  (cond ((without-switch "-l" words)
         => (lambda (files) `(,(own-procedure 'wc-l-command-implementation) ,@files)))
        ((without-switch "-c" words)
         => (lambda (files) `(,(own-procedure 'wc-c-command-implementation) ,@files)))
        (else `(,(own-procedure 'wc-command-implementation) ,@words))))

(define (help-form . words)
  (display "This is Bournish, a small shell language in Scheme.  A line is a command and words;
commands other than cat, cd, cp, echo, help, ls, pwd, reboot, rm, wc and which
are programs to run.  There is no quoting, no globbing and there are no pipes.\n"))

;; An initial RAM disk has a procedure of this name.
(define (reboot-form . words)
  `(if (defined? 'reboot)
       (reboot)
       (begin
         (format (current-error-port) "I do not know how to reboot~%")
         #f)))

(define %commands
  `(("cat" . ,(lambda (file)
                `(call-with-input-file ,file
                   (lambda (port)
                     ((@ (guix build utils) dump-port) port (current-output-port))
                     *unspecified*))))
    ("cd" . ,(lambda (directory) `(chdir ,directory)))
    ("cp" . ,(lambda (source destination) `(copy-file ,source ,destination)))
    ("echo" . ,(lambda words `(list ,@words)))
    ("help" . ,help-form)
    ("ls" . ,(lambda files `(,(own-procedure 'ls-command-implementation) ,@files)))
    ("pwd" . ,(lambda () '(getcwd)))
    ("reboot" . ,reboot-form)
    ("rm" . ,rm-form)
    ("wc" . ,wc-form)
    ("which" . ,(lambda (program) `(search-path (,(own-procedure 'executable-path)) ,program)))))

(define (read-line-as-form port environment)
  "Return the form of the next line of PORT that is not empty."
  (match (read-line port)
    ((? eof-object? end) end)
    (line
     (match (string-tokenize line)
       (() (read-line-as-form port environment))
       ((command . words)
        (let ((words (map word->form words)))
          (match (assoc-ref %commands command)
            ;; A backslash asks for the program even when the command is built in.
            (#f `(system* ,(string-trim command #\\) ,@words))
            (form (apply form words)))))))))

(define %bournish-language
  (let ((scheme (lookup-language 'scheme)))
    (make-language #:name 'bournish
                   #:title "Bournish"
                   #:reader read-line-as-form
                   #:compilers `((scheme . ,(lambda (form environment options)
                                              (values form environment environment))))
                   #:evaluator (language-evaluator scheme)
                   #:printer (language-printer scheme)
                   #:make-default-environment (language-make-default-environment scheme))))


;;;
;;; At a prompt.
;;;

(define-meta-command ((bournish guix) repl)
  "Read lines of the shell language Bournish; the end of the input, or `exit', leads back to Scheme."
  (let loop ()
    (display "bournish> ")
    (force-output)
    (match (read-line)
      ((or (? eof-object?) "exit") (newline))
      (line
       (run-line line)
       (loop)))))

(define (run-line line)
  "Run LINE and print its value, or what went wrong."
  (catch #t
    (lambda ()
      (let ((value (read-and-compile (open-input-string line) #:from %bournish-language)))
        (unless (unspecified? value)
          (write value)
          (newline))))
    (lambda (key . arguments)
      (print-exception (current-error-port) #f key arguments))))
