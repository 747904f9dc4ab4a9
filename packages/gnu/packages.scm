;;; Commentary:
;;;
;;; The package collection as a whole: finding packages by name in the modules below it.
;;; Interface: (gnu packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu packages)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (guix diagnostics)
  #:use-module ((guix i18n) #:select (G_))
  #:use-module ((guix discovery) #:select (scheme-modules* fold-module-public-variables*))
  #:use-module ((guix modules) #:select (module-name->file-name))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 exceptions)
  #:use-module (ice-9 match)
  #:use-module ((ice-9 textual-ports) #:select (get-string-all))
  #:use-module (ice-9 vlist)
  #:use-module (guix package-index)
  #:autoload   (guix describe) (current-profile)
  #:autoload   (guix package-cache) (cached-package cached-package-name cached-package-version cached-package-module
                                     cached-package-symbol cached-package-outputs cached-package-supported?
                                     cached-package-deprecated? cached-package-location
                                     write-package-cache read-package-cache)
  #:export (search-patch
            search-patches
            search-auxiliary-file
            %patch-path
            %auxiliary-files-path
            %package-module-path
            %default-package-module-path
            prepend-package-directories!
            use-channels!
            load-modules-that-mention
            all-modules
            fold-packages fold-packages*
            fold-available-packages
            cache-is-authoritative?
            generate-package-cache
            find-newest-available-packages
            find-packages-by-name
            find-package-locations
            find-best-packages-by-name
            specification->package
            specification->package+output
            specification->location
            specifications->packages
            specifications->manifest
            package-unique-version-prefix))

(define %collection-directory
  ;; The directory that holds gnu/packages.
  (let ((file (search-path %load-path "gnu/packages.scm")))
    (if file (dirname (dirname file)) ".")))

(define (absolute-file-name file)
  "Return FILE as a name that stays right when the current directory changes."
  (if (string-prefix? "/" file) file (string-append (getcwd) "/" file)))

(define %default-package-module-path
  ;; The modules of the collection itself: (DIRECTORY . SUB-DIRECTORY) or DIRECTORY.
  `((,%collection-directory . "gnu/packages")))

(define (whole-collection? entry)
  "Return true if ENTRY of the module path holds a collection from its bootstrap on, which stands in the place of the own
one."
  (file-exists? (string-append (match entry ((directory . _) directory) (directory directory))
                               "/gnu/packages/commencement.scm")))

(define (put-before directories path)
  "Return PATH, of package modules, with DIRECTORIES before."
  (append directories
          (if (any whole-collection? directories)
              (lset-difference equal? path %default-package-module-path)
              path)))

(define (channel-entries)
  "Return the entries of the module path for the channels that were pulled."
  (map (match-lambda
         ((directory . "") directory)
         (entry entry))
       (channel-directories)))

(define %package-module-path
  ;; Where packages are looked for: the directories of GUIX_PACKAGE_PATH, those of channels, then the collection.
  (let ((entries (map (compose collection-entry absolute-file-name)
                      (remove string-null?
                              (string-split (or (getenv "GUIX_PACKAGE_PATH") "") #\:)))))
    (set! %load-path (append (map collection-root entries) %load-path))
    (make-parameter (put-before entries
                                (put-before (channel-entries) %default-package-module-path)))))

(define (directories-beside entry name)
  ;; A directory given by the user may hold a collection laid out like the own one.
  (match entry
    ((directory . sub-directory) (list (string-append directory "/" sub-directory "/" name)))
    (directory (list directory (string-append directory "/gnu/packages/" name)))))

(define (beside-packages name)
  "Return the directories NAME of the collections: those of the load path that the user chose come first, since their own
files may have the names of others."
  (append-map (cut directories-beside <> name)
              (append (lset-difference string=? %load-path
                                       (filter string? (%package-module-path))
                                       (map car %default-package-module-path))
                      (%package-module-path))))

(define %patch-path
  ;; Directories that `search-patch' looks in.
  (make-parameter (beside-packages "patches")))

(define %auxiliary-files-path
  ;; Directories that `search-auxiliary-file' looks in.
  (make-parameter (beside-packages "aux-files")))

(define (prepend-package-directories! directories)
  "Look for packages, for their patches and for modules in DIRECTORIES first: what `-L' stands for."
  (define entries (map collection-entry directories))
  (define (prepend! parameter name)
    (parameter (delete-duplicates
                (append (append-map (cut directories-beside <> name) entries) (parameter)))))
  (set! %load-path (append (lset-difference string=? (map collection-root entries) %load-path) %load-path))
  (%package-module-path (put-before entries (%package-module-path)))
  (prepend! %patch-path "patches")
  (prepend! %auxiliary-files-path "aux-files"))

