;;; Commentary:
;;;
;;; Phases of Elm packages: a home directory for Elm is made of the packages among the inputs, and a program that needs the
;;; package is compiled, which compiles the package.
;;; Interface: (guix build elm-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build elm-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build json)
  #:use-module (guix build union)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 vlist)
  #:export (%standard-phases
            patch-application-dependencies
            patch-json-string-escapes
            read-offline-registry->vhash
            elm-build))

(define %essential-packages
  ;; Every program needs them.
  '("elm/core" "elm/json"))


;;;
;;; JSON and directories.
;;;

(define (read-object file)
  "Return the members of the JSON object in FILE, an alist."
  (match (call-with-input-file file read-json)
    (('@ . members) members)))

(define (patch-json-string-escapes file)
  "Replace \"\\/\" in FILE by \"/\": Elm does not know that it means the same."
  (substitute* file
    (("\\\\/") "/")))

(define (write-elm-json value file)
  (call-with-output-file file
    (lambda (port) (write-json value port)))
  (patch-json-string-escapes file))

(define (entries directory)
  (scandir directory (lambda (name) (not (member name '("." ".."))))))

(define (elm-home . parts)
  "Return the file name of PARTS beside the home directory of Elm."
  (string-join (cons (getenv "ELM_HOME") parts) "/"))

(define (elm-version) (getenv "GUIX_ELM_VERSION"))
(define (this-package) (getenv "GUIX_ELM_PKG_NAME"))
(define (this-version) (getenv "GUIX_ELM_PKG_VERSION"))

(define (package-place name version)
  "Return where the package NAME at VERSION is below a home directory."
  (string-append (elm-version) "/packages/" name "/" version))


;;;
;;; The packages there are.
;;;

(define (read-offline-registry->vhash)
  "Return a vhash from names of packages to lists of versions, those there are."
  (alist->vhash (read-object (getenv "GUIX_ELM_OFFLINE_REGISTRY_FILE"))))

(define (newest registry name)
  "Return the first version of the package NAME in REGISTRY."
  (match (vhash-assoc name registry)
    ((_ version . _) version)))

(define (indirect-dependencies registry root version)
  "Return the alist from names to versions of the packages that ROOT at VERSION needs, and those need, other than the
essential ones."
  (define (needs name version)
    (match (assoc-ref (read-object (elm-home (package-place name version) "elm.json"))
                      "dependencies")
      (('@ . members)
       (lset-difference string=? (map car members) %essential-packages))))

  (let loop ((names (needs root version)) (result '()))
    (match names
      (() result)
      ((name . rest)
       (if (assoc name result)
           (loop rest result)
           (let ((version (newest registry name)))
             (loop (append rest (needs name version))
                   (acons name version result))))))))


;;;
;;; Phases.
;;;

(define* (prepare-elm-home #:key native-inputs inputs #:allow-other-keys)
  "Make a home directory of the packages among INPUTS."
  (let* ((port (open-pipe* OPEN_READ (search-input-file (or native-inputs inputs) "/bin/elm") "--version"))
         (version (read-line port)))
    (close-pipe port)
    (setenv "GUIX_ELM_VERSION" version)
    (mkdir "../elm-home")
    (with-directory-excursion "../elm-home"
      (union-build version
                   (search-path-as-list (list (string-append "share/elm/" version))
                                        (map cdr inputs))
                   #:create-all-directories? #t)
      (setenv "ELM_HOME" (getcwd)))))

(define* (stage #:rest _)
  "Put what is to be installed into a directory, and a link to it into the home directory."
  (let ((description (read-object "elm.json")))
    (setenv "GUIX_ELM_PKG_NAME" (assoc-ref description "name"))
    (setenv "GUIX_ELM_PKG_VERSION" (assoc-ref description "version")))
  (let* ((place (package-place (this-package) (this-version)))
         (staged (elm-home ".." "staged" place))
         (link (elm-home place)))
    (mkdir-p staged)
    (mkdir-p (dirname link))
    (symlink staged link)
    (copy-recursively "src" (string-append staged "/src"))
    (for-each (lambda (file) (install-file file staged))
              (cons* "elm.json" "README.md"
                     (if (file-exists? "LICENSE") '("LICENSE") '())))))

(define* (make-offline-registry-file #:rest _)
  "List the packages there are in a file, which Elm reads instead of asking for all there are in the world."
  (define packages (elm-home (elm-version) "packages"))
  (define file (elm-home ".." "offline-package-registry.json"))

  (write-elm-json
   `(@ ,@(append-map (lambda (author)
                       (let ((directory (string-append packages "/" author)))
                         (map (lambda (project)
                                (cons (string-append author "/" project)
                                      (entries (string-append directory "/" project))))
                              (entries directory))))
                     (entries packages)))
   file)
  (setenv "GUIX_ELM_OFFLINE_REGISTRY_FILE" file))

(define* (patch-application-dependencies #:rest _)
  "Rewrite `elm.json', that of a program, to need the versions there are."
  (define registry (read-offline-registry->vhash))

  (define (map-members proc names value)
    ;; Apply PROC to the value of each member of VALUE, an object, that NAMES, when it is true, has.
    (match value
      (('@ . members)
       (cons '@ (map (match-lambda
                       ((name . value)
                        (cons name
                              (if (or (not names) (member name names))
                                  (proc name value)
                                  value))))
                     members)))))

  (define (available name version)
    (match (vhash-assoc name registry)
      ((_ version) version)))

  (define (available-packages name packages)
    (map-members available #f packages))

  (define (dependencies name value)
    (map-members available-packages '("direct" "indirect") value))

  (let ((description (call-with-input-file "elm.json" read-json)))
    (write-elm-json (map-members dependencies '("dependencies" "test-dependencies") description)
                    "elm.json")))

(define %program
  "module Main exposing (..)
main : Program () () ()
main = Platform.worker
 { init = \\_ -> ( (), Cmd.none )
 , update = \\_ -> \\_ -> ( (), Cmd.none )
 , subscriptions = \\_ -> Sub.none }")

(define* (configure #:rest _)
  "Write a program that needs the package and does nothing."
  (define registry (read-offline-registry->vhash))
  (define essential? (member (this-package) %essential-packages))

  (define direct
    (map (lambda (name)
           (cons name
                 (if (string=? name (this-package))
                     (this-version)
                     (newest registry name))))
         (if essential?
             %essential-packages
             (cons (this-package) %essential-packages))))

  (define indirect
    (if essential?
        '()
        (indirect-dependencies registry (this-package) (this-version))))

  (let ((directory (elm-home ".." "fake-app")))
    (mkdir-p (string-append directory "/src"))
    (with-directory-excursion directory
      (write-elm-json
       `(@ ("type" . "application")
           ("source-directories" . ("src"))
           ("elm-version" . ,(elm-version))
           ("dependencies" . (@ ("direct" . (@ ,@direct))
                                ("indirect" . (@ ,@indirect))))
           ("test-dependencies" . (@ ("direct" . (@))
                                     ("indirect" . (@)))))
       "elm.json")
      (call-with-output-file "src/Main.elm"
        (lambda (port) (display %program port))))))

(define* (build #:key native-inputs inputs #:allow-other-keys)
  "Compile the program."
  (let ((elm (search-input-file (or native-inputs inputs) "/bin/elm")))
    (with-directory-excursion (elm-home ".." "fake-app")
      (invoke elm "make" "src/Main.elm"))))

(define* (check #:key tests? #:allow-other-keys)
  "Say that there is nothing to run tests with."
  (when tests?
    (display "elm-test has not yet been packaged for Guix\n")))

(define* (install #:key outputs #:allow-other-keys)
  "Install the package with what compiling has added."
  (copy-recursively (elm-home ".." "staged")
                    (string-append (assoc-ref outputs "out") "/share/elm")))

(define* (validate-compiled #:key outputs #:allow-other-keys)
  "See that the package was compiled."
  (for-each (lambda (name)
              (search-input-file outputs
                                 (string-append "/share/elm/" (package-place (this-package) (this-version))
                                                "/" name)))
            '("artifacts.dat" "docs.json")))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'prepare-elm-home prepare-elm-home)
    (delete 'bootstrap)
    (add-after 'patch-source-shebangs 'stage stage)
    (add-after 'stage 'make-offline-registry-file make-offline-registry-file)
    (replace 'configure configure)
    (delete 'patch-generated-file-shebangs)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    (add-before 'validate-documentation-location 'validate-compiled validate-compiled)))

(define* (elm-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
