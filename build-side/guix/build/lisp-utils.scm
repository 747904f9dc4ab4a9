;;; Commentary:
;;;
;;; Running a Common Lisp implementation to compile, to test, and to make programs of systems that ASDF knows.
;;; Interface: (guix build lisp-utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build lisp-utils)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:use-module (ice-9 regex)
  #:export (%lisp
            %lisp-type
            %source-install-prefix
            lisp-eval-program
            compile-systems
            test-system
            replace-escaped-macros
            generate-executable-wrapper-system
            generate-executable-entry-point
            generate-executable-for-system
            wrap-output-translations
            prepend-to-source-registry
            build-program
            build-image
            make-asdf-configuration
            valid-char-set
            normalize-string
            library-output))

;; The command of the implementation, and its kind: "sbcl" or "ecl".
(define %lisp (make-parameter "lisp"))
(define %lisp-type (make-parameter "lisp"))

(define %source-install-prefix "/share/common-lisp")

(define (library-output outputs)
  "Return the output for libraries: \"lib\", or else \"out\"."
  (or (assoc-ref outputs "lib")
      (assoc-ref outputs "out")))

(define valid-char-set
  ;; Characters of names in the store.
  (string->char-set
   "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz+-._?="))

(define (normalize-string str)
  "Return STR with a hyphen in place of other characters than those of names in the store."
  (string-join (string-tokenize str valid-char-set) "-"))


;;;
;;; Lisp code.
;;;

(define (lisp-keyword . parts)
  "Return the Lisp keyword whose name is made of PARTS, as a symbol."
  (string->symbol (string-concatenate (cons ":" parts))))

(define (replace-escaped-macros string)
  "Return STRING, written Scheme code, with simple forms that Scheme escapes as Lisp writes them: \"#p\" for \"#{#p}#\"."
  (regexp-substitute/global #f "#\\{(\\S*)\\}#" string 'pre 1 'post))

(define (write-code file . forms)
  "Write FORMS to FILE."
  (call-with-output-file file
    (lambda (port)
      (for-each (lambda (form)
                  (pretty-print form port)
                  (newline port))
                forms))))

(define (wrap-output-translations translations)
  "Return the ASDF configuration that adds TRANSLATIONS, where compiled files go, to those there are."
  `(:output-translations ,@translations :inherit-configuration))

(define (prepend-to-source-registry path)
  "Let ASDF look for systems in PATH first."
  (setenv "CL_SOURCE_REGISTRY"
          (string-append path ":" (or (getenv "CL_SOURCE_REGISTRY") ""))))

(define (lisp-eval-program program)
  "Let the implementation evaluate PROGRAM, a list of forms."
  (define evaluations
    (append-map (lambda (form) (list "--eval" (object->string form))) program))

  (define command
    (match (%lisp-type)
      ("sbcl" (cons* (%lisp) "--non-interactive" evaluations))
      ("ecl" (cons (%lisp) (append evaluations '("--eval" "(quit)"))))
      (_ (error "The LISP provided is not supported at this time."))))

  (format #t "Invoking ~a: ~a~%" (%lisp-type) (string-join (map object->string command)))
  (apply invoke command))

(define (evaluate-with-systems directory forms)
  "Evaluate FORMS with the systems in DIRECTORY and below known to ASDF."
  (lisp-eval-program
   `((require :asdf)
     (asdf:initialize-source-registry
      (list :source-registry
            (list :tree (uiop:ensure-pathname ,directory :truenamize t :ensure-directory t))
            :inherit-configuration))
     ,@forms)))

(define (compile-systems systems directory operation)
  "Do OPERATION, the name of a procedure of ASDF, to SYSTEMS in DIRECTORY."
  (evaluate-with-systems directory
                         (map (lambda (system)
                                (list (string->symbol (string-append "asdf:" operation)) system))
                              systems)))

(define (test-system test-systems directory)
  "Test TEST-SYSTEMS in DIRECTORY."
  (evaluate-with-systems directory
                         (map (lambda (system) `(asdf:test-system ,system))
                              test-systems)))

(define (make-asdf-configuration name conf-dir deps-conf-dir source-dir lib-dir)
  "Write the files in CONF-DIR that tell ASDF where the sources and the compiled files of NAME are, SOURCE-DIR and LIB-DIR,
beside those in DEPS-CONF-DIR for what it needs."
  (define (configure directory form)
    (let ((target (string-append conf-dir directory))
          (needed (string-append deps-conf-dir directory)))
      (mkdir-p target)
      (when (directory-exists? needed)
        (copy-recursively needed target))
      (write-code (string-append target "/50-" name ".conf") form)))

  (configure "/source-registry.conf.d" `(:tree ,source-dir))
  (configure "/asdf-output-translations.conf.d"
             `((,source-dir :**/ :*.*.*)
               (,lib-dir :**/ :*.*.*))))


;;;
;;; Programs.
;;;

(define (generate-executable-wrapper-system system dependencies)
  "Write to the current directory the definition of a system for a program that has DEPENDENCIES, systems, in it."
  (let ((name (string-append system "-exec")))
    (write-code (string-append name ".asd")
                `(defsystem ,(lisp-keyword name)
                   :entry-point ,(string-append name ":main")
                   :depends-on (:uiop ,@(map lisp-keyword dependencies))
                   :components ((:file ,name))))))

(define (generate-executable-entry-point system entry-program)
  "Write to the current directory the procedure that a program starts with; it evaluates ENTRY-PROGRAM, a list of forms,
with `arguments' bound to the arguments of the command."
  (let* ((name (string-append system "-exec"))
         (package (lisp-keyword name)))
    (write-code (string-append name ".lisp")
                `(defpackage ,package (:use :cl) (:export :main))
                `(in-package ,package)
                `(defun main ()
                   (let ((arguments uiop:*command-line-arguments*))
                     (declare (ignorable arguments))
                     ,@entry-program)))))

