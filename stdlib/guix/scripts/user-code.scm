;;; Commentary:
;;;
;;; Code that users give to commands: expressions, files, manifests.  Errors in it are raised with their places.
;;;
;;; Code:

(define-module (guix scripts user-code)
  #:use-module (guix diagnostics)
  #:use-module (guix i18n)
  #:use-module ((guix ui errors) #:select (make-user-module))
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (evaluate-expression
            load-file
            load-manifest
            user-module
            last-form-location
            last-form-location/text))

(define (user-module)
  (make-user-module '((gnu packages) (guix packages) (guix gexp))))

(define (named port name)
  (set-port-filename! port name)
  port)

(define command-line-name "<command line>")

(define (evaluate-expression text)
  "Return the value of the expressions in TEXT, of the last one."
  (define (read-place text)
    (call-with-input-string text (compose read-syntax (cut named <> command-line-name))))

  (let ((module (user-module)))
    (call-with-input-string text
      (lambda (port)
        (named port command-line-name)
        (let loop ((result *unspecified*))
          (match (read-syntax port)
            ((? eof-object?) result)
            ;; Names by themselves have no place for messages.
            ((? symbol? name) (loop (eval (read-place (format #f "(begin ~s)" name)) module)))
            (form (loop (eval form module)))))))))

(define* (load-file file #:optional (module (user-module)))
  "Return the value of the last form of FILE, which is loaded in MODULE, or of the package that FILE describes in JSON."
  (unless (file-exists? file)
    (raise (formatted-message (G_ "failed to load '~a': ~a") file (strerror ENOENT))))
  (save-module-excursion
   (lambda ()
     (set-current-module module)
     (primitive-load (or (and (string-suffix? ".json" file)
                              ((@ (guix import json) json->scheme-file) file))
                         file)))))

(define (load-manifest file)
  "Return the manifest that is the value of FILE."
  (let ((value (load-file file (make-user-module '((guix profiles) (gnu) (gnu packages) (guix packages) (guix gexp))))))
    (if ((@ (guix profiles) manifest?) value)
        value
        (raise (make-compound-condition
                (formatted-message (G_ "~a: not a manifest: ~s") file value)
                (condition
                 (&error-location (location (force (last-form-location file))))
                 (&fix-hint
                  (hint (G_ "The last expression should be one such as
@code{(specifications->manifest '(\"hello\"))}.")))))))))

(define (last-form-location file)
  "Return a promise of the location of the last form in FILE, or of #f when it has none."
  (delay (false-if-exception (call-with-input-file file last-location))))

(define (last-form-location/text text)
  "Return a promise of the location of the last form in TEXT, which is of the command line."
  (delay (false-if-exception
          (call-with-input-string text
            (lambda (port)
              (last-location (named port command-line-name)))))))

(define (last-location port)
  (let loop ((last #f))
    (skip-to-form port)
    (let ((here (location (port-filename port) (+ 1 (port-line port)) (port-column port))))
      (if (eof-object? (read port))
          last
          (loop here)))))

(define (skip-to-form port)
  "Read whitespace and line comments from PORT."
  (match (peek-char port)
    ((? eof-object?) #t)
    (#\; (let comment ()
           (match (read-char port)
             ((or #\newline (? eof-object?)) (skip-to-form port))
             (_ (comment)))))
    ((? char-whitespace?)
     (read-char port)
     (skip-to-form port))
    (_ #t)))
