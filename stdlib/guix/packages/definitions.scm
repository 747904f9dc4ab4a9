;;; Commentary:
;;;
;;; Packages and origins, the records that recipes are written with: their fields, the fields' checks, and what can be
;;; said of a package without lowering it.  Recipes use it as (guix packages), which see.
;;; Interface: (guix packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix packages definitions)
  #:use-module (guix utils)
  #:use-module (guix records)
  #:use-module (guix gexp)
  #:use-module (guix base32)
  #:autoload   (guix licenses) (license?)
  #:use-module (guix build-system)
  #:use-module (guix search-paths)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (content-hash content-hash? content-hash-algorithm content-hash-value

            <origin> origin origin? this-origin
            origin-uri origin-method origin-hash origin-sha256 origin-file-name origin-actual-file-name
            origin-patches origin-patch-flags origin-patch-inputs origin-patch-guile
            origin-snippet origin-modules
            base32 base64

            <package> package package? this-package for-builders?
            package-name package-upstream-name
            package-version package-full-name package-source package-build-system package-arguments
            package-inputs package-native-inputs package-propagated-inputs
            package-outputs package-native-search-paths package-search-paths
            package-replacement package-synopsis package-description package-license package-home-page
            package-supported-systems package-properties package-location
            hidden-package hidden-package? package-superseded deprecated-package
            this-package-input this-package-native-input
            lookup-package-input lookup-package-native-input lookup-package-propagated-input
            lookup-package-direct-input package-direct-inputs package-direct-sources
            modify-inputs prepend replace inputs-sans-labels
            package/inherit package-with-patches package-with-extra-patches package-with-c-toolchain
            package-patched-vulnerabilities

            %supported-systems %cuirass-supported-systems
            %32bit-supported-systems %64bit-supported-systems
            %hurd-systems

            &package-error package-error? package-error-package
            &package-license-error package-license-error? package-error-invalid-license
            &package-input-error package-input-error? package-error-invalid-input
            &package-cross-build-system-error package-cross-build-system-error?
            &package-cyclic-dependency-error package-cyclic-dependency-error? package-error-dependency-cycle))


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
    (unless (or (not bytes) (bytevector? bytes))
      (refuse-value "hash" value "a bytevector" "(sha256 (base32 \"0k69fnpmw38…\"))"))
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

