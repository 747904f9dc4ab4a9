;;; Commentary:
;;;
;;; Phases of Java packages that Ant builds.  A `build.xml' is written for a package that is to be one jar; jars are repacked
;;; without time stamps and without compression, so that references to the store are found in them.
;;; Interface: (guix build ant-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build ant-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (sxml simple)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:use-module (ice-9 receive)
  #:export (%standard-phases
            ant-build))


;;;
;;; build.xml.
;;;

(define (element name attributes . children)
  "Return the XML element NAME with ATTRIBUTES, lists of a name and a value, and CHILDREN."
  `(,name (@ ,@attributes) ,@children))

(define (property name value)
  (element 'property `((name ,name) (value ,value))))

(define (path-element kind value)
  (element 'pathelement `((,kind ,value))))

(define (task-target name dependencies . tasks)
  (apply element 'target
         `((name ,name)
           ,@(if dependencies `((depends ,dependencies)) '()))
         tasks))

(define (make-directory name)
  (element 'mkdir `((dir ,name))))

(define (default-build.xml jar-name prefix source-dir test-dir main-class test-include test-exclude)
  "Return the XML document that tells Ant how to make JAR-NAME of the sources in SOURCE-DIR, run the tests in TEST-DIR, and
install to PREFIX."
  (element
   'project `((basedir ".") (name ,jar-name))
   (property "classes.dir" "${basedir}/build/classes")
   (property "manifest.dir" "${basedir}/build/manifest")
   (property "manifest.file" "${manifest.dir}/MANIFEST.MF")
   (property "jar.dir" "${basedir}/build/jar")
   (property "dist.dir" prefix)
   (property "test.home" test-dir)
   (property "test.classes.dir" "${basedir}/build/test-classes")
   ;; The class path of the environment is complete.
   (property "build.sysclasspath" "first")
   (element 'property '((environment "env")))
   (element 'path '((id "classpath"))
            (path-element 'location "${env.CLASSPATH}"))
   (task-target "manifest" #f
                (make-directory "${manifest.dir}")
                (apply element 'manifest '((file "${manifest.file}"))
                       (if main-class
                           (list (element 'attribute `((name "Main-Class") (value ,main-class))))
                           '())))
   (task-target "compile" #f
                (make-directory "${classes.dir}")
                (element 'javac `((includeantruntime "false")
                                  (srcdir ,source-dir)
                                  (destdir "${classes.dir}"))
                         (element 'classpath '((refid "classpath")))))
   (task-target "compile-tests" #f
                (make-directory "${test.classes.dir}")
                (element 'javac `((includeantruntime "false")
                                  (srcdir ,test-dir)
                                  (destdir "${test.classes.dir}"))
                         (element 'classpath '()
                                  (path-element 'path "${env.CLASSPATH}")
                                  (path-element 'location "${classes.dir}")
                                  (path-element 'location "${test.classes.dir}"))))
   (task-target "check" "compile-tests"
                (make-directory "${test.home}/test-reports")
                (element 'junit '((printsummary "true") (showoutput "true")
                                  (fork "yes") (haltonfailure "yes"))
                         (element 'classpath '()
                                  (path-element 'path "${env.CLASSPATH}")
                                  (path-element 'location "${test.home}/resources")
                                  (path-element 'location "${classes.dir}")
                                  (path-element 'location "${test.classes.dir}"))
                         (element 'formatter '((type "plain") (usefile "true")))
                         (element 'batchtest '((fork "yes") (todir "${test.home}/test-reports"))
                                  (apply element 'fileset '((dir "${test.home}/java"))
                                         (append
                                          (map (lambda (name) (element 'include `((name ,name))))
                                               test-include)
                                          (map (lambda (name) (element 'exclude `((name ,name))))
                                               test-exclude))))))
   (task-target "jar" "compile, manifest"
                (make-directory "${jar.dir}")
                (element 'jar `((destfile ,(string-append "${jar.dir}/" jar-name))
                                (manifest "${manifest.file}")
                                (basedir "${classes.dir}"))))
   (task-target "install" #f
                (element 'copy '((todir "${dist.dir}"))
                         (element 'fileset '((dir "${jar.dir}"))
                                  (element 'include '((name "**/*.jar"))))))))


;;;
;;; Phases.
;;;

(define (class-path inputs)
  "Return the class path of all jars among INPUTS."
  (string-join (append-map (match-lambda
                             ((_ . directory) (find-files directory "\\.jar$")))
                           inputs)
               ":"))

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE, a jar of sources or an archive."
  (if (string-suffix? ".jar" source)
      (begin
        (mkdir "src")
        (with-directory-excursion "src"
          (invoke "jar" "-xf" source)))
      ((assq-ref gnu:%standard-phases 'unpack) #:source source)))

(define* (configure #:key inputs outputs jar-name
                    (source-dir "src")
                    (test-dir "src/test")
                    main-class
                    (test-include '("**/*Test.java"))
                    (test-exclude '("**/Abstract*.java"))
                    #:allow-other-keys)
  "Let Java find the jars of INPUTS, and write a `build.xml' if JAR-NAME is true."
  (when jar-name
    (call-with-output-file "build.xml"
      (lambda (port)
        (sxml->xml (default-build.xml jar-name
                     (string-append (assoc-ref outputs "out") "/share/java")
                     source-dir test-dir main-class test-include test-exclude)
                   port)))
    (utime "build.xml" 0 0))
  (setenv "JAVA_HOME" (assoc-ref inputs "jdk"))
  (setenv "CLASSPATH" (class-path inputs)))

(define* (build #:key (make-flags '()) (build-target "jar") #:allow-other-keys)
  "Run Ant's target BUILD-TARGET."
  (apply invoke "ant" build-target make-flags))

(define* (check #:key target (make-flags '()) (tests? (not target)) (test-target "check")
                #:allow-other-keys)
  "Run Ant's target TEST-TARGET, if TESTS? is true."
  (if tests?
      (apply invoke "ant" test-target make-flags)
      (format #t "test suite not run~%")))

(define* (install #:key (make-flags '()) #:allow-other-keys)
  "Run Ant's target \"install\"."
  (apply invoke "ant" "install" make-flags))

(define (for-each-jar proc outputs)
  "Call PROC with each jar in OUTPUTS that is a file of its own."
  (for-each (match-lambda
              ((_ . directory)
               (for-each proc
                         (find-files directory
                                     (lambda (file stat)
                                       (and (string-suffix? ".jar" file)
                                            (eq? 'regular (stat:type stat))))))))
            outputs))

(define* (generate-jar-indices #:key outputs #:allow-other-keys)
  "Add an index to jars.  Manifests break lines in the middle of file names, which hides references to the store; the index
does not, and Java prefers it."
  (for-each-jar (lambda (jar) (invoke "jar" "-i" jar)) outputs))

(define (repack-jar jar)
  "Pack JAR again without time stamps.  The tool `jar' would write the current time for the manifest; `zip' does not, and
the manifest must come first."
  (format #t "repacking ~a\n" jar)
  (let ((directory (mkdtemp "jar-contents.XXXXXX")))
    (with-directory-excursion directory
      (invoke "jar" "xf" jar)
      (delete-file jar)
      (for-each (lambda (file)
                  (unless (symbolic-link? file)
                    (utime file 0 0 0 0)))
                (find-files "." #:directories? #t))
      (apply invoke "zip" "-0" "-X" jar
             ;; A file given twice is an error.
             (receive (manifest others)
                 (partition (cut string=? <> "./META-INF/MANIFEST.MF")
                            (find-files "." ".*" #:directories? #t))
               (append manifest others))))
    (utime jar 0 0)))

(define* (strip-jar-timestamps #:key outputs #:allow-other-keys)
  "Pack jars again without time stamps."
  (for-each-jar repack-jar outputs))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'unpack unpack)
    (delete 'bootstrap)
    (replace 'configure configure)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    ;; Twice: the order of files goes into the index, which has a time stamp.
    (add-after 'install 'reorder-jar-content strip-jar-timestamps)
    (add-after 'reorder-jar-content 'generate-jar-indices generate-jar-indices)
    (add-after 'generate-jar-indices 'strip-jar-timestamps strip-jar-timestamps)))

(define* (ant-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
