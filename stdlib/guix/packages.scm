;;; Commentary:
;;;
;;; Packages and origins: the records recipes are written with, their inputs, bags, and derivations.
;;; Interface: (guix packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix packages)
  #:use-module (guix utils)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix gexp)
  #:use-module (guix base32)
  #:use-module (guix base16)
  #:use-module (guix derivations)
  #:use-module (guix memoization)
  #:use-module (guix build-system)
  #:use-module (guix search-paths)
  #:use-module ((guix diagnostics) #:select (&error-location))
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:re-export (%current-system
               %current-target-system
               search-path-specification)
  #:export (content-hash content-hash? content-hash-algorithm content-hash-value

            origin origin? this-origin
            origin-uri origin-method origin-hash origin-sha256 origin-file-name origin-actual-file-name
            origin-patches origin-patch-flags origin-patch-inputs origin-patch-guile
            origin-snippet origin-modules
            base32 base64

            package package? this-package
            package-name package-upstream-name package-upstream-name*
            package-version package-full-name package-source package-build-system package-arguments
            package-inputs package-native-inputs package-propagated-inputs
            package-outputs package-native-search-paths package-search-paths
            package-replacement package-synopsis package-description package-license package-home-page
            package-supported-systems package-properties package-location
            hidden-package hidden-package? package-superseded deprecated-package
            package-field-location
            this-package-input this-package-native-input
            lookup-package-input lookup-package-native-input lookup-package-propagated-input
            lookup-package-direct-input
            modify-inputs prepend replace
            package-direct-sources package-transitive-sources
            package-direct-inputs package-transitive-inputs package-transitive-target-inputs
            package-transitive-native-inputs package-transitive-propagated-inputs
            package-transitive-native-search-paths package-transitive-supported-systems
            package-development-inputs package-closure package-mapping
            package-input-rewriting package-input-rewriting/spec
            package/inherit inputs-sans-labels
            package-source-derivation package-derivation package-cross-derivation package-output
            package-patched-vulnerabilities
            supported-package?

            %supported-systems %cuirass-supported-systems %hydra-supported-systems
            %32bit-supported-systems %64bit-supported-systems
            %hurd-systems

            package->bag bag->derivation bag-transitive-inputs bag-transitive-host-inputs
            bag-transitive-build-inputs bag-transitive-target-inputs bag-direct-inputs
            package->derivation package->cross-derivation origin->derivation
            package-file

            &package-error package-error? package-error-package
            &package-license-error package-license-error? package-error-invalid-license
            &package-input-error package-input-error? package-error-invalid-input
            &package-unsupported-target-error
            &package-cross-build-system-error package-cross-build-system-error?
            &unsupported-cross-compilation-target-error))


;;;
;;; Hashes.
;;;

(define-record-type <content-hash>
  (%content-hash algorithm value)
  content-hash?
  (algorithm content-hash-algorithm)    ;symbol
  (value content-hash-value))           ;bytevector

