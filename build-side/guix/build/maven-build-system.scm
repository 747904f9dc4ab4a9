;;; Commentary:
;;;
;;; Phases of Java packages that Maven builds: a repository is made of what the inputs have installed, and what is needed is
;;; taken in the versions there are.
;;; Interface: (guix build maven-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build maven-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build maven pom)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            maven-build))

(define (repository)
  (string-append (getenv "HOME") "/.m2/repository"))

(define (maven . arguments)
  (apply invoke "mvn" (append arguments
                              (list (string-append "-Duser.home=" (getenv "HOME"))))))

(define* (set-home #:key inputs #:allow-other-keys)
  "Let Maven have its repository in the build directory."
  (setenv "HOME" (string-append (getcwd) "/build-home"))
  (setenv "JAVA_HOME" (assoc-ref inputs "jdk")))

(define* (configure #:key inputs #:allow-other-keys)
  "Put links to what INPUTS have installed into the repository."
  (for-each (match-lambda
              ((_ . input)
               (let ((source (string-append input "/lib/m2")))
                 (when (file-exists? source)
                   (for-each (lambda (file)
                               (let ((link (string-append (repository) "/" file)))
                                 (mkdir-p (dirname link))
                                 (symlink (string-append source "/" file) link)))
                             (with-directory-excursion source
                               (find-files "." ".*.(jar|pom)$")))))))
            inputs)
  (invoke "mvn" "-v"))

(define* (fix-pom-files #:key inputs local-packages exclude #:allow-other-keys)
  "Let the files that describe the package and its modules need what there is; LOCAL-PACKAGES are versions of packages that
are no inputs, EXCLUDE are plug-ins to leave out."
  (let ((local-packages (pom-local-packages "pom.xml" #:local-packages local-packages)))
    (format (current-error-port) "Fix pom files with local packages: ~a~%" local-packages)
    (for-each (lambda (file)
                (when (file-exists? file)
                  (chmod file #o644)
                  (format #t "fixing ~a~%" file)
                  (fix-pom-dependencies file (map cdr inputs)
                                        #:with-plugins? #t
                                        #:with-build-dependencies? #t
                                        #:with-modules? #t
                                        #:local-packages local-packages
                                        #:excludes exclude)))
              (pom-and-submodules "pom.xml"))))

(define* (build #:rest _)
  "Build the package."
  (maven "package" "-o"))

(define* (check #:key tests? #:allow-other-keys)
  "Run the tests, if TESTS? is true."
  (when tests?
    (maven "test" "-e")))

(define* (install #:key outputs #:allow-other-keys)
  "Install the package: Maven installs to its repository, where the files that are no links are the package's own."
  (let ((out (assoc-ref outputs "out")))
    (maven "install" "-o" "-e" "-DskipTests")
    (with-directory-excursion (repository)
      (for-each (lambda (file)
                  (unless (symbolic-link? file)
                    (let ((target (string-append out "/lib/m2/" file)))
                      (mkdir-p (dirname target))
                      (copy-file file target))))
                (find-files "." ".")))
    ;; These have time stamps.
    (for-each delete-file
              (find-files out "^(maven-metadata-local.xml|_remote.repositories)$"))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (add-before 'configure 'set-home set-home)
    (replace 'configure configure)
    (add-after 'configure 'fix-pom-files fix-pom-files)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)))

(define* (maven-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
