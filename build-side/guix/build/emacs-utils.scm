;;; Commentary:
;;;
;;; Running Emacs to evaluate Emacs Lisp, to edit files by expressions, and to compile.
;;; Interface: (guix build emacs-utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build emacs-utils)
  #:use-module (guix build utils)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (%emacs
            emacs-batch-eval
            emacs-batch-edit-file
            emacs-batch-disable-compilation
            emacs-batch-script

            emacs-batch-error?
            emacs-batch-error-message

            emacs-generate-autoloads
            emacs-byte-compile-directory
            emacs-compile-directory
            emacs-header-parse

            as-display
            emacs-substitute-sexps
            emacs-substitute-variables))


;;;
;;; Running Emacs.
;;;

(define %emacs
  ;; The command.
  (make-parameter "emacs"))

(define (expression->text expression)
  "Return the text of EXPRESSION, Emacs Lisp code as a string or as an S-expression."
  (if (string? expression)
      expression
      (object->string expression)))

(define* (emacs-batch-eval expr #:key dynamic?)
  "Run Emacs to evaluate EXPR, with dynamic scoping if DYNAMIC? is true."
  (invoke (%emacs) "--quick" "--batch"
          (string-append "--eval=(eval '" (expression->text expr)
                         (if dynamic? " nil)" " t)"))))

(define (emacs-batch-edit-file file expr)
  "Run Emacs to evaluate EXPR in a buffer that visits FILE."
  (invoke (%emacs) "--quick" "--batch"
          (string-append "--visit=" file)
          (string-append "--eval=" (expression->text expr))))

(define* (emacs-batch-disable-compilation file #:key native?)
  "Mark FILE so that it is not compiled; only not to native code if NATIVE? is true."
  (let ((variable (if native? 'no-native-compile 'no-byte-compile)))
    (emacs-batch-edit-file file
      `(progn (add-file-local-variable ',variable t)
              (basic-save-buffer)))))

(define-condition-type &emacs-batch-error &error
  emacs-batch-error?
  (message emacs-batch-error-message))     ;what Emacs wrote to its error port

(define (emacs-batch-script expr)
  "Run Emacs to evaluate EXPR and return what it prints; raise `&emacs-batch-error' when that fails."
  (let* ((errors (pipe))
         (port (with-error-to-port (cdr errors)
                 (lambda ()
                   (open-pipe* OPEN_READ (%emacs) "--quick" "--batch"
                               (string-append "--eval=" (expression->text expr))))))
         (printed (get-string-all port))
         (status (close-pipe port)))
    (close-port (cdr errors))
    (let ((message (get-string-all (car errors))))
      (close-port (car errors))
      (unless (zero? status)
        (raise (condition (&emacs-batch-error (message message))))))
    printed))


;;;
;;; Packages.
;;;

(define (emacs-generate-autoloads name directory)
  "Write the file that loads what the Emacs package NAME in DIRECTORY defines when it is first used."
  (let ((file (string-append directory "/" name "-autoloads.el")))
    (emacs-batch-eval
     `(let ((backup-inhibited t)
            (generated-autoload-file ,file))
        ;; Emacs 29, 28, and older.
        (cond ((require 'loaddefs-gen nil t) (loaddefs-generate ,directory ,file))
              ((fboundp 'make-directory-autoloads) (make-directory-autoloads ,directory ,file))
              (t (update-directory-autoloads ,directory))))
     #:dynamic? #t)))

(define (emacs-byte-compile-directory dir)
  "Compile the files in DIR and below to byte code."
  (emacs-batch-eval
   `(progn
     ;; Without it, Emacs succeeds whatever happens.
     (setq byte-compile-debug t)
     (byte-recompile-directory (file-name-as-directory ,dir) 0 1))))

(define (emacs-compile-directory dir)
  "Compile the files in DIR and below to native code, or to byte code when Emacs has no native compiler."
  (emacs-batch-eval
   `(let* ((byte-compile-debug t)
           (native (native-comp-available-p))
           (byte+native-compile native)
           ;; The first one is a cache, the second one the directory to install to.
           (directory (and native (cadr native-comp-eln-load-path))))
      (dolist (file (directory-files-recursively ,dir "\\.el$"))
        (let ((byte-to-native-output-file nil))
          (if native
              (native-compile file (comp-el-to-eln-filename file directory))
              (byte-compile-file file))
          ;; Byte code that native compilation leaves under a temporary name.
          (when byte-to-native-output-file
            (rename-file (car byte-to-native-output-file)
                         (cdr byte-to-native-output-file)
                         t)))))
   #:dynamic? #t))

(define (emacs-header-parse section file)
  "Return the text of SECTION in the header of FILE, an Emacs Lisp library."
  (emacs-batch-script
   `(progn
     (require 'lisp-mnt)
     (find-file ,file)
     (princ (lm-header ,section)))))


;;;
;;; Editing.
;;;

(define as-display
  ;; A word of `emacs-substitute-sexps'.
  '(as display))

(define (substitution leading-regexp replacement)
  "Return the Emacs Lisp forms that put REPLACEMENT, a text, in place of the expression after LEADING-REGEXP."
  `((goto-char (point-min))
    (re-search-forward ,leading-regexp)
    (kill-sexp)
    (insert " ")
    (insert ,replacement)))

(define-syntax substitution-of
  (syntax-rules (as-display)
    ((_ (leading-regexp replacement (as-display)))
     (substitution leading-regexp (format #f "~a" replacement)))
    ((_ (leading-regexp replacement))
     (substitution leading-regexp (format #f "~s" replacement)))))

(define-syntax-rule (emacs-substitute-sexps file clause ...)
  "Replace in FILE the expression that follows the first match of an Emacs regexp.  Each CLAUSE is (REGEXP REPLACEMENT), where
REPLACEMENT evaluates to a string, or (REGEXP REPLACEMENT (as-display)) when the string is Emacs Lisp code."
  (emacs-batch-edit-file file
    `(progn ,@(append (substitution-of clause) ...)
            (basic-save-buffer))))

(define-syntax-rule (emacs-substitute-variables file (variable replacement modifier ...) ...)
  "Replace in FILE the default values of variables.  Each clause is (VARIABLE REPLACEMENT), where REPLACEMENT evaluates to a
string, or (VARIABLE REPLACEMENT (as-display)) when the string is Emacs Lisp code."
  (emacs-substitute-sexps file
    ((string-append "(def[a-z]+[[:space:]\n]+" variable "\\_>")
     replacement modifier ...)
    ...))