(define (digest-size algorithm)
  (case algorithm
    ((md5) 16)
    ((sha1) 20)
    ((sha256 sha3-256) 32)
    ((sha384) 48)
    ((sha512 sha3-512) 64)
    (else #f)))

(define (make-content-hash value algorithm)
  "Return the content hash VALUE, a bytevector or a string in Nix's base 32, of ALGORITHM."
  (let ((bytes (if (string? value) (nix-base32-string->bytevector value) value))
        (size (digest-size algorithm)))
    (unless size
      (raise (condition (&message (message (format #f "unsupported hash algorithm `~a'" algorithm))))))
    ;; #f: unknown, for origins that are computed.
    (unless (or (not bytes) (= (bytevector-length bytes) size))
      (raise (condition (&message (message (format #f "wrong length for ~a hash: ~a bytes instead of ~a"
                                                   algorithm (bytevector-length bytes) size))))))
    (%content-hash algorithm bytes)))

(define-syntax content-hash
  ;; (content-hash "HASH" [ALGORITHM]): the default algorithm is sha256.
  (lambda (s)
    (syntax-case s ()
      ((_ value)
       #'(make-content-hash value 'sha256))
      ((_ value algorithm)
       (identifier? #'algorithm)
       #'(make-content-hash value 'algorithm)))))

(define-syntax-rule (define-compile-time-decoder name string->bytevector description)
  ;; A macro that decodes literal strings when the recipe is expanded, so that a bad hash is found there.
  (define-syntax name
    (lambda (s)
      (syntax-case s ()
        ((_ str)
         (string? (syntax->datum #'str))
         (let* ((text (syntax->datum #'str))
                (bytes (catch #t
                         (lambda () (string->bytevector text))
                         (const #f))))
           (unless bytes
             (syntax-violation 'name (string-append "invalid " description " string: \"" text "\"") s #'str))
           (datum->syntax s bytes)))
        ((_ exp) #'(string->bytevector exp))
        (id (identifier? #'id) #'string->bytevector)))))

(define-compile-time-decoder base32 nix-base32-string->bytevector "base32")

(define (base64-string->bytevector text)
  (let* ((alphabet "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
         (digits (filter-map (lambda (c) (string-index alphabet c)) (string->list text))))
    (u8-list->bytevector
     (let loop ((digits digits))
       (match digits
         ((a b c d . rest)
          (let ((n (logior (ash a 18) (ash b 12) (ash c 6) d)))
            (cons* (ash n -16) (logand 255 (ash n -8)) (logand 255 n) (loop rest))))
         ((a b c) (list (logior (ash a 2) (ash b -4)) (logand 255 (logior (ash b 4) (ash c -2)))))
         ((a b) (list (logior (ash a 2) (ash b -4))))
         (_ '()))))))

(define-compile-time-decoder base64 base64-string->bytevector "base64")


;;;
;;; Origins.
;;;

(define-record-type* <origin> %origin make-origin
  origin? this-origin
  (uri origin-uri)                      ;string, or what the method takes
  (method origin-method)                ;procedure
  (hash origin-hash)                    ;<content-hash>
  (file-name origin-file-name           ;string | #f
             (default #f))
  ;; Patches are delayed so that modules may refer to each other.
  (patches origin-patches               ;list of file names and file-like objects
           (default '()) (delayed))
  (snippet origin-snippet               ;sexp or gexp | #f
           (default #f))
  (patch-flags origin-patch-flags       ;list of strings, or a gexp
               (default '("-p1")))
  (patch-inputs origin-patch-inputs     ;input list | #f
                (default #f))
  (modules origin-modules               ;list of module names
           (default '()))
  (patch-guile origin-patch-guile       ;package | #f
               (default #f)))

(define-syntax origin
  ;; Like `%origin', with the field `sha256' for hashes of that kind.
  (lambda (s)
    (define (transform field)
      (syntax-case field ()
        ((name value)
         (eq? (syntax->datum #'name) 'sha256)
         #`(#,(datum->syntax #'name 'hash) (bytes->content-hash value 'sha256)))
        (_ field)))
    (syntax-case s ()
      ((_ field ...)
       #`(%origin #,@(map transform #'(field ...))))
      (id (identifier? #'id) #'make-origin))))

(define* (computed-origin-method gexp hash-algorithm hash #:optional (name "source")
                                 #:key (system (%current-system)) (guile (default-guile)))
  "Return, as a monadic value, the derivation of an origin made by GEXP, a promise of a G-expression; its hash is not
known beforehand."
  (mlet %store-monad ((guile (package->derivation guile system)))
    (gexp->derivation (or name "computed-origin") (force gexp)
                      #:graft? #f
                      #:system system
                      #:guile-for-build guile)))

(define (bytes->content-hash value algorithm)
  (if (content-hash? value) value (make-content-hash value algorithm)))
(%declare-pure! bytes->content-hash)

(define (origin-sha256 origin)
  "Return the SHA-256 of ORIGIN, a bytevector, or #f when its hash is of another kind."
  (let ((hash (origin-hash origin)))
    (and (eq? 'sha256 (content-hash-algorithm hash))
         (content-hash-value hash))))

(set-record-type-printer! <origin>
                          (lambda (origin port)
                            (format port "#<origin ~s ~a>"
                                    (origin-uri origin)
                                    (bytevector->nix-base32-string
                                     (content-hash-value (origin-hash origin))))))

(define (origin-actual-file-name origin)
  "Return the file name of ORIGIN: its `file-name' field, or the base name of its URI."
  (or (origin-file-name origin)
      (match (origin-uri origin)
        ((head . _) (basename head))
        ((? string? uri) (basename uri))
        (_ #f))))


;;;
;;; Packages.
;;;

(define %32bit-supported-systems '("i686-linux" "armhf-linux" "i586-gnu" "powerpc-linux"))
(define %64bit-supported-systems
  '("x86_64-linux" "mips64el-linux" "aarch64-linux" "powerpc64le-linux" "riscv64-linux"))
(define %supported-systems
  '("x86_64-linux" "i686-linux" "armhf-linux" "aarch64-linux" "powerpc64le-linux" "mips64el-linux"
    "i586-gnu" "riscv64-linux" "powerpc-linux"))
(define %hurd-systems '("i586-gnu" "i686-gnu"))
(define %cuirass-supported-systems '("x86_64-linux" "i686-linux" "aarch64-linux"))
(define %hydra-supported-systems %cuirass-supported-systems)

(define-condition-type &package-error &error
  package-error?
  (package package-error-package))

(define-condition-type &package-license-error &package-error
  package-license-error?
  (license package-error-invalid-license))

(define-condition-type &package-input-error &package-error
  package-input-error?
  (input package-error-invalid-input))

(define-condition-type &package-cross-build-system-error &package-error
  package-cross-build-system-error?)

(define-condition-type &package-unsupported-target-error &package-error
  package-unsupported-target-error?
  (target package-unsupported-target-error-target))

(define-condition-type &unsupported-cross-compilation-target-error &error
  unsupported-cross-compilation-target-error?
  (build-system unsupported-cross-compilation-target-error-build-system)
  (target unsupported-cross-compilation-target-error-target))

(define (sanitize-inputs inputs)
  "Return INPUTS with labels: a list of (LABEL OBJECT [OUTPUT])."
  (match inputs
    (() '())
    (((? string?) . _) inputs)
    ((((? string?) _ . _) . _) inputs)
    (_ (map add-input-label inputs))))

(define (add-input-label input)
  "Return INPUT, an object, (OBJECT OUTPUT), or a labelled input, with a label."
  (match input
    ((? package? package)
     (list (package-name package) package))
    (((? package? package) output)
     (list (package-name package) package output))
    ((? gexp-input? input)
     (match (gexp-input-thing input)
       ((? package? package)
        (list (package-name package) package (gexp-input-output input)))
       (thing (list (object-label thing) thing (gexp-input-output input)))))
    (((? string? label) object . output)
     input)
    ((object (? string? output))
     (list (object-label object) object output))
    (object
     (list (object-label object) object))))

(define (object-label object)
  (cond ((package? object) (package-name object))
        ((origin? object) (or (origin-actual-file-name object) "_"))
        ((local-file? object) (local-file-name object))
        ((plain-file? object) (plain-file-name object))
        ((computed-file? object) (computed-file-name object))
        (else "_")))

(define (sanitize-location location)
  (if (vector? location) (vector->location location) location))
(%declare-pure! sanitize-location)

(define-record-type* <package>
  package make-package
  package? this-package
  (name package-name)                   ;string
  (version package-version)             ;string
  (source package-source)               ;<origin>, file-like, or #f
  (build-system package-build-system)
  (arguments package-arguments          ;arguments for the build method
             (default '()) (thunked))
  (inputs package-inputs
          (default '()) (thunked)
          (sanitize sanitize-inputs))
  (propagated-inputs package-propagated-inputs
                     (default '()) (thunked)
                     (sanitize sanitize-inputs))
  (native-inputs package-native-inputs
                 (default '()) (thunked)
                 (sanitize sanitize-inputs))
  (outputs package-outputs              ;list of strings
           (default '("out")))
  (native-search-paths package-native-search-paths
                       (default '()))
  (search-paths package-search-paths
                (default '()))
  ;; The replacement to graft, a package or #f.
  (replacement package-replacement
               (default #f) (thunked) (innate))
  (synopsis package-synopsis)           ;one-line description
  (description package-description)     ;one or two paragraphs
  (license package-license)             ;license or list of licenses
  (home-page package-home-page)
  (supported-systems package-supported-systems
                     (default %supported-systems))
  (properties package-properties (default '()))
  (location package-location
            (default source-location-of-record)
            (innate)
            (sanitize sanitize-location)))

(set-record-type-printer! <package>
                          (lambda (package port)
                            (let ((location (package-location package)))
                              (format port "#<package ~a@~a~a>"
                                      (package-name package)
                                      (package-version package)
                                      (if location
                                          (format #f " ~a:~a"
                                                  (location-file location) (location-line location))
                                          "")))))

(define (package-field-location package field)
  "Return the location of FIELD of PACKAGE, or of the package itself."
  (package-location package))

(define* (package-full-name package #:optional (delimiter "@"))
  "Return the full name of PACKAGE, for example \"hello@2.10\"."
  (string-append (package-name package) delimiter (package-version package)))

(define (package-upstream-name package)
  "Return the upstream name of PACKAGE, which could be different from the name it has here."
  (or (assq-ref (package-properties package) 'upstream-name)
      (package-name package)))

(define package-upstream-name* package-upstream-name)

(define (hidden-package p)
  "Return a \"hidden\" version of P, which users do not see by default."
  (package
    (inherit p)
    (properties `((hidden? . #t) ,@(package-properties p)))))

(define (hidden-package? p)
  "Return true if P is hidden."
  (assoc-ref (package-properties p) 'hidden?))

(define (package-superseded p)
  "Return the package P is superseded by, or #f."
  (assoc-ref (package-properties p) 'superseded))

(define (deprecated-package old-name p)
  "Return a package called OLD-NAME that is superseded by P."
  (package
    (inherit p)
    (name old-name)
    (properties `((superseded . ,p)))))

(define-syntax-rule (package/inherit p overrides ...)
  ;; Like (package (inherit P) OVERRIDES ...), except that the same overrides apply to the replacement.
  (let loop ((original p))
    (package
      (inherit original)
      overrides ...
      (replacement (and=> (package-replacement original) loop)))))


;;;
;;; Inputs.
;;;

(define (lookup-input inputs name)
  (match (assoc name inputs)
    ((_ object) object)
    ((_ object output) (gexp-input object output))
    (#f #f)))

(define (lookup-package-input package name)
  "Return the input called NAME of PACKAGE, or #f."
  (lookup-input (package-inputs package) name))
(define (lookup-package-native-input package name)
  (lookup-input (package-native-inputs package) name))
(define (lookup-package-propagated-input package name)
  (lookup-input (package-propagated-inputs package) name))
(define (lookup-package-direct-input package name)
  (lookup-input (package-direct-inputs package) name))

(define-syntax-rule (this-package-input name)
  ;; Return the input NAME of the package being defined: one that is not native.
  (or (lookup-package-input this-package name)
      (lookup-package-propagated-input this-package name)))

(define-syntax-rule (this-package-native-input name)
  (lookup-package-native-input this-package name))

(define (inputs-sans-labels inputs)
  "Return INPUTS stripped of any input labels."
  (map (match-lambda
         ((label object) object)
         ((label object output) `(,object ,output)))
       inputs))

(define (replace-input name replacement inputs)
  (map (lambda (input)
         (match input
           (((? string? label) . _)
            (if (string=? label name)
                (match replacement
                  ((object output) (list label object output))
                  (object (list label object)))
                input))))
       inputs))

(define-syntax prepend
  (lambda (s) (syntax-violation 'prepend "used outside of `modify-inputs'" s)))
(define-syntax replace
  (lambda (s) (syntax-violation 'replace "used outside of `modify-inputs'" s)))

;; The clauses are recognized by name: recipes see `delete' and `append' through various modules.
(define-syntax modify-inputs
  ;; Return INPUTS after CLAUSE ...: (prepend INPUT ...), (append INPUT ...), (delete NAME ...),
  ;; (replace NAME INPUT).
  (lambda (s)
    (syntax-case s ()
      ((_ inputs) #'inputs)
      ((_ inputs (operation argument ...) clause ...)
       (with-syntax ((modified
                      (case (syntax->datum #'operation)
                        ((delete)
                         #'(fold alist-delete (sanitize-inputs inputs) (list argument ...)))
                        ((prepend)
                         #'(append (map add-input-label (list argument ...)) (sanitize-inputs inputs)))
                        ((append)
                         #'(append (sanitize-inputs inputs) (map add-input-label (list argument ...))))
                        ((replace)
                         (syntax-case #'(argument ...) ()
                           ((name replacement)
                            #'(replace-input name replacement (sanitize-inputs inputs)))
                           (_ (syntax-violation 'modify-inputs "replace takes a name and an input" s
                                                #'(operation argument ...)))))
                        (else
                         (syntax-violation 'modify-inputs "unknown clause" s
                                           #'(operation argument ...))))))
         #'(modify-inputs modified clause ...))))))

(define (package-direct-sources package)
  "Return all source origins associated with PACKAGE, including origins in PACKAGE's inputs."
  (append (if (package-source package) (list (package-source package)) '())
          (filter-map (match-lambda
                        ((_ (? origin? orig) . _) orig)
                        (_ #f))
                      (package-direct-inputs package))))

(define (package-transitive-sources package)
  "Return PACKAGE's direct sources, and the direct sources of its inputs, transitively."
  (delete-duplicates
   (append-map (match-lambda
                 ((_ (? origin? orig) . _) (list orig))
                 ((_ (? package? p) . _) (package-direct-sources p))
                 (_ '()))
               (cons (list "self" package) (package-transitive-inputs package)))))

(define (package-direct-inputs package)
  "Return all the direct inputs of PACKAGE: native inputs, inputs, and propagated inputs."
  (append (package-native-inputs package)
          (package-inputs package)
          (package-propagated-inputs package)))

(define (transitive-inputs inputs)
  "Return the closure of INPUTS under propagated inputs, without duplicates."
  (define (seen? seen input)
    (match input
      ((label (? package? p) . outputs)
       (any (match-lambda
              ((_ (? package? other) . other-outputs)
               (and (eq? p other) (equal? outputs other-outputs)))
              (_ #f))
            seen))
      (_ (member input seen))))
  (let loop ((inputs inputs) (result '()) (propagated '()) (first? #t))
    (match inputs
      (()
       (if (null? propagated)
           (reverse result)
           (loop (reverse (concatenate propagated)) result '() #f)))
      (((and input (label (? package? package) . outputs)) . rest)
       (if (and (not first?) (seen? result input))
           (loop rest result propagated first?)
           (loop rest
                 (cons (if first?
                           input
                           `(,(package-name package) ,package ,@outputs))
                       result)
                 (cons (reverse (package-propagated-inputs package)) propagated)
                 first?)))
      ((input . rest)
       (loop rest (cons input result) propagated first?)))))

(define (package-transitive-inputs package)
  "Return the transitive inputs of PACKAGE: its direct inputs along with their propagated inputs, recursively."
  (transitive-inputs (package-direct-inputs package)))

(define (package-transitive-target-inputs package)
  "Return the transitive target inputs of PACKAGE: its direct inputs along with their propagated inputs."
  (transitive-inputs (append (package-inputs package) (package-propagated-inputs package))))

(define (package-transitive-native-inputs package)
  (transitive-inputs (package-native-inputs package)))

(define (package-transitive-propagated-inputs package)
  "Return the propagated inputs of PACKAGE, and their propagated inputs, recursively."
  (transitive-inputs (package-propagated-inputs package)))

(define (package-transitive-native-search-paths package)
  "Return the list of search paths for PACKAGE and its propagated inputs, recursively."
  (append (package-native-search-paths package)
          (append-map (match-lambda
                        ((label (? package? p) _ ...) (package-native-search-paths p))
                        (_ '()))
                      (package-transitive-propagated-inputs package))))

(define* (package-development-inputs package #:optional (system (%current-system)) #:key target)
  "Return the list of inputs required by PACKAGE for development purposes on SYSTEM."
  (bag-transitive-inputs (package->bag package system target)))

(define* (package-transitive-supported-systems package #:optional (system (%current-system)))
  "Return the intersection of the systems supported by PACKAGE and those supported by its dependencies."
  (let loop ((packages (list package)) (seen '()) (systems (package-supported-systems package)))
    (match packages
      (() systems)
      ((p . rest)
       (if (memq p seen)
           (loop rest seen systems)
           (loop (append (filter-map (match-lambda
                                       ((_ (? package? input) . _) input)
                                       (_ #f))
                                     (package-direct-inputs p))
                         rest)
                 (cons p seen)
                 (lset-intersection string=? systems (package-supported-systems p))))))))

(define* (supported-package? package #:optional (system (%current-system)))
  "Return true if PACKAGE is supported on SYSTEM."
  (->bool (member system (package-supported-systems package))))

(define (package-closure packages)
  "Return the closure of PACKAGES through their direct inputs."
  (let loop ((packages packages) (visited '()))
    (match packages
      (() (reverse visited))
      ((package . rest)
       (if (memq package visited)
           (loop rest visited)
           (loop (append rest
                         (filter-map (match-lambda
                                       ((_ (? package? p) . _) p)
                                       (_ #f))
                                     (package-direct-inputs package)))
                 (cons package visited)))))))


;;;
;;; Rewriting.
;;;

(define* (package-mapping proc #:optional (cut? (const #f)) #:key deep?)
  "Return a procedure that, given a package, applies PROC to it and to all the packages it depends on.  Recursion stops
at packages for which CUT? is true.  When DEEP? is true, implicit inputs are included."
  (define (rewrite input)
    (match input
      ((label (? package? package) . outputs)
       (cons* label (replace package) outputs))
      (_ input)))
  (define replace
    (mlambdaq (p)
      (if (cut? p)
          (proc p)
          (let ((p (proc p)))
            (package
              (inherit p)
              (location (package-location p))
              (build-system (if deep?
                                (build-system-with-package-mapping
                                 (package-build-system p)
                                 (lambda (object)
                                   (if (package? object) (replace object) object)))
                                (package-build-system p)))
              (inputs (map rewrite (package-inputs p)))
              (native-inputs (map rewrite (package-native-inputs p)))
              (propagated-inputs (map rewrite (package-propagated-inputs p)))
              (replacement (and=> (package-replacement p) replace)))))))
  replace)

(define* (package-input-rewriting replacements #:optional (rewrite-name identity)
                                  #:key (deep? #t) recursive?)
  "Return a procedure that, when passed a package, replaces its direct and indirect dependencies according to
REPLACEMENTS, a list of package pairs."
  (define (rewrite p)
    (match (assq-ref replacements p)
      (#f (if (eq? rewrite-name identity)
              p
              (package
                (inherit p)
                (location (package-location p))
                (name (rewrite-name (package-name p))))))
      (new new)))
  (package-mapping rewrite
                   (lambda (p) (and (assq-ref replacements p) #t))
                   #:deep? deep?))

(define* (package-input-rewriting/spec replacements #:key (deep? #t))
  "Return a procedure that, given a package, applies REPLACEMENTS, a list of pairs of a specification such as \"gcc\"
or \"guile@2\" and a procedure that takes and returns a package, to its dependencies."
  (define (replacement-of p)
    (any (match-lambda
           ((spec . proc)
            (let-values (((name version) (package-name->name+version spec)))
              (and (string=? name (package-name p))
                   (or (not version) (version-prefix? version (package-version p)))
                   proc))))
         replacements))
  (package-mapping (lambda (p)
                     (match (replacement-of p)
                       (#f p)
                       (proc (proc p))))
                   (lambda (p) (and (replacement-of p) #t))
                   #:deep? deep?))


;;;
;;; Bags.
;;;

(define* (package->bag package #:optional
                       (system (%current-system))
                       (target (%current-target-system))
                       #:key (graft? (%graft?)))
  "Compile PACKAGE into a bag for SYSTEM, possibly cross-compiled to TARGET, and return it."
  (parameterize ((%current-system system)
                 (%current-target-system target))
    (let* ((package (or (and graft? (package-replacement package)) package))
           (build-system (package-build-system package))
           (inputs (append (package-inputs package)
                           (package-propagated-inputs package))))
      (or (let ((arguments (package-arguments package)))
            (call-with-argument-check
             package
             (lambda ()
               (apply (build-system-lower build-system)
                      (string-append (package-name package) "-" (package-version package))
                      #:system system
                      #:target target
                      #:source (package-source package)
                      #:inputs inputs
                      #:outputs (package-outputs package)
                      #:native-inputs (package-native-inputs package)
                      arguments))))
          (raise (if target
                     (condition (&package-cross-build-system-error (package package))
                                (&error-location (location (package-location package)))
                                (&message (message (format #f "package `~a' cannot be cross-compiled: its build system is `~a'"
                                                           (package-full-name package)
                                                           (build-system-name build-system)))))
                     (condition (&package-error (package package))
                                (&error-location (location (package-location package)))
                                (&message (message (format #f "package `~a' cannot be lowered"
                                                           (package-full-name package)))))))))))

(define (call-with-argument-check package thunk)
  "Call THUNK, which applies the procedures of PACKAGE's build system to its arguments; say which argument they refuse."
  (catch 'keyword-argument-error
    thunk
    (lambda (key who message args irritants)
      (if (package? package)
          (raise (condition
                  (&package-error (package package))
                  (&error-location (location (package-location package)))
                  (&message (message (format #f "package `~a': the build system `~a' takes no such argument: ~a"
                                             (package-full-name package)
                                             (build-system-name (package-build-system package))
                                             (string-join (map object->string irritants) " "))))))
          (throw key who message args irritants)))))

(define (bag-direct-inputs bag)
  "Same as `package-direct-inputs', but applied to a bag."
  (append (bag-build-inputs bag) (bag-host-inputs bag) (bag-target-inputs bag)))

(define (bag-transitive-inputs bag)
  "Same as `package-transitive-inputs', but applied to a bag."
  (parameterize ((%current-target-system #f)
                 (%current-system (bag-system bag)))
    (transitive-inputs (bag-direct-inputs bag))))

(define (bag-transitive-build-inputs bag)
  (parameterize ((%current-target-system #f) (%current-system (bag-system bag)))
    (transitive-inputs (bag-build-inputs bag))))

(define (bag-transitive-host-inputs bag)
  (parameterize ((%current-target-system (bag-target bag)) (%current-system (bag-system bag)))
    (transitive-inputs (bag-host-inputs bag))))

(define (bag-transitive-target-inputs bag)
  (parameterize ((%current-target-system (bag-target bag)) (%current-system (bag-system bag)))
    (transitive-inputs (bag-target-inputs bag))))

(define* (expand-input package input #:key native?)
  "Return INPUT as a gexp input, or raise an error when it is none."
  (match input
    ((label (? gexp-input? input))
     input)
    ((label (? file-like? object) . output)
     (apply gexp-input object (append output (list #:native? native?))))
    ((label (? string? item) . output)
     (gexp-input item #:native? native?))
    (_
     (raise (condition (&package-input-error
                        (package package)
                        (input input))
                       (&error-location (location (package-location package)))
                       (&message (message (format #f "package `~a' has an invalid input: ~s"
                                                  (package-full-name package)
                                                  (match input
                                                    ((_ object . _) object)
                                                    (_ input))))))))))

(define* (input->labelled-input package input #:key native?)
  "Return INPUT as (LABEL GEXP-INPUT), the form build procedures take."
  (match input
    ((label . _) (list label (expand-input package input #:native? native?)))))

(define* (bag->derivation bag #:optional context)
  "Return as a monadic value the derivation to build BAG for its system or target; CONTEXT can be a package object
describing the context in which the call occurs, for improved error reporting."
  (lambda (store)
    (values (bag->derivation/direct store bag context) store)))

(define (input-search-paths inputs accessor)
  (append-map (match-lambda
                ((_ (? package? p) . _) (accessor p))
                (_ '()))
              inputs))

(define (bag->derivation/direct store bag context)
  (let* ((system (bag-system bag))
         (target (bag-target bag)))
    (parameterize ((%current-system system) (%current-target-system target))
      (let ((mvalue
             (call-with-argument-check context (lambda () (if target
                 (let* ((host (bag-transitive-host-inputs bag))
                        (target* (bag-transitive-target-inputs bag))
                        (build (bag-transitive-build-inputs bag))
                        (labelled (lambda (native?)
                                    (lambda (input)
                                      (input->labelled-input context input #:native? native?)))))
                   (apply (bag-build bag)
                          (bag-name bag)
                          #:build-inputs (map (labelled #t) build)
                          #:host-inputs (map (labelled #f) host)
                          #:target-inputs (map (labelled #f) target*)
                          #:search-paths (delete-duplicates
                                          (input-search-paths host package-search-paths))
                          #:native-search-paths (delete-duplicates
                                                 (append (input-search-paths host package-native-search-paths)
                                                         (input-search-paths build package-native-search-paths)))
                          #:outputs (bag-outputs bag)
                          #:system system #:target target
                          (bag-arguments bag)))
                 (let ((inputs (bag-transitive-inputs bag)))
                   (apply (bag-build bag)
                          (bag-name bag)
                          (delete-duplicate-inputs
                           (map (lambda (input)
                                  (input->labelled-input context input #:native? #t))
                                inputs))
                          #:search-paths (delete-duplicates
                                          (input-search-paths inputs package-native-search-paths))
                          #:outputs (bag-outputs bag)
                          #:system system
                          (bag-arguments bag))))))))
        (call-with-values (lambda () (mvalue store))
          (lambda (value store) value))))))

(define (delete-duplicate-inputs inputs)
  "Return INPUTS with the second and later ones of the same label, object and output left out."
  (let loop ((inputs inputs) (result '()))
    (match inputs
      (() (reverse result))
      (((and input (label gexp-input)) . rest)
       (loop rest
             (if (any (match-lambda
                        ((other-label other)
                         (and (string=? label other-label)
                              (eq? (gexp-input-thing gexp-input) (gexp-input-thing other))
                              (equal? (gexp-input-output gexp-input) (gexp-input-output other)))))
                      result)
                 result
                 (cons input result)))))))


;;;
;;; Derivations.
;;;

(define* (package->derivation package #:optional (system (%current-system))
                              #:key (graft? (%graft?)))
  "Return as a monadic value the derivation of PACKAGE for SYSTEM."
  (lambda (store)
    (values (parameterize ((%graft? graft?) (%current-target-system #f))
              (lower-object-with store package system #f))
            store)))

(define* (package->cross-derivation package target #:optional (system (%current-system))
                                    #:key (graft? (%graft?)))
  "Return as a monadic value the derivation of PACKAGE cross-compiled from SYSTEM to TARGET."
  (lambda (store)
    (values (parameterize ((%graft? graft?))
              (lower-object-with store package system target))
            store)))

(define (lower-object-with store object system target)
  (call-with-values (lambda () ((lower-object object system #:target target) store))
    (lambda (drv store) drv)))

(define* (package-derivation store package #:optional (system (%current-system))
                             #:key (graft? (%graft?)))
  "Return the <derivation> object of PACKAGE for SYSTEM."
  (run-with-store store (package->derivation package system #:graft? graft?)
                  #:system system))

(define* (package-cross-derivation store package target #:optional (system (%current-system))
                                   #:key (graft? (%graft?)))
  "Cross-build PACKAGE for TARGET (a GNU triplet) from host SYSTEM."
  (run-with-store store (package->cross-derivation package target system #:graft? graft?)
                  #:system system))

(define* (package-output store package #:optional (output "out") (system (%current-system)))
  "Return the output path of PACKAGE's OUTPUT for SYSTEM."
  (derivation->output-path (package-derivation store package system) output))

(define* (package-source-derivation store source #:optional (system (%current-system)))
  "Return the derivation or store path for SOURCE, a package source, for SYSTEM."
  (run-with-store store (lower-object source system) #:system system))

(define* (package-file package #:optional file #:key system (output "out") target)
  "Return as a monadic value the absolute file name of FILE within the OUTPUT directory of PACKAGE."
  (lambda (store)
    (let* ((drv (lower-object-with store package (or system (%current-system)) target))
           (directory (derivation->output-path drv output)))
      (values (if file (string-append directory "/" file) directory)
              store))))

(define (package-patched-vulnerabilities package)
  "Return the list of CVE identifiers that the names of the patches of PACKAGE mention."
  (match (package-source package)
    ((? origin? source)
     (append-map (lambda (patch)
                   (let ((name (if (string? patch) (basename patch) "")))
                     (map (cut string-append "CVE-" <>)
                          (match (member "CVE" (string-split (string-upcase name) #\-))
                            (("CVE" year number . _) (list (string-append year "-" number)))
                            (_ '())))))
                 (origin-patches source)))
    (_ '())))

(define-gexp-compiler (package-compiler (package <package>) system target)
  (lambda (store)
    (values (bag->derivation/direct store (package->bag package system target) package)
            store)))


;;;
;;; Sources.
;;;

(define* (origin->derivation source #:optional (system (%current-system)))
  "Return as a monadic value the derivation corresponding to SOURCE, an <origin>."
  (match source
    (($ <origin> uri method hash name (= force ()) #f)
     ;; No patches, no snippet: this is a fixed-output derivation.
     (method uri
             (content-hash-algorithm hash)
             (content-hash-value hash)
             name #:system system))
    (($ <origin> uri method hash name (= force (patches ...)) snippet
                 flags inputs modules guile-for-build)
     ;; Patches and a snippet make another tarball of the first.
     (mlet %store-monad ((source (method uri
                                         (content-hash-algorithm hash)
                                         (content-hash-value hash)
                                         name #:system system)))
       (patch-and-repack source patches
                         #:inputs (or inputs (%standard-patch-inputs))
                         #:snippet snippet
                         #:flags flags
                         #:system system
                         #:modules modules)))))

(define (%standard-patch-inputs)
  (let* ((canonical (module-ref (resolve-interface '(gnu packages base)) 'canonical-package))
         (ref (lambda (module var)
                (canonical (module-ref (resolve-interface module) var)))))
    `(("tar" ,(ref '(gnu packages base) 'tar))
      ("xz" ,(ref '(gnu packages compression) 'xz))
      ("bzip2" ,(ref '(gnu packages compression) 'bzip2))
      ("gzip" ,(ref '(gnu packages compression) 'gzip))
      ("patch" ,(ref '(gnu packages base) 'patch)))))

(define* (patch-and-repack source patches
                           #:key
                           inputs
                           (snippet #f)
                           (flags '("-p1"))
                           (modules '())
                           (system (%current-system)))
  "Unpack SOURCE, a derivation or store path, apply all of PATCHES with FLAGS, run SNIPPET, and repack the tarball."
  (define source-file-name
    (match source
      ((? derivation? drv) (store-path-package-name (derivation->output-path drv)))
      ((? string? item) (store-path-package-name item))))

  (define name
    (if (or (string-suffix? ".zip" source-file-name) (not (compressed-file? source-file-name)))
        source-file-name
        (string-append (tarball-sans-extension source-file-name) ".tar.xz")))

  (define (instantiate-patch patch)
    (match patch
      ((? string? file) (local-file file #:recursive? #t))
      (_ patch)))

  (define (lookup-input name)
    (match (assoc name inputs)
      ((_ package) package)
      (#f #f)))

  (define build
    (with-imported-modules '((guix build utils))
      #~(begin
          (use-modules (ice-9 ftw)
                       (ice-9 match)
                       (ice-9 regex)
                       (srfi srfi-1)
                       (srfi srfi-26)
                       (guix build utils)
                       #$@modules)

          (define (apply-patch patch)
            (format (current-error-port) "applying '~a'...~%" patch)
            (invoke (string-append #+(lookup-input "patch") "/bin/patch")
                    "--force" "--no-backup-if-mismatch"
                    #+@flags "--input" patch))

          (define (first-file directory)
            (match (scandir directory (lambda (name) (not (member name '("." "..")))))
              ((name) name)
              (_ #f)))

          (set-path-environment-variable "PATH" '("bin")
                                         (list #+@(filter-map lookup-input
                                                              '("tar" "xz" "bzip2" "gzip" "patch"))))
          (mkdir "work")
          (with-directory-excursion "work"
            (if (file-is-directory? #+source)
                (copy-recursively #+source "source" #:keep-mtime? #t)
                (invoke "tar" "xf" #+source)))
          (let* ((only (first-file "work"))
                 (directory (if only (string-append "work/" only) "work")))
            (with-directory-excursion directory
              (for-each apply-patch '#+(map instantiate-patch patches))
              #+(if snippet
                    #~(let ((module (make-fresh-user-module)))
                        (module-use-interfaces!
                         module
                         (map resolve-interface '((guix build utils) #+@modules)))
                        (eval '#+(if (pair? snippet) (sexp->gexp snippet) snippet)
                              module))
                    #~#t))
            (for-each (lambda (file)
                        (utime file 1 1 0 0 AT_SYMLINK_NOFOLLOW))
                      (find-files directory #:directories? #t))
            (if (file-is-directory? #+source)
                (copy-recursively directory #$output)
                (with-directory-excursion "work"
                  (invoke "tar" "--owner=root:0" "--group=root:0" "--mtime=@1" "--sort=name"
                          "-cvaf" #$output (or only "."))))))))

  (gexp->derivation name build
                    #:system system
                    #:substitutable? #t
                    #:properties `((type . origin)
                                   (patches . ,(length patches)))))

(define-gexp-compiler (origin-compiler (origin <origin>) system target)
  (origin->derivation origin system))
