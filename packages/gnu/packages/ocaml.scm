;;; Commentary:
;;;
;;; OCaml.  The compiler is written in OCaml: it is had as it was compiled.  Other sources are those that Debian keeps,
;;; whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages ocaml)
  #:use-module (guix build-system dune)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module (gnu packages m4)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ocaml-4.13
  (relocated-package
   "ocaml" "4.13.1" '(ocaml ocaml-base ocaml-compiler-libs ocaml-interp)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (tools (string-append out "/libexec/ocaml")))
         ;; They call tools of C by the names of another system.
         (mkdir-p tools)
         (for-each (lambda (tool)
                     (let ((file (string-append tools "/x86_64-linux-gnu-" tool)))
                       (call-with-output-file file
                         (lambda (port)
                           (format port "#!~a~%exec ~a \"$@\"~%" (which "sh") tool)))
                       (chmod file #o755)))
                   '("ar" "as" "gcc" "ld" "ranlib"))
         ;; Programs have the place of the standard library from their own build.
         (for-each (lambda (program)
                     (unless (symbolic-link? program)
                       (wrap-program program
                         `("OCAMLLIB" = (,(string-append out "/lib/ocaml")))
                         `("PATH" ":" suffix (,tools)))))
                   (find-files (string-append out "/bin") "^ocaml"))))
   #:native-search-paths
   (list (search-path-specification
          (variable "OCAMLPATH")
          (files '("lib/ocaml" "lib/ocaml/site-lib")))
         (search-path-specification
          (variable "CAML_LD_LIBRARY_PATH")
          (files '("lib/ocaml/site-lib/stubslibs" "lib/ocaml/site-lib/stublibs"))))
   #:synopsis "Functional language with objects and modules"
   #:description "OCaml is a functional language with inferred types, and compilers to byte code and machine code."
   #:home-page "https://ocaml.org/"
   #:license (list license:qpl license:lgpl2.0)))

(define-public ocaml ocaml-4.13)

(define-public ocaml-findlib
  (package
    (name "ocaml-findlib")
    (version "1.9.6")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/f/findlib/findlib_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "18ih56m5z13z5zla7wdrin4y1bdz7pwpjn7znmnn0sz1k8krdy9d"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f                  ;there are none
           #:parallel-build? #f
           #:make-flags #~'("all" "opt")
           #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 (lambda _
                   (invoke "./configure"
                           "-bindir" (string-append #$output "/bin")
                           "-config" (string-append #$output "/etc/findlib.conf")
                           "-mandir" (string-append #$output "/share/man")
                           "-sitelib" (string-append #$output "/lib/ocaml/site-lib"))))
               (replace 'install
                 (lambda _
                   (invoke "make" "install"
                           (string-append "OCAML_CORE_STDLIB=" #$output "/lib/ocaml/site-lib")))))))
    (native-inputs (list m4 ocaml))
    (synopsis "Management of OCaml libraries")
    (description "Findlib finds libraries of OCaml by their names, and with them the options that compilers want.")
    (home-page "http://projects.camlcity.org/projects/findlib.html")
    (license license:x11)))

(define-public dune
  (relocated-package
   "dune" "2.9.3" '(ocaml-dune)
   #:synopsis "Build system of OCaml"
   #:description "Dune builds programs and libraries of OCaml as short descriptions beside their sources say."
   #:home-page "https://dune.build/"
   #:license license:expat))

(define-public ocaml-result
  (package
    (name "ocaml-result")
    (version "1.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/o/ocaml-result/ocaml-result_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0c5g2bx45d06n0y26lwsyvj83y97639ssw06kj9xzmjvnfqahwhh"))))
    (build-system dune-build-system)
    (arguments '(#:test-target "."))
    (synopsis "The type of results, for any version of OCaml")
    (description "Libraries that name the type of results from here work with versions of OCaml that do not have it.")
    (home-page "https://github.com/janestreet/result")
    (license license:bsd-3)))
