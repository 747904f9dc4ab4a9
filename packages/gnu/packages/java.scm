;;; Commentary:
;;;
;;; Java.  Its compiler is written in Java: it is had as it was compiled, as is Ant, which builds with it.
;;;
;;; Code:

(define-module (gnu packages java)
  #:use-module (guix build-system ant)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public openjdk17
  (relocated-package
   "openjdk" "17.0.19"
   '(libbrotli1 libfreetype6 libjpeg62-turbo libpng16-16 openjdk-17-jdk-headless openjdk-17-jre-headless zlib1g)
   #:outputs '("out" "jdk")
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (home (string-append out "/lib/jvm/java-17-openjdk-amd64"))
              (run-time '("java" "jpackage" "keytool" "rmiregistry")))
         ;; Its settings are links to elsewhere.
         (copy-recursively home (assoc-ref outputs "jdk")
                           #:follow-symlinks? #t #:log #f)
         (for-each (lambda (part)
                     (delete-file-recursively (string-append home "/" part)))
                   '("include" "jmods"))
         (mkdir-p (string-append out "/bin"))
         (for-each (lambda (program)
                     (if (member (basename program) run-time)
                         (symlink program (string-append out "/bin/" (basename program)))
                         (delete-file program)))
                   (find-files (string-append home "/bin")))))
   #:synopsis "Run time and development kit of Java"
   #:description "OpenJDK runs programs for the virtual machine of Java; its output @code{jdk} compiles them too."
   #:home-page "https://openjdk.org/projects/jdk/17/"
   #:license license:gpl2+))

;; What packages are built with unless they say otherwise.
(define-public icedtea openjdk17)

(define-public ant
  (relocated-package
   "ant" "1.10.13" '(ant)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let ((out (assoc-ref outputs "out")))
         ;; Links to the program itself.
         (delete-file-recursively (string-append out "/bin"))
         (for-each (lambda (directory)
                     (copy-recursively (string-append out "/share/ant/" directory) (string-append out "/" directory)
                                       #:follow-symlinks? #t #:log #f))
                   '("bin" "lib" "etc"))
         (delete-file-recursively (string-append out "/share"))))
   #:synopsis "Build tool for Java"
   #:description "Ant builds programs as a file in XML describes it."
   #:home-page "https://ant.apache.org"
   #:license license:asl2.0))

(define-public java-commons-io
  (package
    (name "java-commons-io")
    (version "2.11.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/c/commons-io/commons-io_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "10v43kdpc9sbqi8yaarjpvg82ibqmyjf6r9w9gwjhwmry8f3cmas"))))
    (build-system ant-build-system)
    (arguments
     (list #:tests? #f                  ;they want JUnit
           #:jar-name "commons-io.jar"
           #:source-dir "src/main/java"))
    (synopsis "Streams, files and their filters in Java")
    (description "This library has what the standard library of Java leaves out when it comes to input and output.")
    (home-page "https://commons.apache.org/io/")
    (license license:asl2.0)))
