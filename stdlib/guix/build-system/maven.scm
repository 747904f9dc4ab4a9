;;; Commentary:
;;;
;;; The build system of Java packages that Maven builds.  The phases are in (guix build maven-build-system).
;;; Interface: (guix build-system maven) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system maven)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%maven-build-system-modules
            default-maven
            default-maven-plugins
            %default-exclude
            lower
            maven-build
            maven-build-system))

(define %maven-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build maven-build-system)
    (guix build maven pom)
    ,@%gnu-build-system-modules))

(define default-maven
  (collection-variable '(gnu packages maven) 'maven))

(define (default-maven-plugins)
  "Return the inputs that are the plug-ins which Maven's standard life cycle runs."
  (map (lambda (name)
         (list (symbol->string name)
               ((collection-variable '(gnu packages maven) name))))
       '(maven-compiler-plugin maven-jar-plugin maven-resources-plugin maven-surefire-plugin
         java-surefire-junit4 maven-install-plugin)))

(define %default-exclude
  ;; Plug-ins that serve maintainers, by group; they are taken out of POM files.
  '(("org.apache.maven.plugins" . ("maven-release-plugin" "maven-site-plugin"))))

(define maven-build
  (native-builder 'maven-build
                  #:documentation "Build SOURCE with Maven and INPUTS."
                  #:imported-modules %maven-build-system-modules
                  #:modules '((guix build maven-build-system)
                              (guix build maven pom)
                              (guix build utils))
                  #:variables? #f
                  #:parameters `((out-of-source? #t)
                                 (validate-runpath? #t) (patch-shebangs? #t)
                                 (strip-binaries? #t)
                                 (exclude ,%default-exclude)
                                 (local-packages ())
                                 (tests? #t)
                                 (strip-flags '("--strip-debug"))
                                 (strip-directories '("lib" "lib64" "libexec" "bin" "sbin")))
                  #:arguments '(source system outputs inputs search-paths phases
                                (exclude quoted) (local-packages quoted) tests? out-of-source?
                                validate-runpath? patch-shebangs? strip-binaries? (strip-flags code)
                                (strip-directories code))))

(define lower
  (lowering maven-build
            #:tools `(("maven" #:maven ,default-maven)
                      ("jdk" #:jdk ,(collection-variable '(gnu packages java) 'icedtea) "jdk"))
            #:private '(#:maven-plugins)
            #:build-inputs (list 'tools
                                 (lambda (arguments)
                                   (keyword-argument arguments #:maven-plugins default-maven-plugins))
                                 'native-inputs)))

(define maven-build-system
  (build-system
    (name 'maven)
    (description "The standard Maven build system")
    (lower lower)))
