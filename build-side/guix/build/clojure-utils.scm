;;; Commentary:
;;;
;;; What builds of Clojure packages use: finding libraries, evaluating with Clojure, making jars, and the defaults of the
;;; build system's arguments, which the host side shares.
;;; Interface: (guix build clojure-utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build clojure-utils)
  #:use-module (guix build utils)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (srfi srfi-1)
  #:export (@*
            @@*
            define-with-docs

            %doc-regex
            install-doc

            %source-dirs
            %java-source-dirs
            %test-dirs
            %compile-dir
            %java-compile-dir
            package-name->jar-names
            %main-class
            %omit-source?
            %aot-include
            %aot-exclude
            %tests?
            %test-include
            %test-exclude

            %clojure-regex
            canonicalize-relative-path
            find-files*
            file-sans-extension
            relative-path->clojure-lib-string
            find-clojure-libs
            compiled-from?
            include-list\exclude-list
            eval-with-clojure
            create-jar))


;;;
;;; Syntax.
;;;

(define-syntax-rule (@* module name)
  "Return the value of NAME, which MODULE exports; MODULE is loaded when this is evaluated."
  (module-ref (resolve-interface 'module) 'name))

(define-syntax-rule (@@* module name)
  "Return the value of NAME, which MODULE defines; MODULE is loaded when this is evaluated."
  (module-ref (resolve-module 'module) 'name))

(define-syntax-rule (define-with-docs name documentation value)
  "Define NAME as VALUE and give the value DOCUMENTATION."
  (begin
    (define name value)
    (set-object-property! name 'documentation documentation)))


;;;
;;; Defaults.
;;;

(define-with-docs %doc-regex
  "The default regexp for base names of documents in the top-level directory."
  "^(README.*|.*\\.html|.*\\.org|.*\\.md|\\.markdown|\\.txt)$")

(define-with-docs %source-dirs
  "The default list of directories of Clojure sources."
  '("src/"))

(define-with-docs %java-source-dirs
  "The default list of directories of Java sources."
  '())

(define-with-docs %test-dirs
  "The default list of directories of tests."
  '("test/"))

(define-with-docs %compile-dir
  "The default directory for classes compiled from Clojure."
  "classes/")

(define-with-docs %java-compile-dir
  "The default directory for classes compiled from Java."
  "java-classes/")

(define-with-docs %main-class
  "The default main class of jars, a symbol or #f."
  #f)

(define-with-docs %omit-source?
  "Whether jars are without sources by default."
  #f)

(define-with-docs %aot-include
  "The default list of the libraries to compile, as symbols; #:all stands for all that are found."
  '(#:all))

(define-with-docs %aot-exclude
  "The default list of the libraries not to compile."
  '(data-readers))

(define-with-docs %tests?
  "Whether tests are run by default."
  #t)

(define-with-docs %test-include
  "The default list of the tests to run, as symbols; #:all stands for all that are found."
  '(#:all))

(define-with-docs %test-exclude
  "The default list of the tests not to run."
  '())

(define-with-docs %clojure-regex
  "The default regexp for names of Clojure sources."
  "\\.cljc?$")

(define (package-name->jar-names name)
  "Return the default names of the jars of the package NAME, which ends in a version: with and without it."
  (call-with-values (lambda () (package-name->name+version name))
    (lambda (base version)
      (list (string-append name ".jar")
            (string-append base ".jar")))))


;;;
;;; Files and libraries.
;;;

(define (canonicalize-relative-path path)
  "Return PATH, a relative file name, without empty components, \".\" and, where that is possible, \"..\".  The file need
not exist."
  (define (add component result)
    ;; From right to left: RESULT is what follows.
    (match (cons component result)
      ((".." . _) (cons component result))
      ((_ ".." . rest) rest)
      (components components)))

  (match (fold-right add '()
                     (remove (lambda (component) (member component '("" ".")))
                             (string-split path #\/)))
    (() ".")
    (components (string-join components "/"))))

(define (find-files* base-dir . args)
  "Like `find-files' in BASE-DIR, but return names relative to it."
  (with-directory-excursion base-dir
    (map canonicalize-relative-path (apply find-files "./" args))))

(define (file-sans-extension file)
  "Return FILE without its extension, if it has one."
  (match (string-rindex file #\.)
    (#f file)
    (dot (string-take file dot))))

(define (relative-path->clojure-lib-string path)
  "Return the name of the Clojure library in the file PATH."
  (string-map (lambda (char)
                (case char
                  ((#\/) #\.)
                  ((#\_) #\-)
                  (else char)))
              (file-sans-extension path)))

(define* (find-clojure-libs base-dir #:key (clojure-regex %clojure-regex))
  "Return the list of the Clojure libraries in BASE-DIR and below, symbols; their files match CLOJURE-REGEX, a regexp or a
string."
  (map (lambda (file)
         (string->symbol (relative-path->clojure-lib-string file)))
       (find-files* base-dir clojure-regex)))

(define (compiled-from? class lib)
  "Return whether the file CLASS comes from compiling the library LIB, a symbol."
  (string-prefix? (symbol->string lib)
                  (relative-path->clojure-lib-string class)))

(define* (include-list\exclude-list include-list exclude-list #:key all-list)
  "Return the elements of INCLUDE-LIST that are not in EXCLUDE-LIST; in both, #:all stands for the elements of ALL-LIST."
  (define (expanded list)
    (append-map (lambda (element)
                  (if (eq? element #:all) all-list (cons element '())))
                list))

  (lset-difference equal? (expanded include-list) (expanded exclude-list)))

(define* (install-doc #:key doc-dirs (doc-regex %doc-regex) outputs #:allow-other-keys)
  "Install the files of the top-level directory whose names match DOC-REGEX, a regexp or a string, and what is in DOC-DIRS
and below, unless a file of that name is installed."
  (define out (assoc-ref outputs "out"))
  (define directory
    (string-append (or (assoc-ref outputs "doc") out)
                   "/share/doc/" (strip-store-file-name out) "/"))
  (define regexp
    (if (string? doc-regex) (make-regexp doc-regex) doc-regex))

  (for-each (lambda (file)
              (unless (file-exists? (string-append directory file))
                (install-file file directory)))
            (scandir "." (lambda (file) (regexp-exec regexp file))))
  (for-each (lambda (source) (copy-recursively source directory))
            (or doc-dirs '()))
  #t)


;;;
;;; Programs.
;;;

(define (eval-with-clojure expr extra-paths)
  "Evaluate EXPR, an S-expression, with Clojure, whose class path is CLASSPATH followed by EXTRA-PATHS.  There are no
brackets in it: Scheme writes parentheses."
  (invoke "java"
          "-classpath" (string-join (cons (getenv "CLASSPATH") extra-paths) ":")
          "clojure.main"
          "--eval" (object->string expr)))

(define* (create-jar output-jar dir-files-alist
                     #:key (verbose? #t) compress? (main-class %main-class))
  "Make the jar OUTPUT-JAR of the files in DIR-FILES-ALIST, whose elements are a directory and a list of names relative to
it."
  (define options
    ;; Without compression, references to the store can be found in it.
    (string-append "c" (if verbose? "v" "") "f" (if compress? "" "0") (if main-class "e" "")))

  (apply invoke "jar" options output-jar
         (append (if main-class (list (symbol->string main-class)) '())
                 (append-map (match-lambda
                               ((directory . files)
                                (append-map (lambda (file) (list "-C" directory file))
                                            files)))
                             dir-files-alist))))