(define-syntax-rule (define-compile-time-decoder name string->bytevector description sha256-length)
  ;; A macro that decodes literal strings when the recipe is expanded, so that a bad hash is found there.
  (define-syntax name
    (lambda (s)
      (syntax-case s ()
        ((_ str)
         (string? (syntax->datum #'str))
         (let* ((text (syntax->datum #'str))
                (bytes (catch #t
                         (lambda () (string->bytevector text))
                         (lambda (key . arguments)
                           (syntax-violation 'name
                                             (format #f "invalid ~a string~a of ~a characters (a SHA-256 hash has ~a): ~s"
                                                     description
                                                     (match arguments
                                                       (((? invalid-base32-character? problem))
                                                        (format #f " with the character `~a'"
                                                                (invalid-base32-character-value problem)))
                                                       (_ ""))
                                                     (string-length text) sha256-length text)
                                             s #'str)))))
           (datum->syntax s bytes)))
        ((_ exp) #'(string->bytevector exp))
        (id (identifier? #'id) #'string->bytevector)))))

(define-compile-time-decoder base32 nix-base32-string->bytevector "base32" 52)

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

(define-compile-time-decoder base64 base64-string->bytevector "base64" 44)


;;; Values that no program can use are refused where they are written.
;;;

(define (refuse-value field value expected example)
  (raise (condition
          (&package-error (package #f))
          (&message (message (format #f "invalid ~a: ~s; expected ~a" field value expected)))
          (&fix-hint (hint (string-append "for example: " example))))))

(define-syntax-rule (define-validator name valid? field expected example)
  (begin
    (define (name value)
      (unless (valid? value)
        (refuse-value field value expected example))
      value)
    (%declare-pure! name)))


;;;
;;; Origins.
;;;

(define-validator validate-patches list?
  "patches of an origin" "a list" "(patches (search-patches \"fix.patch\"))")
(define-validator validate-method (lambda (value) (or (not value) (procedure? value)))
  "method of an origin" "a procedure" "(method url-fetch)")

(define-validator validate-hash (lambda (value) (or (not value) (content-hash? value)))
  "hash of an origin" "a content hash" "(hash (content-hash (base32 \"0k69fnpmw38…\") sha256))")
(define-validator validate-modules list?
  "modules of an origin" "a list of names of modules" "(modules '((guix build utils)))")

(define-record-type* <origin> %origin make-origin
  origin? this-origin
  (uri origin-uri)                      ;string, or what the method takes
  (method origin-method                 ;procedure
          (sanitize validate-method))
  (hash origin-hash                     ;<content-hash>
        (sanitize validate-hash))
  (file-name origin-file-name           ;string | #f
             (default #f))
  ;; Patches are delayed so that modules may refer to each other.
  (patches origin-patches               ;list of file names and file-like objects
           (default '()) (delayed) (sanitize validate-patches))
  (snippet origin-snippet               ;sexp or gexp | #f
           (default #f))
  (patch-flags origin-patch-flags       ;list of strings, or a gexp
               (default '("-p1")))
  (patch-inputs origin-patch-inputs     ;input list | #f
                (default #f))
  (modules origin-modules               ;list of module names
           (default '()) (sanitize validate-modules))
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
  (append %64bit-supported-systems %32bit-supported-systems))
(define %hurd-systems '("i586-gnu" "i686-gnu"))
(define %cuirass-supported-systems
  ;; Those that the project's build farm builds for.
  (lset-difference string=? %supported-systems '("mips64el-linux" "powerpc-linux" "riscv64-linux")))

(define-condition-type &package-error &error
  package-error?
  (package package-error-package))

(define-condition-type &package-license-error &package-error
  package-license-error?
  (license package-error-invalid-license))

(define-condition-type &package-input-error &package-error
  package-input-error?
  (input package-error-invalid-input))

(define-condition-type &package-cyclic-dependency-error &package-error
  package-cyclic-dependency-error?
  (cycle package-error-dependency-cycle))

(define-condition-type &package-cross-build-system-error &package-error
  package-cross-build-system-error?)

(define (sanitize-inputs inputs)
  "Return INPUTS with labels: a list of (LABEL OBJECT [OUTPUT])."
  (match inputs
    (() '())
    ((? (negate list?))
     (refuse-value "inputs of a package" inputs "a list" "(inputs (list PACKAGE ...))"))
    (((? string?) . _) inputs)
    ((((? string?) _ . _) . _) inputs)
    (_ (map add-input-label inputs))))

(define (add-input-label input)
  "Return INPUT, an object, (PACKAGE OUTPUT), or a <gexp-input>, with a label: the package's name, or \"_\"."
  (define (label object)
    (if (package? object) (package-name object) "_"))

  (match input
    (((? package? package) output)
     (list (label package) package output))
    ((? gexp-input?)
     (let ((object (gexp-input-thing input))
           (output (gexp-input-output input)))
       (cons* (label object) object
              (if (string=? output "out") '() (list output)))))
    (object
     (list (label object) object))))

(define (sanitize-location location)
  (if (vector? location) (vector->location location) location))
(%declare-pure! sanitize-location)

(define-validator validate-name string? "name of a package" "a string" "(name \"hello\")")
(define-validator validate-version string? "version of a package" "a string" "(version \"1.0\")")
(define-validator validate-source
  (lambda (value) (or (not value) (string? value) (struct? value)))
  "source of a package" "an origin, a file-like object, or #f" "(source (local-file \"src\" #:recursive? #t))")
(define-validator validate-arguments list?
  "arguments of a package" "a list of keywords and values" "(arguments (list #:tests? #f))")
(define-validator validate-build-system (lambda (value) (or (not value) (build-system? value)))
  "build-system of a package" "a build system" "(build-system gnu-build-system)")
(define-validator validate-outputs (lambda (value) (and (pair? value) (every string? value)))
  "outputs of a package" "a list of strings" "(outputs '(\"out\" \"doc\"))")
(define (valid-search-path? value)
  (and (search-path-specification? value)
       (string? (search-path-specification-variable value))
       (list? (search-path-specification-files value))
       (every string? (search-path-specification-files value))
       (symbol? (search-path-specification-file-type value))))

(define-validator validate-search-paths (lambda (value) (and (list? value) (every valid-search-path? value)))
  "search paths of a package" "a list of search path specifications"
  "(native-search-paths (list (search-path-specification (variable \"X_PATH\") (files '(\"lib/x\")))))")
(define-validator validate-replacement (lambda (value) (or (not value) (package? value)))
  "replacement of a package" "a package or #f" "(replacement hello/fixed)")
(define-validator validate-systems list?
  "supported-systems of a package" "a list of strings" "(supported-systems '(\"x86_64-linux\"))")
(define-validator validate-properties list?
  "properties of a package" "an association list" "(properties '((hidden? . #t)))")

(define (valid-license? value)
  (or (not value)
      (and (struct? value) (license? value))
      (and (pair? value)
           (every (lambda (one) (and (struct? one) (license? one))) value))))

(define (validate-license value)
  "Return VALUE, which must be a license, a list of licenses, or #f."
  (unless (valid-license? value)
    (raise (condition
            (&package-license-error (package #f) (license value))
            (&message (message (format #f "~s: invalid package license" value)))
            (&fix-hint (hint "licenses are variables of (guix licenses), such as license:gpl3+")))))
  value)
(%declare-pure! validate-license)

(define-record-type* <package>
  package make-package
  package? this-package
  (name package-name (sanitize validate-name))
  (version package-version (sanitize validate-version))
  (source package-source                ;<origin>, file-like, or #f
          (sanitize validate-source))
  (build-system package-build-system (sanitize validate-build-system))
  (arguments package-arguments          ;arguments for the build method
             (default '()) (thunked)
             (sanitize validate-arguments))
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
           (default '("out")) (sanitize validate-outputs))
  (native-search-paths package-native-search-paths
                       (default '()) (sanitize validate-search-paths))
  (search-paths package-search-paths
                (default '()) (sanitize validate-search-paths))
  ;; The replacement to graft, a package or #f.
  (replacement package-replacement
               (default #f) (thunked) (innate)
               (sanitize validate-replacement))
  (synopsis package-synopsis)           ;one-line description; `strata lint' tells what is wrong with texts
  (description package-description)     ;one or two paragraphs
  (license package-license              ;license or list of licenses
           (sanitize validate-license))
  (home-page package-home-page)
  (supported-systems package-supported-systems
                     (default %supported-systems) (sanitize validate-systems))
  (properties package-properties (default '()) (sanitize validate-properties))
  (location package-location
            (default source-location-of-record)
            (innate)
            (sanitize sanitize-location)))

(define (for-builders? package)
  "Return true unless PACKAGE says that builders, of profiles too, can do without it."
  (match (assq 'for-builders? (package-properties package))
    ((_ . answer) answer)
    (#f #t)))

(set-record-type-printer! <package>
                          (lambda (package port)
                            (let ((location (package-location package)))
                              (format port "#<package ~a@~a~a ~a>"
                                      (package-name package)
                                      (package-version package)
                                      (if location
                                          (format #f " ~a:~a"
                                                  (location-file location) (location-line location))
                                          "")
                                      (number->string (object-address package) 16)))))

(define* (package-full-name package #:optional (delimiter "@"))
  "Return the full name of PACKAGE, for example \"hello@2.10\"."
  (string-append (package-name package) delimiter (package-version package)))

(define (package-upstream-name package)
  "Return the upstream name of PACKAGE, which could be different from the name it has here."
  (or (assq-ref (package-properties package) 'upstream-name)
      (package-name package)))

(define (hidden-package p)
  "Return a \"hidden\" version of P, which users do not see by default."
  (package
    (inherit p)
    (location (package-location p))
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

(for-each %declare-pure! (list hidden-package deprecated-package))

(define-syntax-rule (package/inherit p overrides ...)
  ;; Like (package (inherit P) OVERRIDES ...), except that the same overrides apply to the replacement.  P is an
  ;; identifier, which stands for the replacement when it is their turn.
  (let loop ((p p))
    (package
      (inherit p)
      overrides ...
      (replacement (and=> (package-replacement p) loop)))))

(define %vulnerability-regexp
  (make-regexp "CVE-[0-9]{4}-[0-9]+"))

(define (package-patched-vulnerabilities package)
  "Return the list of CVE identifiers that the names of the patches of PACKAGE mention."
  (define (patch-name patch)
    (cond ((string? patch) (basename patch))
          ((origin? patch) (and=> (origin-actual-file-name patch) basename))
          (else #f)))

  (match (package-source package)
    ((? origin? source)
     (append-map (lambda (name)
                   (map match:substring (list-matches %vulnerability-regexp name)))
                 (filter-map patch-name (origin-patches source))))
    (_ '())))

(define (package-with-patches original patches)
  "Return ORIGINAL with PATCHES instead of the patches of its source."
  (package
    (inherit original)
    (source (origin
              (inherit (package-source original))
              (patches patches)))
    (location (package-location original))))

(define (package-with-extra-patches original patches)
  "Return ORIGINAL with PATCHES after those of its source."
  (package-with-patches original
                        (append (origin-patches (package-source original)) patches)))

(define (package-with-c-toolchain package toolchain)
  "Return PACKAGE built with TOOLCHAIN, a list of (LABEL PACKAGE), instead of the default C and C++ tools."
  (package/inherit package
    (build-system (build-system-with-c-toolchain (package-build-system package) toolchain))))


;;;
;;; Inputs.
;;;

(define (lookup-input inputs name)
  (match (assoc name inputs)
    ;; Without its output, in Guix 1.4.
    ((_ object . _) object)
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
           (((? string? label) _ . outputs)
            (if (string=? label name)
                (match replacement
                  ((object output) (list label object output))
                  (object (cons* label object outputs)))
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
                         (syntax-violation 'modify-inputs
                                           "unknown clause: they are delete, prepend, append and replace" s
                                           #'(operation argument ...))))))
         #'(modify-inputs modified clause ...))))))

(define (package-direct-inputs package)
  "Return all the direct inputs of PACKAGE: native inputs, inputs, and propagated inputs."
  (append (package-native-inputs package)
          (package-inputs package)
          (package-propagated-inputs package)))

(define (package-direct-sources package)
  "Return all source origins associated with PACKAGE, including origins in PACKAGE's inputs."
  (append (if (package-source package) (list (package-source package)) '())
          (filter-map (match-lambda
                        ((_ (? origin? orig) . _) orig)
                        (_ #f))
                      (package-direct-inputs package))))
