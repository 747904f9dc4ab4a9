;;; Commentary:
;;;
;;; The build system of Java packages that Ant builds; a `build.xml' is written for those without one.
;;; The phases are in (guix build ant-build-system).
;;; Interface: (guix build-system ant) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system ant)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix gexp)
  #:export (%ant-build-system-modules
            ant-build
            ant-build-system))

(define %ant-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build ant-build-system)
    (guix build maven java)
    (guix build maven plugin)
    (guix build maven pom)
    (guix build java-utils)
    (guix build syscalls)
    ,@%gnu-build-system-modules))

(define (list-of name)
  "Return the declaration of the builder's argument NAME, written as a call of `list'."
  (cons name (lambda (ref) (list #~(list #$@(ref name))))))

(define ant-build
  (native-builder 'ant-build
                  #:documentation "Build SOURCE with Ant, a JDK and INPUTS."
                  #:imported-modules %ant-build-system-modules
                  #:modules '((guix build ant-build-system)
                              (guix build java-utils)
                              (guix build utils))
                  #:variables? #f
                  #:parameters '((tests? #t)
                                 (test-target "check")
                                 (configure-flags '())
                                 (make-flags '())
                                 (build-target "jar")
                                 jar-name
                                 main-class
                                 (test-include ("**/*Test.java"))
                                 (test-exclude ("**/Abstract*.java"))
                                 (source-dir "src")
                                 (test-dir "src/test"))
                  #:arguments `(name source make-flags configure-flags system tests? test-target build-target
                                jar-name main-class ,(list-of 'test-include) ,(list-of 'test-exclude)
                                source-dir test-dir phases outputs search-paths inputs)))

(define ant-build-system
  (build-system
    (name 'ant)
    (description "The standard Ant build system")
    (lower (lowering ant-build
                     #:tools `(("jdk" #:jdk ,(collection-variable '(gnu packages java) 'icedtea) "jdk")
                               ("ant" #:ant ,(collection-variable '(gnu packages java) 'ant))
                               ("zip" #:zip ,(collection-variable '(gnu packages compression) 'zip)))))))