(define (use-channels!)
  "Look for packages in the channels that were pulled, after the directories that the user named.  This module does so when
it is loaded; a program that starts from a snapshot loaded it before."
  (let ((entries (channel-entries)))
    (define (append! parameter name)
      (parameter (delete-duplicates
                  (append (parameter) (append-map (cut directories-beside <> name) entries)))))
    (define-values (given own)
      (partition (negate (cut member <> %default-package-module-path)) (%package-module-path)))
    (%package-module-path (append given (put-before entries own)))
    (append! %patch-path "patches")
    (append! %auxiliary-files-path "aux-files")))

(define (search-patch file-name)
  "Return where the patch FILE-NAME is; raise an error when it is nowhere."
  (or (search-path (%patch-path) file-name)
      (raise (make-compound-condition
              (formatted-message (G_ "~a: patch not found") file-name)
              (condition
               (&fix-hint
                (hint (format #f "looked in ~a" (string-join (%patch-path) ", ")))))))))

(define-syntax-rule (search-patches file-name ...)
  ;; Return the list of absolute file names corresponding to each FILE-NAME.
  (list (search-patch file-name) ...))

(define (search-auxiliary-file file-name)
  "Return where the auxiliary file FILE-NAME is, or #f."
  (or (search-path (%auxiliary-files-path) file-name)
      (search-path %load-path (string-append "gnu/packages/aux-files/" file-name))))


;;;
;;; Enumerating.
;;;

(define (module-file entry name)
  "Return the file name of the module NAME of ENTRY of the module path."
  (match entry
    ((directory . _) (string-append directory "/" (module-name->file-name name)))
    (directory (string-append directory "/" (module-name->file-name name)))))

(define* (all-modules path #:key (warn (const #f)))
  "Return the list of package modules found in PATH, directories or (DIRECTORY . SUB-DIRECTORY), each once.  A module that
cannot be loaded is left out and does not hide the others; (WARN FILE NAME ERROR) is called for it."
  (define seen (make-hash-table))

  (append-map (lambda (entry)
                (filter-map (lambda (name)
                              (and (not (hash-ref seen name))
                                   (begin
                                     ;; A second module of that name would be found in the first's place.
                                     (hash-set! seen name #t)
                                     (catch #t
                                       (lambda () (resolve-interface name))
                                       (lambda error
                                         (warn (module-file entry name) name error)
                                         #f)))))
                            (match entry
                              ((directory . sub-directory)
                               (scheme-modules* directory sub-directory))
                              (directory (scheme-modules* directory)))))
              path))

(define (warn-about-load-error file name error)
  (warning "failed to load `~a':~%~a~%" name
           ;; Trying once more tells the place and a hint.
           (or (load-problem name)
               (string-trim-right
                (call-with-output-string
                  (lambda (port)
                    (match error
                      ((key . arguments) (print-exception port #f key arguments)))))))))

(define (available-modules)
  (all-modules (%package-module-path) #:warn warn-about-load-error))

(define* (fold-packages* proc init
                         #:optional (modules (available-modules))
                         #:key (select? (negate hidden-package?)))
  "Call (PROC PACKAGE MODULE VARIABLE RESULT) once for each package for which SELECT? is true that one of MODULES
exports."
  (define seen (make-hash-table))

  (fold-module-public-variables*
   (lambda (module symbol variable result)
     (let ((value (and (variable-bound? variable) (variable-ref variable))))
       (if (and (package? value)
                (not (hashq-ref seen value))
                (select? value))
           (begin
             (hashq-set! seen value #t)
             (proc value module symbol result))
           result)))
   init
   modules))

(define* (fold-packages proc init
                        #:optional (modules (available-modules))
                        #:key (select? (negate hidden-package?)))
  "Call (PROC PACKAGE RESULT) for each available package defined in one of MODULES that matches SELECT?, using INIT as
the initial value of RESULT."
  (fold-packages* (lambda (package module variable result) (proc package result))
                  init modules #:select? select?))

(define (fold-available-packages proc init)
  "Call (PROC NAME VERSION RESULT #:outputs #:location #:supported? #:deprecated?) for each available package."
  (match (package-cache)
    (#f
     (fold-packages (lambda (package result)
                      (proc (package-name package) (package-version package) result
                            #:outputs (package-outputs package)
                            #:location (package-location package)
                            #:supported? (->bool (supported-package? package))
                            #:deprecated? (->bool (package-superseded package))))
                    init))
    (cache
     (vhash-fold (lambda (name cached result)
                   (proc name (cached-package-version cached) result
                         #:outputs (cached-package-outputs cached)
                         #:location (and=> (cached-package-location cached) (cut apply location <>))
                         #:supported? (cached-package-supported? cached)
                         #:deprecated? (cached-package-deprecated? cached)))
                 init cache))))

(define (cache-is-authoritative?)
  "Return true if the list of packages that a profile has is right, that is, if no directory was added by the user."
  (equal? (%package-module-path)
          (put-before (channel-entries) %default-package-module-path)))

(define package-cache
  ;; The packages that the list of the current profile has, by name, or #f.
  (let ((known '()))
    (lambda ()
      (and (cache-is-authoritative?)
           (and=> (current-profile)
                  (lambda (profile)
                    (match (assoc profile known)
                      ((_ . cache) cache)
                      (#f
                       (let ((cache (read-package-cache profile)))
                         (set! known (acons profile cache known))
                         cache)))))))))

(define (generate-package-cache directory)
  "Write the list of all available packages below DIRECTORY, a profile, and return the file's name."
  (write-package-cache
   directory
   (fold-packages* (lambda (package module symbol result)
                     (cons (cached-package (package-name package) (package-version package)
                                           (module-name module) symbol
                                           (package-outputs package)
                                           (->bool (supported-package? package))
                                           (->bool (package-superseded package))
                                           (match (package-location package)
                                             (#f #f)
                                             (place (list (location-file place) (location-line place)
                                                          (location-column place)))))
                           result))
                   '())))

(define %packages-by-name
  ;; Name to packages, in the order of their modules; #f until it is needed.
  #f)

(define (packages-by-name)
  "Return the table of all available packages by name, and keep an index of it when all modules could be loaded."
  (unless %packages-by-name
    (let* ((table (make-hash-table))
           (directories (collection-directories))
           (state (collection-state directories))
           (complete? #t)
           (modules (all-modules (%package-module-path)
                                 #:warn (lambda problem
                                          (set! complete? #f)
                                          (apply warn-about-load-error problem))))
           (entries (fold-packages* (lambda (package module variable result)
                                      (let ((name (package-name package)))
                                        (hash-set! table name (cons package (hash-ref table name '())))
                                        (cons (cons* name (module-name module) variable) result)))
                                    '() modules)))
      (when complete?
        (keep-names directories state (reverse entries)))
      (set! %packages-by-name table)))
  %packages-by-name)

(define (collection-directories)
  "Return the module path as a list of pairs of strings."
  (map (match-lambda
         ((and entry (directory . sub-directory)) entry)
         (directory (cons directory "")))
       (%package-module-path)))

(define (packages-named name)
  "Return the available packages called NAME: by the index of the collection, when it has one that is up to date, so that
only their modules are loaded."
  (match (and (not %packages-by-name)
              (indexed-variables (collection-directories) name))
    (#f (hash-ref (packages-by-name) name '()))
    (variables
     (map (match-lambda
            ((module . variable)
             (module-ref (resolve-interface (map string->symbol module))
                         (string->symbol variable))))
          variables))))

(define (package-names)
  "Return the names of all available packages."
  (or (and (not %packages-by-name)
           (indexed-names (collection-directories)))
      (hash-map->list (lambda (name _) name) (packages-by-name))))

(define* (find-packages-by-name name #:optional version)
  "Return the list of packages with the given NAME, the newest first.  If VERSION is not #f, then only return packages
whose version is prefixed by VERSION."
  (define (matching packages)
    (sort (filter (lambda (package)
                    (and (string=? name (package-name package))
                         (or (not version)
                             (version-prefix? version (package-version package)))))
                  packages)
          (lambda (a b)
            (version>? (package-version a) (package-version b)))))
  ;; Of several with the same version, that of the first module directory comes first.
  (matching (packages-named name)))

(define (find-best-packages-by-name name version)
  "If version is #f, return the list of packages named NAME with the highest version numbers; otherwise, return the list
of packages named NAME and at VERSION."
  (match (find-packages-by-name name version)
    ((and matches (first . _))
     (take-while (lambda (package)
                   (string=? (package-version package) (package-version first)))
                 matches))
    (() '())))

(define* (find-package-locations name #:optional version)
  "Return a list of version/location pairs for each package matching NAME and VERSION."
  (map (lambda (package)
         (cons (package-version package) (package-location package)))
       (find-packages-by-name name version)))

(define (find-newest-available-packages)
  "Return a vhash from the names of packages to (VERSION PACKAGE ...), the newest version and the packages that have it."
  (fold (lambda (name result)
          (match (find-best-packages-by-name name #f)
            ((and packages (first . _))
             (vhash-cons name (cons (package-version first) packages) result))
            (() result)))
        vlist-null
        (package-names)))

(define (load-modules-that-mention name)
  "Load the package modules whose text has the string NAME, so that an error in one of them is told: it is why there is no
package of that name.  Those of the collection itself are known to load."
  (define text (object->string name))

  (define (mentions? file)
    (string-contains (call-with-input-file file get-string-all) text))

  (for-each (lambda (entry)
              (for-each (lambda (module)
                          (let ((file (module-file entry module)))
                            (when (and (file-exists? file) (mentions? file))
                              (resolve-interface module))))
                        (match entry
                          ((directory . sub-directory) (scheme-modules* directory sub-directory))
                          (directory (scheme-modules* directory)))))
            (lset-difference equal? (%package-module-path) %default-package-module-path)))

(define (suggestion name)
  "Return the name of a package that looks like NAME, or #f."
  (string-closest name (package-names)))

(define (specification->package spec)
  "Return a package matching SPEC.  SPEC may be a package name, or a package name followed by an at-sign and a version
number.  If the version number is not present, return the preferred newest version."
  (let-values (((package output) (specification->package+output spec)))
    package))

(define* (specification->package+output spec #:optional (output "out"))
  "Return the package and output specified by SPEC, or #f and #f; SPEC may optionally contain a version number, as in
`hello@2.10', and an output, as in `hello:debug'."
  (unless (string? spec)
    (refuse-specification (format #f "invalid package specification: ~s; expected a string" spec)
                          "for example: (specifications->manifest '(\"hello\" \"sed@4.9\"))"))
  (let*-values (((spec output)
                 (match (string-rindex spec #\:)
                   (#f (values spec output))
                   (colon (values (string-take spec colon) (string-drop spec (+ 1 colon))))))
                ((name version) (package-name->name+version spec)))
    (match (find-best-packages-by-name name version)
      ((package . others)
       (unless (null? others)
         (warning "ambiguous package specification `~a'~%" spec)
         (warning "choosing ~a from ~a~%" (package-full-name package)
                  (location->string (and=> (package-location package) shown-location))))
       (unless (or (not output) (member output (package-outputs package)))
         (refuse-specification (format #f "package `~a' lacks output `~a'"
                                       (package-full-name package) output)
                               (string-append "its outputs are " (string-join (package-outputs package) ", "))))
       (cond ((package-superseded package)
              => (lambda (new)
                   (format (current-error-port) "warning: package '~a' has been superseded by '~a'~%"
                           (package-name package) (package-name new))
                   (values new output)))
             (else (values package output))))
      (()
       (load-modules-that-mention name)
       (refuse-specification (if version
                                 (format #f "~a: package not found for version ~a" name version)
                                 (format #f "~a: unknown package" name))
                             (and=> (suggestion name) (cut format #f "Did you mean `~a'?" <>)))))))

(define make-exception-with-kind-and-args
  (record-constructor &exception-with-kind-and-args))

(define (refuse-specification problem advice)
  "Raise the error of a specification that no package fits: programs see it as `quit', since with Guix such an error ends
them."
  (raise-exception
   (apply make-exception
          (make-exception-with-message problem)
          (make-exception-with-kind-and-args 'quit '(1))
          (if advice
              (list (condition (&fix-hint (hint advice))))
              '())))) 

(define (specification->location spec)
  "Return the location of the highest-numbered package matching SPEC."
  (package-location (specification->package spec)))

(define (specifications->packages specs)
  "Given SPECS, a list of specifications like \"guile-next\", return a list of package/output tuples."
  (map (lambda (spec)
         (call-with-values (lambda () (specification->package+output spec)) list))
       specs))

(define (specifications->manifest specs)
  "Given SPECS, a list of specifications like \"emacs@25.2\", return a profile manifest."
  ((module-ref (resolve-interface '(guix profiles)) 'packages->manifest)
   (specifications->packages specs)))

(define* (package-unique-version-prefix name version)
  "Return the shortest version prefix that identifies package NAME at VERSION."
  (match (map package-version (find-packages-by-name name))
    ((_) "")
    (versions (version-unique-prefix version versions))))
