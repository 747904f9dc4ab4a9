;;; Behaviour of the modules that read and write what other build tools do: (guix build json), (guix build maven pom),
;;; (guix build maven plugin), (guix build clojure-utils), (guix build meson-configuration), (guix build po),
;;; (guix build cargo-utils).  Runs in an empty directory.

(use-modules (guix build json)
             (guix build cargo-utils)
             (guix build clojure-utils)
             (guix build maven plugin)
             (guix build maven pom)
             (guix build meson-configuration)
             (guix build po)
             (guix build utils)
             (checks))

;; JSON.
(define (parsed text) (call-with-input-string text read-json))
(define (written value) (call-with-output-string (lambda (port) (write-json value port))))

(check "objects, arrays, numbers and words are read"
       '(@ ("a" 1 2.5 -300 #t #f) ("b" @))
       (parsed "{\"a\": [1, 2.5, -3e2, true, false], \"b\" : {} }"))
(check "escapes are read, with characters that need two" "é😀/\n" (parsed "\"\\u00e9\\ud83d\\ude00\\/\\n\""))
(for-each (lambda (text)
            (check (string-append "refused: " text) 'json-error
                   (catch 'json-error (lambda () (parsed text)) (lambda (key . _) key))))
          '("01" "[1,]" "{\"a\" 1}" "tru" "1 2" "" "[" "-" "\"\\x\"" "\"\\ud83d\""))
(check "values are written" "{\"a\":[1,\"x\\\"\\/\"],\"b\":{},\"c\":null}"
       (written '(@ (a 1 "x\"/") ("b" @) (c . #nil))))

;; Maven.
(write-text "pom.xml" "<?xml version=\"1.0\"?>
<project xmlns=\"http://maven.apache.org/POM/4.0.0\"><parent><groupId>g.h</groupId><version>1.2</version></parent>
<artifactId>a</artifactId><name>N</name>
<dependencies><dependency><groupId>x.y</groupId><artifactId>z</artifactId><version>1</version></dependency>
<dependency><groupId>x.y</groupId><artifactId>t</artifactId><version>1</version><scope>test</scope></dependency></dependencies>
<build><plugins><plugin><artifactId>gone</artifactId></plugin><plugin><artifactId>p</artifactId></plugin></plugins></build>
<modules><module>nope</module></modules></project>")
(for-each (lambda (directory) (mkdir-p (string-append "input/lib/m2/" directory)))
          '("x/y/z/1.10" "x/y/z/1.9" "org/apache/maven/plugins/p/3"))
(define pom (get-pom "pom.xml"))
(check "group and version may be the parent's" '("g.h" "a" "1.2" "N")
       (map (lambda (proc) (proc pom)) (list pom-groupid pom-artifactid pom-version pom-name)))
(check "local packages" '(("g.h" ("a" . "1.2"))) (pom-local-packages "pom.xml"))
(fix-pom-dependencies "pom.xml" (list (string-append (getcwd) "/input"))
                      #:with-plugins? #t #:with-modules? #t
                      #:excludes '(("org.apache.maven.plugins" "gone")))
(define fixed (get-pom "pom.xml"))
(check "what is needed has the newest version there is, what tests need is as it was"
       '((dependency (groupId "x.y") (artifactId "z") (version "1.10"))
         (dependency (groupId "x.y") (artifactId "t") (version "1") (scope "test")))
       (pom-dependencies fixed))
(check-that "plug-ins are excluded" (not (string-contains (text-of "pom.xml") "gone")))
(check-that "modules that are not there are removed" (not (string-contains (text-of "pom.xml") "nope")))
(check-raises "a missing package is named" (const #t)
              (fix-pom-dependencies "pom.xml" '()))

(write-text "Foo.java" "/* Licence */
package org.example;
import org.codehaus.plexus.Archiver;
/** Does foo. */
@Mojo(name = \"foo\", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true,
      requiresDependencyResolution = ResolutionScope.COMPILE_PLUS_RUNTIME)
public class Foo extends Bar {
  /** The dir. */
  @Parameter(property = \"foo.dir\", defaultValue = \"${x}\", required = true)
  private File dir;
  @Component(role = Archiver.class, hint = \"jar\")
  private Archiver arch;
  private int n = 3;
  public void execute() throws X { if (n > 3) { n = \"}\"; } }
}")
(define mojo (generate-mojo-from-files maven-convert-type "Foo.java"))
(define (part name) (assq-ref (cdr mojo) name))
(check "a goal's annotations" '(("foo") ("generate-sources") ("compile+runtime") ("org.example.Foo") ("true"))
       (map part '(goal phase requiresDependencyResolution implementation threadSafe)))
(check "its parameters"
       '(((parameter (name "dir") (type "java.io.File") (required "true") (editable "true")
                     (description " The dir. "))))
       (part 'parameters))
(check "their configuration"
       '((dir (@ (implementation "java.io.File") (default-value "${x}")) "${foo.dir}"))
       (part 'configuration))
(check "its components"
       '((requirement (role "org.codehaus.plexus.Archiver") (role-hint "jar") (field-name "arch")))
       (part 'requirements))

;; Clojure.
(check "relative names" '("b" "a/b" "../a" "c" ".")
       (map canonicalize-relative-path '("a/../b" "./a//b/." "../a" "a/b/../../c" "")))
(mkdir-p "src/foo")
(write-text "src/foo/bar_baz.clj" "")
(check "libraries" '(foo.bar-baz) (find-clojure-libs "src/"))
(check "include and exclude" '(a c) (include-list\exclude-list '(#:all) '(b) #:all-list '(a b c)))
(check "jars" '("foo-1.2.jar" "foo.jar") (package-name->jar-names "foo-1.2"))

;; Meson.
(check "a section of a cross file" "[binaries]\nc = 'gcc'\nn = 3\n"
       (call-with-output-string
         (lambda (port)
           (write-section-header port "binaries")
           (write-assignments port '((c . "gcc") (n . 3))))))

;; Translations.
(define translations
  "#, fuzzy\nmsgid \"a\"\nmsgstr \"b\"\n\nmsgid \"Node \"\n\"One\"\nmsgstr \"Knoten \\\"1\\\"\"\n\nmsgid \"u\"\nmsgstr \"\"\n")
(check "translations without fuzzy and missing ones" '(("Node One" . "Knoten \"1\""))
       (call-with-input-string translations read-po-file))
(write-text "x.po" translations)
(write-text "x.texi" "See @pxref{Node\nOne}, @ref{Other, text}.")
(with-error-to-port (%make-void-port "w")
  (lambda () (translate-cross-references "x.texi" "x.po")))
(check "cross-references" "See @pxref{Knoten \"1\"}, @ref{Other, text}." (text-of "x.texi"))

;; Crates.
(mkdir-p "crate")
(write-text "crate/Cargo.toml" "")
(generate-checksums "crate")
(define nothing "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
(check "checksums of a crate" `(@ ("files" @ ("Cargo.toml" . ,nothing)) ("package" . ,nothing))
       (call-with-input-file "crate/.cargo-checksum.json" read-json))
