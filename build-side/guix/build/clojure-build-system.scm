;;; Commentary:
;;;
;;; Phases of Clojure packages, in addition to those of Java packages.
;;; Interface: (guix build clojure-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build clojure-build-system)
  #:use-module ((guix build ant-build-system) #:prefix ant:)
  #:use-module (guix build clojure-utils)
  #:use-module (guix build java-utils)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            clojure-build
            reset-class-timestamps))

(define* (compile-java #:key java-source-dirs java-compile-dir #:allow-other-keys)
  "Compile the Java sources."
  (let ((files (append-map (lambda (directory) (find-files directory "\\.java$"))
                           java-source-dirs)))
    (mkdir-p java-compile-dir)
    (unless (null? files)
      (apply invoke "javac" "-verbose" "-d" java-compile-dir files))))

(define (selected-libraries directories include exclude)
  (include-list\exclude-list include exclude
                             #:all-list (append-map find-clojure-libs directories)))

(define* (build #:key source-dirs java-source-dirs compile-dir java-compile-dir
                jar-names main-class omit-source? aot-include aot-exclude
                #:allow-other-keys)
  "Compile the Clojure libraries and make jars."
  (define libraries (selected-libraries source-dirs aot-include aot-exclude))

  (define (files directory)
    (cons directory (find-files* directory)))

  (mkdir-p compile-dir)
  (eval-with-clojure `(run! compile ',libraries)
                     (cons* compile-dir java-compile-dir source-dirs))
  (let ((contents
         `((,compile-dir
            ;; Clojure compiles what a library needs too.
            ,@(filter (lambda (class)
                        (any (lambda (library) (compiled-from? class library)) libraries))
                      (find-files* compile-dir)))
           ,(files java-compile-dir)
           ,@(if omit-source?
                 '()
                 (map files (append source-dirs java-source-dirs))))))
    (for-each (lambda (jar) (create-jar jar contents #:main-class main-class))
              jar-names)))

(define* (check #:key test-dirs jar-names tests? test-include test-exclude
                #:allow-other-keys)
  "Run the tests on each jar, if TESTS? is true."
  (when tests?
    (let ((libraries (selected-libraries test-dirs test-include test-exclude)))
      (for-each (lambda (jar)
                  (eval-with-clojure
                   `(do (apply require '(clojure.test ,@libraries))
                        (if (clojure.test/successful? (apply clojure.test/run-tests ',libraries))
                            (System/exit 0)
                            (System/exit 1)))
                   (cons jar test-dirs)))
                jar-names))))

(define (repack-with-newer-classes jar)
  "Pack JAR again, its classes with one time that is later than that of sources: Clojure would compile sources again."
  (format #t "resetting class timestamps and repacking ~a\n" jar)
  (let ((early-1980 315619200)
        (directory (mkdtemp "jar-contents.XXXXXX")))
    (with-directory-excursion directory
      (invoke "jar" "xf" jar)
      (delete-file jar)
      (for-each (lambda (file)
                  (unless (symbolic-link? file)
                    (utime file early-1980 early-1980)))
                (find-files "." "\\.class$"))
      (apply invoke "zip" "-0" "-X" jar
             (append (if (file-exists? "META-INF/MANIFEST.MF")
                         '("META-INF/MANIFEST.MF")
                         '())
                     (find-files "." ".*" #:directories? #t))))
    (utime jar 0 0)))

(define* (reset-class-timestamps #:key outputs #:allow-other-keys)
  "Pack the jars of OUTPUTS again, with the times that Clojure needs."
  (for-each (match-lambda
              ((_ . directory)
               (for-each repack-with-newer-classes
                         (find-files directory
                                     (lambda (file stat)
                                       (and (string-suffix? ".jar" file)
                                            (eq? 'regular (stat:type stat))))))))
            outputs))

(define install
  ;; The jars are in the top-level directory.
  (install-jars "./"))

(define %standard-phases
  (modify-phases ant:%standard-phases
    (add-before 'build 'compile-java compile-java)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    (add-after 'install-license-files 'install-doc install-doc)
    (add-after 'reset-gzip-timestamps 'reset-class-timestamps reset-class-timestamps)))

(define* (clojure-build #:key inputs (phases %standard-phases)
                        #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply ant:ant-build #:inputs inputs #:phases phases args))
