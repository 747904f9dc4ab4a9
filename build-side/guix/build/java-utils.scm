;;; Commentary:
;;;
;;; What builds of Java packages use: installing jars, documentation and POM files, and writing POM files and descriptions of
;;; Maven plug-ins.  Most procedures return phases.
;;; Interface: (guix build java-utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build java-utils)
  #:use-module (guix build maven plugin)
  #:use-module (guix build maven pom)
  #:use-module (guix build utils)
  #:use-module (sxml simple)
  #:use-module (ice-9 match)
  #:export (ant-build-javadoc
            generate-plugin.xml
            generate-pom.xml
            install-jars
            install-javadoc
            install-pom-file
            install-from-pom))

(define* (ant-build-javadoc #:key (target "javadoc") (make-flags '()) #:allow-other-keys)
  "Run Ant's target TARGET, which makes documentation."
  (apply invoke "ant" target make-flags))

(define (install-jars jar-directory)
  "Return a phase that installs the jars in JAR-DIRECTORY, for packages whose `build.xml' does not."
  (lambda* (#:key outputs #:allow-other-keys)
    (let ((target (string-append (assoc-ref outputs "out") "/share/java")))
      (for-each (lambda (jar) (install-file jar target))
                (find-files jar-directory "\\.jar$"))
      #t)))

(define (install-javadoc apidoc-directory)
  "Return a phase that installs the documentation in APIDOC-DIRECTORY."
  (lambda* (#:key outputs #:allow-other-keys)
    (let* ((out (assoc-ref outputs "out"))
           (target (string-append (or (assoc-ref outputs "doc") out)
                                  "/share/doc/" (strip-store-file-name out) "/")))
      (mkdir-p target)
      (copy-recursively apidoc-directory target)
      #t)))


;;;
;;; Repositories.
;;;

(define (repository-file out content extension)
  "Return the file for EXTENSION, such as \".jar\", in the repository of OUT, of the package that CONTENT, that of a POM file,
describes."
  (let ((artifact (pom-artifactid content))
        (version (pom-version content)))
    (string-append out "/lib/m2/" (group->dir (pom-groupid content)) "/" artifact "/" version "/"
                   artifact "-" version extension)))

(define (install-as file target)
  (mkdir-p (dirname target))
  (copy-file file target))

(define (install-pom-file pom-file)
  "Return a phase that installs POM-FILE to the repository."
  (lambda* (#:key inputs outputs #:allow-other-keys)
    (install-as pom-file
                (repository-file (assoc-ref outputs "out") (get-pom pom-file) ".pom"))
    #t))

(define (add-pom-to-jar jar pom-file)
  "Add POM-FILE to JAR, where Maven finds it."
  (format #t "adding ~a to ~a\n" pom-file jar)
  (let* ((directory (mkdtemp "jar-contents.XXXXXX"))
         (content (get-pom pom-file))
         (group (pom-groupid content))
         (artifact (pom-artifactid content))
         (place (string-append "META-INF/maven/" group "/" artifact))
         (pom (string-append place "/pom.xml"))
         (properties (string-append place "/pom.properties")))
    (install-as pom-file (string-append directory "/" pom))
    (with-directory-excursion directory
      (call-with-output-file properties
        (lambda (port)
          (format port "version=~a~%groupId=~a~%artifactId=~a~%" (pom-version content) group artifact)))
      (invoke "jar" "uf" jar pom properties))))

(define (install-from-pom pom-file)
  "Return a phase that installs the package of POM-FILE to the repository: its jar, which has the name of the package or
is the only one, and POM-FILE with what it needs in the versions there are."
  (lambda* (#:key inputs outputs jar-name #:allow-other-keys)
    (let* ((out (assoc-ref outputs "out"))
           (content (get-pom pom-file))
           (name (or jar-name
                     (string-append (pom-artifactid content) "-" (pom-version content) ".jar")))
           (jars (match (find-files "." name)
                   (() (find-files "." "\\.jar$"))
                   (jars jars)))
           (target (repository-file out content ".jar")))
      (chmod pom-file #o644)
      (fix-pom-dependencies pom-file (append (map cdr inputs) (map cdr outputs)))
      (install-as pom-file (repository-file out content ".pom"))
      (match jars
        ((jar)
         (install-as jar target)
         (add-pom-to-jar target pom-file))
        (_ (throw 'no-jars jars)))
      #t)))


;;;
;;; Writing files.
;;;

(define (indented element level)
  "Return ELEMENT, SXML, with white space that makes elements in it start on lines of their own."
  (define (children-on-lines children)
    (map (lambda (child)
           (list "\n" (make-string (* 2 (+ level 1)) #\space)
                 (indented child (+ level 1))))
         children))

  (match element
    ((tag ('@ attributes ...)) element)
    ((tag ('@ attributes ...) (? pair? first) children ...)
     `(,tag (@ ,@attributes) ,@(children-on-lines (cons first children))))
    (((? symbol? tag) (? pair? first) children ...)
     `(,tag ,@(children-on-lines (cons first children))))
    (_ element)))

(define (write-xml element file)
  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port)
      (sxml->xml (indented element 0) port))))

(define* (generate-plugin.xml pom-file goal-prefix directory source-groups
                              #:key
                              (plugin.xml "build/classes/META-INF/maven/plugin.xml"))
  "Return a phase that writes PLUGIN.XML, which describes the Maven plug-in of POM-FILE: its goals are called GOAL-PREFIX, and
each element of SOURCE-GROUPS is the list of files in DIRECTORY of the class of one and of those it extends."
  (lambda _
    (let ((content (get-pom pom-file)))
      (write-xml
       `(plugin
         (name ,(or (pom-name content) ""))
         (description ,(or (pom-description content) ""))
         (groupId ,(pom-groupid content))
         (artifactId ,(pom-artifactid content))
         (version ,(pom-version content))
         (goalPrefix ,goal-prefix)
         (isolatedRealm "false")
         (inheritedByDefault "true")
         (mojos
          ,@(with-directory-excursion directory
              (map (lambda (files)
                     (apply generate-mojo-from-files maven-convert-type files))
                   source-groups)))
         (dependencies ,@(pom-dependencies content)))
       plugin.xml))))

(define* (generate-pom.xml pom-file groupid artifactid version
                           #:key (dependencies '()) (name artifactid))
  "Return a phase that writes POM-FILE for a package without one.  DEPENDENCIES are lists of a group, a name and a version."
  (lambda _
    (write-xml
     `(project
       (modelVersion "4.0.0")
       (name ,name)
       (groupId ,groupid)
       (artifactId ,artifactid)
       (version ,version)
       (dependencies
        ,@(map (match-lambda
                 ((group artifact version)
                  `(dependency
                    (groupId ,group)
                    (artifactId ,artifact)
                    (version ,version))))
               dependencies)))
     pom-file)))