(define* (generate-executable-for-system type system #:key compress?)
  "Make the program whose definition for SYSTEM was written; TYPE is 'asdf:image-op or 'asdf:program-op, which needs no
implementation to run.  SBCL compresses it if COMPRESS? is true."
  (let ((name (string-append system "-exec")))
    (lisp-eval-program
     `((require :asdf)
       ,(if (and compress? (string=? (%lisp-type) "sbcl"))
            '(defmethod asdf:perform ((o asdf:image-op) (c asdf:system))
               (uiop:dump-image (asdf:output-file o c) :executable t :compression t))
            '())
       (asdf:load-asd (truename ,(string-append name ".asd")))
       (asdf:operate ',type ,name)))))

(define (keep-references file prefixes)
  "Link the definitions of systems in PREFIXES, outputs, from the output that FILE is in: what a program has in it may be
found by no reference."
  (let* ((store-length (+ 1 (string-length (%store-directory))))
         (output (string-take file (string-index file #\/ store-length)))
         (links (string-append output "/.asd-files")))
    (mkdir-p links)
    (for-each (lambda (definition)
                (symlink definition (string-append links "/" (basename definition))))
              (append-map (lambda (prefix)
                            (find-files (string-append prefix %source-install-prefix "/" (%lisp-type))
                                        "\\.asd$"))
                          prefixes))))

(define* (generate-executable file result type outputs
                              #:key dependencies dependency-prefixes entry-program compress?)
  "Make the program FILE; RESULT is what ASDF appends to its name."
  (let ((directory (dirname file))
        (name (basename file)))
    (setenv "XDG_CONFIG_DIRS" (string-append (library-output outputs) "/etc"))
    (mkdir-p directory)
    (with-directory-excursion directory
      (generate-executable-wrapper-system name dependencies)
      (generate-executable-entry-point name entry-program)
      ;; What is compiled goes here.
      (setenv "ASDF_OUTPUT_TRANSLATIONS"
              (replace-escaped-macros
               (object->string
                (wrap-output-translations
                 `(((,directory :**/ :*.*.*)
                    (,directory :**/ :*.*.*)))))))
      (generate-executable-for-system type name #:compress? compress?)
      (keep-references file dependency-prefixes)
      (for-each (lambda (extension)
                  (delete-file (string-append name "-exec" extension)))
                '(".asd" ".lisp" ".fasl"))
      (rename-file (string-append name (car result))
                   (string-append name (cdr result))))
    #t))

(define* (build-program program outputs
                        #:key
                        (dependency-prefixes (list (library-output outputs)))
                        (dependencies (list (basename program)))
                        entry-program compress?
                        #:allow-other-keys)
  "Make PROGRAM, an executable file that has DEPENDENCIES, systems, in it and evaluates ENTRY-PROGRAM, a list of forms, with
`arguments' bound to the arguments of the command.  References to what DEPENDENCY-PREFIXES, outputs, define are kept."
  (generate-executable program '("-exec" . "") 'asdf:program-op outputs
                       #:dependencies dependencies
                       #:dependency-prefixes dependency-prefixes
                       #:entry-program entry-program
                       #:compress? compress?))

(define* (build-image image outputs
                      #:key
                      (dependency-prefixes (list (library-output outputs)))
                      (dependencies (list (basename image)))
                      #:allow-other-keys)
  "Make IMAGE.image, an image that has DEPENDENCIES, systems, in it."
  (generate-executable image '("-exec--all-systems.image" . ".image") 'asdf:image-op outputs
                       #:dependencies dependencies
                       #:dependency-prefixes dependency-prefixes
                       #:entry-program '(nil)))
