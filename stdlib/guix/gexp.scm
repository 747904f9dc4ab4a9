;;; Commentary:
;;;
;;; G-expressions: code to be run by a build, with the store items it refers to.
;;; `#~' makes one, `#$', `#$@', `#+' and `#+@' refer to inputs, and lowering turns objects such as packages,
;;; files and other G-expressions into derivations and the builder's text.  Lowering is written in direct style
;;; on an open connection; what Guix gives as monadic procedures wraps it.
;;; Interface: (guix gexp) of GNU Guix 1.4, whose builder texts and derivations come out equal.
;;;
;;; Code:

(define-module (guix gexp)
  #:autoload   (guix diagnostics) (warning)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix utils)
  #:use-module (guix modules)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (gexp gexp? sexp->gexp
            with-imported-modules with-extensions with-parameters parameterized?
            let-system

            gexp->approximate-sexp

            gexp-input gexp-input? gexp-input-thing gexp-input-output gexp-input-native?

            local-file local-file? local-file-file local-file-absolute-file-name local-file-name
            local-file-recursive? local-file-select?
            plain-file plain-file? plain-file-name plain-file-content
            computed-file computed-file? computed-file-name computed-file-gexp computed-file-options
            program-file program-file? program-file-name program-file-gexp program-file-guile
            program-file-module-path
            scheme-file scheme-file? scheme-file-name scheme-file-gexp
            file-append file-append? file-append-base file-append-suffix
            raw-derivation-file raw-derivation-file? raw-derivation-file-derivation
            load-path-expression
            gexp-modules gexp-extensions gexp-inputs gexp-native-inputs gexp-outputs
            gexp-location

            lower-gexp lowered-gexp?
            lowered-gexp-sexp lowered-gexp-inputs lowered-gexp-sources lowered-gexp-guile
            lowered-gexp-load-path lowered-gexp-load-compiled-path

            gexp->derivation gexp->file gexp->script
            text-file* mixed-text-file file-union directory-union
            references-file
            imported-files imported-modules compiled-modules
            input-tuples->gexp outputs->gexp with-build-variables assume-valid-file-name

            define-gexp-compiler gexp-compiler? file-like?
            lower-object lower-inputs

            &gexp-error gexp-error?
            &gexp-input-error gexp-input-error? gexp-error-invalid-input))

(define-record-type <gexp>
  (make-gexp references modules extensions proc location)
  gexp?
  (references gexp-references)           ;list of <gexp-input> and <gexp-output>
  (modules gexp-self-modules)            ;list of module names, or (NAME => FILE)
  (extensions gexp-self-extensions)      ;list of lowerable things
  (proc gexp-proc)                       ;procedure from resolved references to an S-expression
  (location %gexp-location))             ;alist or #f

(set-record-type-printer! <gexp>
                          (lambda (gexp port)
                            (display "#<gexp " port)
                            ;; Spliced references cannot be shown in place.
                            (let ((sexp (false-if-exception
                                         (apply (gexp-proc gexp) (gexp-references gexp)))))
                              (when sexp (write sexp port)))
                            (let ((location (gexp-location gexp)))
                              (when location
                                (format port " ~a" (location->string location))))
                            (display ">" port)))

(define (gexp-location gexp)
  "Return the source code location of GEXP, or #f."
  (source-properties->location (%gexp-location gexp)))

;; A reference from a G-expression to something: an object, an output, native or not.
(define-record-type <gexp-input>
  (%gexp-input thing output native?)
  gexp-input?
  (thing gexp-input-thing)
  (output gexp-input-output)
  (native? gexp-input-native?))

(set-record-type-printer! <gexp-input>
                          (match-lambda*
                            ((input port)
                             (format port "#<gexp-input ~a~s:~a>"
                                     (if (gexp-input-native? input) "native " "")
                                     (gexp-input-thing input)
                                     (gexp-input-output input)))))

(define* (gexp-input thing #:optional (output "out") #:key native?)
  "Return a new gexp input for OUTPUT of THING; NATIVE? tells whether it is a native input when cross-compiling."
  (%gexp-input thing output native?))

;; A reference to one of the derivation's own outputs.
(define-record-type <gexp-output>
  (gexp-output name)
  gexp-output?
  (name gexp-output-name))

(set-record-type-printer! <gexp-output>
                          (lambda (output port)
                            (format port "#<gexp-output ~a>" (gexp-output-name output))))

(define-condition-type &gexp-error &error
  gexp-error?)

(define-condition-type &gexp-input-error &gexp-error
  gexp-input-error?
  (input gexp-error-invalid-input))


;;;
;;; Compilers: how objects of other types are lowered.
;;;

(define-record-type <gexp-compiler>
  (gexp-compiler type lower expand)
  gexp-compiler?
  (type gexp-compiler-type)
  (lower gexp-compiler-lower)          ;object system target -> monadic derivation or store item
  (expand gexp-compiler-expand))       ;object lowered output -> string

(define %gexp-compilers
  ;; Record type to compiler.
  (make-hash-table 20))

(define (default-expander thing obj output)
  "This is the default expander for OBJ, what THING was lowered to."
  (match obj
    ((? derivation? drv) (derivation->output-path drv output))
    ((? string? file) file)
    ((? self-quoting?) obj)))

(define (register-compiler! compiler)
  "Register COMPILER as a gexp compiler."
  (hashq-set! %gexp-compilers (gexp-compiler-type compiler) compiler))

(define (lookup-compiler object)
  "Return the gexp compiler of OBJECT, or #f."
  (and (struct? object)
       (hashq-ref %gexp-compilers (struct-vtable object))))

(define (file-like? object)
  "Return #t if OBJECT leads to a file in the store once unquoted in a G-expression."
  (and (struct? object) (->bool (lookup-compiler object))))

(define-syntax define-gexp-compiler
  ;; Define NAME as a compiler for objects of type RECORD-TYPE; BODY returns a derivation or a store item as a
  ;; monadic value.  EXPAND makes the string or S-expression that stands for the object in builders.
  (syntax-rules (=> compiler expander)
    ((_ (name (param record-type) system target) body ...)
     (define-gexp-compiler name record-type
       compiler => (lambda (param system target) body ...)
       expander => default-expander))
    ((_ name record-type
        compiler => compile
        expander => expand)
     (begin
       (define name
         (gexp-compiler record-type compile expand))
       (register-compiler! name)))))

(define (object-cache-key system target)
  (list system target (%graft?)))

(define (lower-object/direct store obj system target)
  "Return the derivation or store item that OBJ lowers to in STORE for SYSTEM and TARGET."
  (match (lookup-compiler obj)
    (#f (raise (condition (&gexp-input-error (input obj)))))
    (compiler
     (let* ((cache (store-connection-object-cache store))
            (known (hashq-ref cache obj '()))
            (key (object-cache-key system target)))
       (match (assoc key known)
         ((_ . lowered) lowered)
         (#f
          (let* ((lowered (run-monadic store ((gexp-compiler-lower compiler) obj system target)))
                 (lowered (if (and (struct? lowered) (not (derivation? lowered)))
                              (lower-object/direct store lowered system target)
                              lowered)))
            (hashq-set! cache obj
                        (acons key lowered (hashq-ref cache obj '())))
            lowered)))))))

(define (run-monadic store mvalue)
  "Return the value of MVALUE, a monadic value in the store monad, in STORE."
  (call-with-values (lambda () (mvalue store))
    (lambda (value store) value)))

(define* (lower-object obj #:optional system #:key target)
  "Return as a monadic value the derivation or store item that OBJ lowers to for SYSTEM, cross-compiling for TARGET
if it is true.  OBJ must be an object that has an associated gexp compiler, such as a <package>."
  (lambda (store)
    (values (lower-object/direct store obj (or system (%current-system)) target)
            store)))

(define (expand-object/direct store obj system target output)
  "Return two values: what stands for OBJ in a builder, and what it was lowered to."
  (let* ((compiler (lookup-compiler obj))
         (lowered (lower-object/direct store obj system target)))
    (values ((gexp-compiler-expand compiler) obj lowered output)
            lowered)))

(define-gexp-compiler derivation-compiler <derivation>
  compiler => (lambda (drv system target)
                (store-return drv))
  expander => default-expander)


;;;
;;; File-like objects.
;;;

(define-record-type <system-binding>
  (system-binding proc)
  system-binding?
  (proc system-binding-proc))

(define-syntax let-system
  ;; Introduce a system binding in a gexp: EXP is evaluated when the gexp is lowered, with SYSTEM and TARGET bound.
  (syntax-rules ()
    ((_ (system target) exp0 exp ...)
     (system-binding (lambda (system target) exp0 exp ...)))
    ((_ system exp0 exp ...)
     (system-binding (lambda (system target) exp0 exp ...)))))

(define-gexp-compiler system-binding-compiler <system-binding>
  compiler => (lambda (binding system target)
                (lambda (store)
                  (let ((object ((system-binding-proc binding) system target)))
                    (values (if (and (struct? object) (not (derivation? object)) (lookup-compiler object))
                                (lower-object/direct store object system target)
                                object)
                            store))))
  expander => (lambda (binding lowered output)
                (match lowered
                  ((? derivation? drv) (derivation->output-path drv output))
                  (_ lowered))))

(define-record-type <local-file>
  (%%local-file file absolute name recursive? select?)
  local-file?
  (file local-file-file)                ;as it was given
  (absolute %local-file-absolute-file-name) ;promise
  (name local-file-name)
  (recursive? local-file-recursive?)
  (select? local-file-select?))

(define (true file stat) #t)

(define* (%local-file file promise #:optional (name (basename file))
                      #:key recursive? (literal? #t) location (select? true))
  (unless (or literal? (string-prefix? "/" file))
    (warning (source-properties->location location)
             "resolving '~a' relative to current directory~%" file))
  (%%local-file file promise name recursive? select?))

(define (absolute-file-name file directory)
  "Return the canonical absolute file name for FILE, which lives in the vicinity of DIRECTORY."
  (canonicalize-path
   (cond ((string-prefix? "/" file) file)
         ((not directory) file)
         ((string-prefix? "/" directory) (string-append directory "/" file))
         (else file))))

(define-syntax-rule (assume-valid-file-name file)
  ;; In `local-file': FILE, computed, is meant relative to the current directory if it is relative at all.
  file)

(define-syntax local-file
  ;; Return an object representing local file FILE to add to the store.  A literal FILE is relative to the source file
  ;; that the form is in, any other to the current directory.  When RECURSIVE? is true, a directory is added as a whole,
  ;; as far as SELECT? is true.
  (lambda (s)
    (syntax-case s (assume-valid-file-name)
      ((_ file rest ...)
       (string? (syntax->datum #'file))
       ;; The directory of the form itself, not of this template.
       (with-syntax ((directory (datum->syntax #'here (syntax-source-directory s))))
         #'(%local-file file
                        (delay (absolute-file-name file directory))
                        rest ...)))
      ((_ (assume-valid-file-name file) rest ...)
       #'(%local-file file
                      (delay (absolute-file-name file (getcwd)))
                      rest ...))
      ((_ file rest ...)
       (with-syntax ((location (datum->syntax #'here (syntax-source s))))
         #'(%local-file file
                        (delay (absolute-file-name file (getcwd)))
                        rest ...
                        #:literal? #f #:location 'location)))
      ((_)
       (syntax-violation 'local-file "missing file name" s))
      (id
       (identifier? #'id)
       (syntax-violation 'local-file "`local-file' is a macro and cannot be used like this" s)))))

(define (local-file-absolute-file-name file)
  "Return the absolute file name for FILE, a <local-file> instance."
  (force (%local-file-absolute-file-name file)))

(define-gexp-compiler (local-file-compiler (file <local-file>) system target)
  (lambda (store)
    (values (add-to-store store (local-file-name file)
                          (local-file-recursive? file) "sha256"
                          (local-file-absolute-file-name* file)
                          #:select? (local-file-select? file))
            store)))

(define (local-file-absolute-file-name* file)
  (catch 'system-error
    (lambda () (local-file-absolute-file-name file))
    (lambda args
      (raise (condition
              (&message (message (format #f "file '~a' not found" (local-file-file file)))))))))

(define-record-type <plain-file>
  (%plain-file name content references)
  plain-file?
  (name plain-file-name)
  (content plain-file-content)          ;string or bytevector
  (references plain-file-references))

(define (plain-file name content)
  "Return an object representing a text file called NAME with the given CONTENT, a string or a bytevector."
  (%plain-file name content '()))

(define-gexp-compiler (plain-file-compiler (file <plain-file>) system target)
  (match file
    (($ <plain-file> name (? string? content) references)
     (text-file name content references))
    (($ <plain-file> name (? bytevector? content) references)
     (lambda (store)
       (values (add-data-to-store store name content references) store)))))

(define-record-type <computed-file>
  (%computed-file name gexp guile options)
  computed-file?
  (name computed-file-name)
  (gexp computed-file-gexp)
  (guile computed-file-guile)
  (options computed-file-options))

(define* (computed-file name gexp #:key guile (local-build? #t) (options '()))
  "Return an object representing the store item NAME, a file or directory computed by GEXP.  OPTIONS may hold
additional arguments to pass to `gexp->derivation'."
  (%computed-file name gexp guile `(,@(if local-build? '(#:local-build? #t) '()) ,@options)))

(define (guile->derivation store guile system)
  "Return the derivation of GUILE, a file-like object or #f for the default one."
  (cond (guile (lower-object/direct store guile system #f))
        (else (default-guile/direct store system))))

(define-gexp-compiler (computed-file-compiler (file <computed-file>) system target)
  (match file
    (($ <computed-file> name gexp guile options)
     (lambda (store)
       (values (apply gexp->derivation/direct store name gexp
                      #:guile-for-build (guile->derivation store guile system)
                      #:system system #:target target options)
               store)))))

(define-record-type <program-file>
  (%program-file name gexp guile path)
  program-file?
  (name program-file-name)
  (gexp program-file-gexp)
  (guile program-file-guile)
  (path program-file-module-path))

(define* (program-file name gexp #:key (guile #f) (module-path %load-path))
  "Return an object representing the executable store item NAME that runs GEXP."
  (%program-file name gexp guile module-path))

(define-gexp-compiler (program-file-compiler (file <program-file>) system target)
  (match file
    (($ <program-file> name gexp guile module-path)
     (gexp->script name gexp
                   #:module-path module-path
                   #:guile (or guile (default-guile))
                   #:system system
                   #:target target))))

(define-record-type <scheme-file>
  (%scheme-file name gexp splice? guile load-path?)
  scheme-file?
  (name scheme-file-name)
  (gexp scheme-file-gexp)
  (splice? scheme-file-splice?)
  (guile scheme-file-guile)
  (load-path? scheme-file-set-load-path?))

(define* (scheme-file name gexp #:key splice? guile (set-load-path? #t))
  "Return an object representing the Scheme file NAME that contains GEXP; with SPLICE?, the forms GEXP is a list of."
  (%scheme-file name gexp splice? guile set-load-path?))

(define-gexp-compiler (scheme-file-compiler (file <scheme-file>) system target)
  (match file
    (($ <scheme-file> name gexp splice? guile set-load-path?)
     (gexp->file name gexp
                 #:set-load-path? set-load-path?
                 #:splice? splice?
                 #:system system
                 #:target target))))

(define-record-type <file-append>
  (%file-append base suffix)
  file-append?
  (base file-append-base)
  (suffix file-append-suffix))          ;list of strings

(define (file-append base . suffix)
  "Return a <file-append> object that expands to the file name of BASE followed by SUFFIX."
  (%file-append base suffix))

(define-gexp-compiler file-append-compiler <file-append>
  compiler => (lambda (obj system target)
                (match obj
                  (($ <file-append> base _)
                   (lower-object base system #:target target))))
  expander => (lambda (obj lowered output)
                (match obj
                  (($ <file-append> base suffix)
                   (let ((expand (gexp-compiler-expand (lookup-compiler base))))
                     (string-append (expand base lowered output)
                                    (string-concatenate suffix)))))))

(define-record-type <raw-derivation-file>
  (raw-derivation-file obj)
  raw-derivation-file?
  (obj raw-derivation-file-derivation))

(define-gexp-compiler raw-derivation-file-compiler <raw-derivation-file>
  compiler => (lambda (obj system target)
                (lambda (store)
                  ;; The .drv file itself is the input, not what it builds.
                  (values (match (lower-object/direct store (raw-derivation-file-derivation obj) system target)
                            ((? derivation? drv) (derivation-file-name drv))
                            ((? string? item) item))
                          store)))
  expander => (lambda (obj file output) file))

(define-record-type <parameterized>
  (parameterized bindings thunk)
  parameterized?
  (bindings parameterized-bindings)     ;list of (PARAMETER . VALUE-THUNK)
  (thunk parameterized-thunk))

(define-syntax-rule (with-parameters ((param value) ...) body ...)
  ;; Bind each PARAM to VALUE for the extent during which BODY, a file-like object, is lowered.
  (parameterized (list (cons param (lambda () value)) ...)
                 (lambda () body ...)))

(define (call-with-bindings bindings thunk)
  (match bindings
    (() (thunk))
    (((parameter . value) . rest)
     (parameterize ((parameter (value)))
       (call-with-bindings rest thunk)))))

(define-gexp-compiler parameterized-compiler <parameterized>
  compiler => (lambda (obj system target)
                (lambda (store)
                  (call-with-bindings
                   (parameterized-bindings obj)
                   (lambda ()
                     (let ((binds? (lambda (parameter)
                                     (assq parameter (parameterized-bindings obj)))))
                       (values (lower-object/direct store ((parameterized-thunk obj))
                                                    (if (binds? %current-system) (%current-system) system)
                                                    (if (binds? %current-target-system)
                                                        (%current-target-system)
                                                        target))
                               store))))))
  expander => (lambda (obj lowered output)
                (call-with-bindings
                 (parameterized-bindings obj)
                 (lambda ()
                   (let ((base ((parameterized-thunk obj))))
                     ((gexp-compiler-expand (lookup-compiler base)) base lowered output))))))


;;;
;;; What a G-expression refers to.
;;;

(define (gexp-attribute gexp self-attribute)
  "Return the elements of SELF-ATTRIBUTE of GEXP and of the G-expressions it contains, each once."
  (define (add things seen)
    (fold (lambda (thing seen) (if (member thing seen) seen (cons thing seen))) seen things))
  (define (visit thing seen)
    (match thing
      ((? gexp? gexp)
       (fold visit (add (self-attribute gexp) seen) (gexp-references gexp)))
      (($ <gexp-input> (? gexp? gexp)) (visit gexp seen))
      (($ <gexp-input> (things ...)) (fold visit seen things))
      ((things ...) (fold visit seen things))
      (_ seen)))
  (if (gexp? gexp)
      (reverse (visit gexp '()))
      '()))

(define (gexp-modules gexp)
  "Return the list of Guile module names GEXP relies on, its references included."
  (gexp-attribute gexp gexp-self-modules))

(define (gexp-extensions gexp)
  "Return the list of Guile extensions (packages) GEXP relies on, its references included."
  (gexp-attribute gexp gexp-self-extensions))

(define (gexp-outputs gexp)
  "Return the outputs referred to by GEXP as a list of strings."
  (define (visit thing outputs)
    (match thing
      (($ <gexp-output> name) (if (member name outputs) outputs (cons name outputs)))
      ((? gexp? gexp) (fold visit outputs (gexp-references gexp)))
      (($ <gexp-input> thing) (visit thing outputs))
      ((things ...) (fold visit outputs things))
      (_ outputs)))
  (reverse (visit gexp '())))

(define (gexp-inputs* gexp native?)
  (let loop ((references (gexp-references gexp)) (result '()))
    (match references
      (() (reverse result))
      (((? gexp-input? input) . rest)
       (loop rest
             (match (gexp-input-thing input)
               ((? gexp? inner) (append (reverse (gexp-inputs* inner native?)) result))
               ((things ...)
                (append (reverse (filter (lambda (input)
                                           (and (file-like? (gexp-input-thing input))
                                                (eq? native? (->bool (gexp-input-native? input)))))
                                         (map (lambda (thing)
                                                (if (gexp-input? thing)
                                                    thing
                                                    (%gexp-input thing (gexp-input-output input)
                                                                 (gexp-input-native? input))))
                                              things)))
                        result))
               ((? file-like?)
                (if (eq? native? (->bool (gexp-input-native? input)))
                    (cons input result)
                    result))
               (_ result))))
      ((_ . rest) (loop rest result)))))

(define (gexp-inputs exp)
  "Return the list of <gexp-input> that EXP refers to, native ones last."
  (append (gexp-inputs* exp #f) (gexp-inputs* exp #t)))

(define (gexp-native-inputs exp)
  "Return the list of native <gexp-input> that EXP refers to."
  (gexp-inputs* exp #t))


;;;
;;; Lowering.
;;;

(define-record-type <lowered-gexp>
  (lowered-gexp sexp inputs sources guile load-path load-compiled-path)
  lowered-gexp?
  (sexp lowered-gexp-sexp)
  (inputs lowered-gexp-inputs)                   ;list of <derivation-input>
  (sources lowered-gexp-sources)                 ;list of store items
  (guile lowered-gexp-guile)                     ;<derivation-input> | #f
  (load-path lowered-gexp-load-path)             ;list of store items
  (load-compiled-path lowered-gexp-load-compiled-path))

(define (self-quoting? x)
  "Return true if X stands for itself in a builder."
  (or (symbol? x) (string? x) (number? x) (boolean? x) (null? x) (keyword? x) (char? x)
      (bytevector? x) (vector? x) (unspecified? x)))

(define (gexp->sexp/direct store exp system target note!)
  "Return the S-expression of EXP, resolved for SYSTEM and TARGET.  Call NOTE! with each derivation or store item
that it refers to, and the name of the output."
  (define (reference->sexp ref native?)
    (match ref
      (($ <gexp-output> output)
       `((@ (guile) getenv) ,output))
      (($ <gexp-input> (? gexp? exp) output n?)
       (resolve exp (or n? native?)))
      (($ <gexp-input> (refs ...) output n?)
       (map (lambda (ref)
              ;; Assume non-record pairs and lists stand for themselves.
              (reference->sexp (if (or (gexp-input? ref) (gexp-output? ref))
                                   ref
                                   (%gexp-input ref output n?))
                               (or n? native?)))
            refs))
      (($ <gexp-input> (? struct? thing) output n?)
       (let ((target (if (or n? native?) #f target)))
         (unless (lookup-compiler thing)
           (raise (condition (&gexp-input-error (input thing)))))
         (call-with-values
             (lambda () (expand-object/direct store thing system target output))
           (lambda (expansion lowered)
             (note! lowered output)
             expansion))))
      (($ <gexp-input> (? self-quoting? x))
       (when (and (string? x) (store-path? x))
         (note! (direct-store-path x) #f))
       x)
      (($ <gexp-input> (and pair (_ . _)) output n?)
       ;; An improper list is written as it is, though what it mentions becomes an input.
       (let loop ((pair pair))
         (match pair
           ((head . tail) (loop head) (loop tail))
           ((? file-like? thing) (reference->sexp (%gexp-input thing output n?) native?))
           (_ #f)))
       pair)
      (($ <gexp-input> x)
       (raise (condition (&gexp-input-error (input x)))))
      (x x)))

  (define (resolve exp native?)
    (apply (gexp-proc exp)
           (map (cut reference->sexp <> native?) (gexp-references exp))))

  (resolve exp #f))

(define* (lower-gexp/direct store exp
                            #:key
                            (module-path %load-path)
                            (system (%current-system))
                            (target #f)
                            (graft? (%graft?))
                            (guile-for-build (%guile-for-build))
                            (effective-version "3.0")
                            deprecation-warnings)
  "Lower EXP in STORE and return the <lowered-gexp>."
  (let* ((inputs '())
         (sources '())
         (note! (lambda (lowered output)
                  (match lowered
                    ((? derivation? drv)
                     (set! inputs (cons (derivation-input drv (list output)) inputs)))
                    ((? string? item)
                     (when (store-path? item)
                       (set! sources (cons item sources))))
                    (_ #f))))
         (guile (or guile-for-build (default-guile/direct store system)))
         (sexp (if (gexp? exp)
                   (gexp->sexp/direct store exp system target note!)
                   exp))
         (modules (gexp-modules exp))
         (extensions (map (lambda (extension)
                            (let ((lowered (lower-object/direct store extension system #f)))
                              (match lowered
                                ((? derivation? drv)
                                 ;; All of its outputs, as in Guix.
                                 (for-each (cut note! drv <>) (derivation-output-names drv)))
                                (item (note! item #f)))
                              (lowered-file-name lowered)))
                          (gexp-extensions exp)))
         (imported+compiled (and (pair? modules)
                                 (imported+compiled-modules store modules
                                                            #:system system
                                                            #:extensions (gexp-extensions exp)
                                                            #:extension-items extensions
                                                            #:guile guile
                                                            #:module-path module-path
                                                            #:deprecation-warnings deprecation-warnings)))
         (note-path! (match-lambda
                       (#f #f)
                       ((? derivation? drv)
                        (note! drv "out")
                        (derivation->output-path drv))
                       ((? string? item)
                        (note! item #f)
                        item)))
         (imported-path (note-path! (and=> imported+compiled car)))
         (compiled-path (note-path! (and=> imported+compiled cdr))))
    (lowered-gexp sexp
                  (coalesce-inputs (reverse inputs))
                  (delete-duplicates (reverse sources))
                  (derivation-input guile '("out"))
                  (append (if imported-path (list imported-path) '())
                          (map (lambda (directory)
                                 (string-append directory "/share/guile/site/" effective-version))
                               extensions))
                  (append (if compiled-path (list compiled-path) '())
                          (map (lambda (directory)
                                 (string-append directory "/lib/guile/" effective-version "/site-ccache"))
                               extensions)))))

(define (coalesce-inputs inputs)
  "Return INPUTS with those of the same derivation merged."
  (let loop ((inputs inputs) (result '()))
    (match inputs
      (() (reverse result))
      ((input . rest)
       (let ((same (find (lambda (other)
                           (string=? (derivation-input-path other) (derivation-input-path input)))
                         result)))
         (loop rest
               (if same
                   (map (lambda (other)
                          (if (eq? other same)
                              (derivation-input (derivation-input-derivation other)
                                                (delete-duplicates
                                                 (append (derivation-input-sub-derivations other)
                                                         (derivation-input-sub-derivations input))))
                              other))
                        result)
                   (cons input result))))))))

(define (lower-gexp exp . options)
  "Lower EXP, a G-expression, and return as a monadic value the <lowered-gexp> that tells how to run it."
  (lambda (store)
    (values (apply lower-gexp/direct store exp options) store)))

(define* (lower-inputs inputs #:key system target)
  "Return as a monadic value INPUTS, a list of <gexp-input>, as derivation inputs and store items."
  (lambda (store)
    (values (map (match-lambda
                   (($ <gexp-input> (? string? item)) item)
                   (($ <gexp-input> thing output native?)
                    (match (lower-object/direct store thing system (if native? #f target))
                      ((? derivation? drv) (derivation-input drv (list output)))
                      ((? string? item) item))))
                 inputs)
            store)))

(define (lower-reference-graphs store graphs system target)
  "Return two values: the (FILE . STORE-ITEM) pairs of GRAPHS, and the inputs and sources they add."
  (let ((lowered (map (match-lambda
                        ((file (? string? item))
                         (list file item item))
                        ((file . (? string? item))
                         (list file item item))
                        ((file thing . rest)
                         (let ((output (match rest (() "out") ((output) output))))
                           (match (lower-object/direct store thing system target)
                             ((? derivation? drv)
                              (list file (derivation->output-path drv output)
                                    (derivation-input drv (list output))))
                             ((? string? item)
                              (list file item item))))))
                      graphs)))
    (values (map (match-lambda ((file path _) (cons file path))) lowered)
            (map third lowered))))

(define (lower-references store references system target)
  "Return REFERENCES, output names and lowerable objects, as output names and store items."
  (map (match-lambda
         ((? string? output) output)
         (($ <gexp-input> thing output native?)
          (match (lower-object/direct store thing system (if native? #f target))
            ((? derivation? drv) (derivation->output-path drv output))
            ((? string? item) item)))
         (thing
          (match (lower-object/direct store thing system target)
            ((? derivation? drv) (derivation->output-path drv))
            ((? string? item) item))))
       references))

;; A hash table from builders' file names to their G-expressions, and from derivations' to packages, or #f to note nothing;
;; see (guix gexp positions).
(define %builder-origins (make-parameter #f))

(define* (gexp->derivation/direct store name exp
                                  #:key
                                  (system (%current-system)) (target 'current)
                                  (env-vars '())
                                  hash hash-algo recursive?
                                  (modules '())
                                  (module-path %load-path)
                                  (guile-for-build (%guile-for-build))
                                  (effective-version "3.0")
                                  (graft? (%graft?))
                                  references-graphs
                                  allowed-references disallowed-references
                                  leaked-env-vars
                                  local-build? (substitutable? #t)
                                  (properties '())
                                  deprecation-warnings
                                  (script-name (string-append name "-builder")))
  "Return the derivation NAME that runs EXP; see `gexp->derivation'."
  (let* ((target (if (eq? target 'current) (%current-target-system) target))
         (exp (if (and (pair? modules) (gexp? exp))
                  (make-gexp (gexp-references exp)
                             (append modules (gexp-self-modules exp))
                             (gexp-self-extensions exp)
                             (gexp-proc exp)
                             (%gexp-location exp))
                  exp))
         (lowered (parameterize ((%graft? graft?))
                    (lower-gexp/direct store exp
                                       #:module-path module-path
                                       #:system system
                                       #:target target
                                       #:guile-for-build guile-for-build
                                       #:effective-version effective-version
                                       #:deprecation-warnings deprecation-warnings)))
         (guile (derivation-input-derivation (lowered-gexp-guile lowered)))
         (builder (add-text-to-store store script-name
                                     (object->string (lowered-gexp-sexp lowered)))))
    (when (and (%builder-origins) (gexp? exp))
      (hash-set! (%builder-origins) builder exp))
    (call-with-values
        (lambda ()
          (if references-graphs
              (lower-reference-graphs store references-graphs system target)
              (values #f '())))
      (lambda (graphs graph-inputs)
        (derivation store name
                    (string-append (derivation->output-path guile) "/bin/guile")
                    `("--no-auto-compile"
                      ,@(append-map (lambda (directory) (list "-L" directory))
                                    (lowered-gexp-load-path lowered))
                      ,@(append-map (lambda (directory) (list "-C" directory))
                                    (lowered-gexp-load-compiled-path lowered))
                      ,builder)
                    #:system system
                    #:outputs (gexp-outputs exp)
                    #:env-vars env-vars
                    #:inputs (cons (lowered-gexp-guile lowered)
                                   (append (lowered-gexp-inputs lowered)
                                           (filter derivation-input? graph-inputs)))
                    #:sources (cons builder
                                    (append (lowered-gexp-sources lowered)
                                            (filter string? graph-inputs)))
                    #:hash hash #:hash-algo hash-algo #:recursive? recursive?
                    #:references-graphs graphs
                    #:allowed-references (and allowed-references
                                              (lower-references store allowed-references system target))
                    #:disallowed-references (and disallowed-references
                                                 (lower-references store disallowed-references
                                                                   system target))
                    #:leaked-env-vars leaked-env-vars
                    #:local-build? local-build?
                    #:substitutable? substitutable?
                    #:properties properties)))))

(define (gexp->derivation name exp . options)
  "Return as a monadic value the derivation NAME that runs EXP, a G-expression, with GUILE-FOR-BUILD (a derivation)
on SYSTEM; EXP is stored in a file called SCRIPT-NAME.  When TARGET is true, it is used as the cross-compilation
target triplet for packages referred to by EXP.

MODULES is a list of names of Guile modules searched in MODULE-PATH to be copied in the store and made available in
the load path during the execution of EXP.  The other parameters are as for `derivation': ENV-VARS, HASH, HASH-ALGO,
RECURSIVE?, REFERENCES-GRAPHS (a list of (FILE-NAME OBJECT [OUTPUT])), ALLOWED-REFERENCES and DISALLOWED-REFERENCES
(output names and objects), LEAKED-ENV-VARS, LOCAL-BUILD?, SUBSTITUTABLE? and PROPERTIES."
  (lambda (store)
    (values (apply gexp->derivation/direct store name exp options)
            store)))

(define (default-guile)
  "Return the package of the Guile that runs programs, which need not be that of builds."
  ;; This module must not refer to the collection directly: the collection uses it.
  (module-ref (resolve-interface '(gnu packages guile)) 'guile-3.0))

(define (default-guile/direct store system)
  "Return the derivation of the Guile that runs build scripts."
  (or (%guile-for-build)
      (run-monadic store
                   ;; As above.
                   ((module-ref (resolve-interface '(guix packages)) 'default-guile-derivation) system))))


;;;
;;; Syntax.
;;;

(define-syntax-parameter current-imported-modules
  ;; The modules that `with-imported-modules' names.
  (identifier-syntax '()))

(define-syntax-parameter current-imported-extensions
  (identifier-syntax '()))

(define-syntax-rule (with-imported-modules modules body ...)
  ;; Mark the gexps defined in BODY as requiring MODULES in their execution environment.
  (let ((these modules))
    (syntax-parameterize ((current-imported-modules (identifier-syntax these)))
      body ...)))

(define-syntax-rule (with-extensions extensions body ...)
  ;; Mark the gexps defined in BODY as requiring EXTENSIONS, packages, in their execution environment.
  (let ((these extensions))
    (syntax-parameterize ((current-imported-extensions (identifier-syntax these)))
      body ...)))

(eval-when (expand load eval)

  (define (ungexp-form? exp)
    "Return the syntax of the reference that EXP makes, or #f."
    (syntax-case exp (ungexp ungexp-splicing ungexp-native ungexp-native-splicing output)
      ((ungexp output) #'(gexp-output "out"))
      ((ungexp output name) #'(gexp-output name))
      ((ungexp thing) #'(reference thing "out" #f))
      ((ungexp thing name) #'(reference thing name #f))
      ((ungexp-native thing) #'(reference thing "out" #t))
      ((ungexp-native thing name) #'(reference thing name #t))
      ((ungexp-splicing thing) #'(reference thing "out" #f))
      ((ungexp-splicing thing name) #'(reference thing name #f))
      ((ungexp-native-splicing thing) #'(reference thing "out" #t))
      ((ungexp-native-splicing thing name) #'(reference thing name #t))
      (_ #f)))

  (define (splicing-form? exp)
    (syntax-case exp (ungexp-splicing ungexp-native-splicing)
      ((ungexp-splicing _ . _) #t)
      ((ungexp-native-splicing _ . _) #t)
      (_ #f)))

  (define (template exp references)
    "Return two values: the syntax of an expression that builds EXP, or #f when EXP is constant, and REFERENCES with
those of EXP added, a list of (IDENTIFIER . REFERENCE)."
    (define (add reference)
      (let ((id (car (generate-temporaries '(reference)))))
        (values id (acons id reference references))))
    (cond ((ungexp-form? exp) => add)
          (else
           (syntax-case exp ()
             ((head . tail)
              (let ((reference (and (splicing-form? #'head) (ungexp-form? #'head))))
                (call-with-values
                    (lambda ()
                      (if reference
                          (let ((id (car (generate-temporaries '(splice)))))
                            (values id (acons id reference references)))
                          (template #'head references)))
                  (lambda (first references)
                    (call-with-values (lambda () (template #'tail references))
                      (lambda (rest references)
                        (values (cond ((and (not first) (not rest)) #f)
                                      (reference
                                       #`(append #,first #,(or rest #''tail)))
                                      (else
                                       #`(cons #,(or first #''head) #,(or rest #''tail))))
                                references)))))))
             (#(element ...)
              (call-with-values (lambda () (template #'(element ...) references))
                (lambda (elements references)
                  (values (and elements #`(list->vector #,elements)) references))))
             (_ (values #f references)))))))

(define (reference thing output native?)
  "Return the reference that ungexp makes of THING."
  (when (gexp-input? thing)
    (raise (condition (&gexp-input-error (input thing)))))
  (%gexp-input thing output native?))

(define-syntax gexp
  ;; (gexp EXP), written #~EXP: code for a build, in which `ungexp' forms refer to inputs and outputs.
  (lambda (s)
    (syntax-case s ()
      ((_ exp)
       (call-with-values (lambda () (template #'exp '()))
         (lambda (body references)
           (with-syntax (((id ...) (map car (reverse references)))
                         ((reference ...) (map cdr (reverse references)))
                         (location (datum->syntax #'here (syntax-source s))))
             #`(make-gexp (list reference ...)
                          current-imported-modules
                          current-imported-extensions
                          (lambda (id ...)
                            #,(or body #''exp))
                          'location))))))))

(define-syntax-rule (define-ungexp-syntax name ...)
  (begin
    (define-syntax name
      (lambda (s)
        (syntax-violation 'name "used outside of a G-expression" s)))
    ...))

(define-ungexp-syntax ungexp ungexp-splicing ungexp-native ungexp-native-splicing)
(define-syntax output
  (lambda (s)
    (syntax-violation 'output "used outside of a G-expression" s)))
(export ungexp ungexp-splicing ungexp-native ungexp-native-splicing output)

(define (sexp->gexp sexp)
  "Turn SEXP into a gexp without any references."
  (make-gexp '() '() '() (lambda () sexp) #f))

(define (gexp->approximate-sexp gexp)
  "Return the S-expression corresponding to GEXP, but do not lower anything: references are (*approximate*)."
  (apply (gexp-proc gexp)
         (map (match-lambda
                (($ <gexp-input> (? gexp? gexp)) (gexp->approximate-sexp gexp))
                (($ <gexp-input> (things ...))
                 (map (lambda (thing)
                        (cond ((gexp? thing) (gexp->approximate-sexp thing))
                              ((self-quoting? thing) thing)
                              (else '(*approximate*))))
                      things))
                (($ <gexp-input> (? self-quoting? x)) x)
                (_ '(*approximate*)))
              (gexp-references gexp))))


;;;
;;; Modules.
;;;

;; Modules are copied into the store as they are, unless a file of them is itself the result of a build.

(define* (imported-files files
                         #:key (name "file-import")
                         (system (%current-system))
                         (guile (%guile-for-build)))
  "Return as a monadic value a directory containing FILES, an alist of final and source file names: a store item, or a
derivation when a source is a file-like object."
  (if (every (match-lambda ((_ . source) (string? source))) files)
      (lambda (store)
        (values (add-file-tree-to-store store `(,name directory ,@(file-mapping->tree files)))
                store))
      (imported-files/derivation files #:name name #:symlink? derivation?
                                 #:system system #:guile guile)))

(define* (imported-files/derivation files
                                    #:key (name "file-import") symlink?
                                    (system (%current-system))
                                    (guile (%guile-for-build)))
  "Return as a monadic value the derivation of a directory that holds FILES; see `imported-files'.  With SYMLINK?, its
files are links."
  (gexp->derivation name
                    (with-imported-modules '((guix build utils))
                      #~(begin
                          (use-modules (guix build utils))
                          (mkdir #$output)
                          (chdir #$output)
                          (for-each (lambda (pair)
                                      (mkdir-p (dirname (car pair)))
                                      (#$(if symlink? 'symlink 'copy-file) (cdr pair) (car pair)))
                                    '#$(map (match-lambda
                                              ((final . (? string? source))
                                               (cons final (local-file source (basename final))))
                                              (pair pair))
                                            files))))
                    #:system system
                    #:guile-for-build guile
                    #:local-build? #t
                    #:substitutable? #f))

(define (module-source name module-path)
  "Return the file of the module NAME in MODULE-PATH, or #f when it has none because it is part of the interpreter, which
is the same in builds."
  (cond ((search-path module-path (module-name->file-name name)))
        ((resolve-module name #:ensure #f) #f)
        (else
         (raise (condition
                 (&message
                  (message (format #f "module ~a not found in the load path" name))))))))

(define* (imported-modules modules
                           #:key (name "module-import")
                           (system (%current-system))
                           (guile (%guile-for-build))
                           (module-path %load-path))
  "Return as a monadic value the store item or derivation with the source of MODULES, a list of module names, looked up
in MODULE-PATH, and of (NAME => FILE)."
  (imported-files (filter-map (match-lambda
                                (((module ...) '=> file)
                                 (cons (module-name->file-name module) file))
                                ((module ...)
                                 (and=> (module-source module module-path)
                                        (cut cons (module-name->file-name module) <>))))
                              (delete-duplicates modules))
                  #:name name #:system system #:guile guile))

(define* (compiled-modules modules
                           #:key (name "module-import-compiled")
                           (system (%current-system))
                           target
                           (guile (%guile-for-build))
                           (module-path %load-path)
                           (extensions '())
                           (deprecation-warnings #f)
                           (optimization-level 1))
  "Return as a monadic value the derivation of a directory with the compiled form of MODULES, which may use each other and
EXTENSIONS: what `-C' takes.  When TARGET, a GNU triplet, is true, they are compiled for it."
  (lambda (store)
    (let* ((source (run-monadic store
                                (imported-modules modules #:system system #:guile guile
                                                  #:module-path module-path)))
           (extensions (map (cut lower-object/direct store <> system #f) extensions))
           (build
            ;; What the builder reads from its environment is declared as hidden inputs: its text is always the same.
            (gexp-with-hidden-inputs
             #~(begin
                 (use-modules (ice-9 ftw)
                              (system base target)
                              (system base compile))

                 (define (take-variable name)
                   ;; Modules should not see what is meant for this script.
                   (let ((value (getenv name)))
                     (unsetenv name)
                     value))

                 (define source (take-variable "modules"))
                 (define total (string->number (take-variable "module count")))
                 (define target (or (take-variable "target") %host-type))
                 (define extensions
                   (delete "" (string-split (take-variable "extensions") #\space)))
                 (define done 0)

                 (define (compile-tree directory output)
                   (mkdir output)
                   (for-each (lambda (entry)
                               (let ((file (string-append directory "/" entry))
                                     (target (string-append output "/" entry)))
                                 (if (eq? 'directory (stat:type (stat file)))
                                     (compile-tree file target)
                                     (begin
                                       (set! done (+ done 1))
                                       (format #t "[~a/~a] compiling ~a~%" done total file)
                                       (compile-file file
                                                     #:output-file
                                                     (string-append (string-drop-right target 4) ".go")
                                                     #:opts %auto-compilation-options)))))
                             (scandir directory
                                      (lambda (entry)
                                        (not (member entry '("." "..")))))))

                 (set! %load-path
                   (cons source
                         (append (map (lambda (directory)
                                        (string-append directory "/share/guile/site/" (effective-version)))
                                      extensions)
                                 %load-path)))
                 (set! %load-compiled-path
                   (append (map (lambda (directory)
                                  (string-append directory "/lib/guile/" (effective-version) "/site-ccache"))
                                extensions)
                           %load-compiled-path))
                 (with-target target
                   (lambda ()
                     (compile-tree source #$output))))
             (map gexp-input (cons source extensions)))))
      (values (gexp->derivation/direct
               store name build
               #:script-name "compile-modules"
               #:system system
               #:target target
               #:guile-for-build guile
               #:local-build? #t
               #:env-vars
               `(("modules" . ,(lowered-file-name source))
                 ("module count" . ,(number->string (length modules)))
                 ("extensions" . ,(string-join (map lowered-file-name extensions)))
                 ("optimization level" . ,(number->string optimization-level))
                 ,@(if target `(("target" . ,target)) '())
                 ,@(match deprecation-warnings
                     (#f '(("GUILE_WARN_DEPRECATED" . "no")))
                     ('detailed '(("GUILE_WARN_DEPRECATED" . "detailed")))
                     (_ '()))))
              store))))

(define (gexp-with-hidden-inputs gexp inputs)
  "Return GEXP with INPUTS, a list of <gexp-input>, as references that do not appear in its text."
  (make-gexp (append inputs (gexp-references gexp))
             (gexp-self-modules gexp)
             (gexp-self-extensions gexp)
             (lambda references
               (apply (gexp-proc gexp) (drop references (length inputs))))
             (%gexp-location gexp)))

(define (lowered-file-name lowered)
  "Return the store item that LOWERED, a derivation or a store item, stands for."
  (match lowered
    ((? derivation? drv) (derivation->output-path drv))
    ((? string? item) item)))

(define %modules-cache
  ;; Modules imported and compiled before, by what they are imported for.
  (allocate-store-connection-cache 'imported+compiled-modules))

(define* (imported+compiled-modules store modules
                                    #:key system (extensions '()) (extension-items '()) guile module-path
                                    deprecation-warnings)
  "Return a pair: what MODULES lower to, and the derivation that compiles them.  EXTENSION-ITEMS are what EXTENSIONS lower
to."
  (let* ((table (match (store-connection-cache store %modules-cache)
                  ((? hash-table? table) table)
                  (_ (let ((table (make-hash-table)))
                       (set-store-connection-cache! store %modules-cache table)
                       table))))
         (key (string-join (cons* (derivation-file-name guile) system (object->string deprecation-warnings)
                                  extension-items)))
         (known (hash-ref table key '())))
    (or (any (match-lambda
               ((known-modules known-path . result)
                (and (equal? known-modules modules)
                     (equal? known-path module-path)
                     result)))
             known)
        (let ((result (cons (run-monadic store
                                         (imported-modules modules #:system system #:guile guile
                                                           #:module-path module-path))
                            (run-monadic store
                                         (compiled-modules modules #:system system #:guile guile
                                                           #:module-path module-path
                                                           #:extensions extensions
                                                           #:deprecation-warnings deprecation-warnings)))))
          (hash-set! table key (cons (cons* modules module-path result) (hash-ref table key '())))
          result))))

(define* (load-path-expression modules #:optional (path %load-path)
                               #:key (extensions '()) system target
                               (guile (default-guile)))
  "Return as a monadic value a gexp that puts MODULES, found in PATH and compiled with GUILE, and EXTENSIONS in front of
`%load-path' and `%load-compiled-path', or #f when there are none."
  (if (and (null? modules) (null? extensions))
      (with-monad %store-monad
        (return #f))
      (mlet* %store-monad ((guile (lower-object guile system #:target #f))
                           (compiled (compiled-modules modules
                                                       #:guile guile #:extensions extensions
                                                       #:module-path path
                                                       #:system (or system (%current-system))
                                                       #:target target))
                           (source (imported-modules modules
                                                     #:guile guile #:module-path path
                                                     #:system (or system (%current-system)))))
        (return
         #~(eval-when (expand load eval)
             ;; Nothing but (guile) can be used here.
             (let ((add (lambda (first suffix path)
                          (let ((new (cons first
                                           (map (lambda (directory)
                                                  (string-append directory suffix))
                                                '(#$@extensions)))))
                            (append new
                                    (let loop ((path path))
                                      (cond ((null? path) '())
                                            ((member (car path) new) (loop (cdr path)))
                                            (else (cons (car path) (loop (cdr path)))))))))))
               (set! %load-path
                 (add #$source
                      (string-append "/share/guile/site/" (effective-version))
                      %load-path))
               (set! %load-compiled-path
                 (add #$compiled
                      (string-append "/lib/guile/" (effective-version) "/site-ccache")
                      %load-compiled-path))))))))


;;;
;;; What builders of packages begin with.
;;;

(define* (input-tuples->gexp inputs #:key native?)
  "Return a gexp that expands to an alist of INPUTS, a list of (LABEL GEXP-INPUT)."
  (match inputs
    (((labels references) ...)
     ;; Made directly: lists of hundreds of inputs need not be searched for references.
     (make-gexp references '() '()
                (lambda items
                  (list 'quote (map cons labels items)))
                (source-properties inputs)))))

(define (outputs->gexp outputs)
  "Return a gexp that expands to an alist of OUTPUTS, a list of names, and their directories."
  (make-gexp (map gexp-output outputs) '() '()
             (lambda references
               (cons 'list
                     (map (lambda (name reference)
                            (list 'cons name reference))
                          outputs references)))
             (source-properties outputs)))

(define (with-build-variables inputs outputs body)
  "Return a gexp that defines `%build-inputs', from INPUTS, a list of (LABEL GEXP-INPUT), `%outputs' and `%output', from
OUTPUTS, a list of names, and then has BODY: recipes of the older style refer to these variables."
  #~(begin
      (define %build-inputs #$(input-tuples->gexp inputs))
      (define %outputs #$(outputs->gexp outputs))
      (define %output (assoc-ref %outputs "out"))
      #$body))


;;;
;;; Derivations of common kinds.
;;;

(define* (gexp->script name exp
                       #:key (guile (default-guile))
                       (module-path %load-path)
                       (system (%current-system))
                       (target 'current))
  "Return as a monadic value the derivation of an executable script NAME that runs EXP using GUILE, with EXP's imported
modules in its search path."
  (mlet* %store-monad ((target -> (if (eq? target 'current) (%current-target-system) target))
                       (set-load-path (load-path-expression (gexp-modules exp) module-path
                                                            #:guile guile
                                                            #:extensions (gexp-extensions exp)
                                                            #:system system
                                                            #:target target))
                       (guile-for-build (lower-object guile system #:target #f)))
    (gexp->derivation name
                      (gexp
                       (call-with-output-file (ungexp output)
                         (lambda (port)
                           (format port "#!~a/bin/guile --no-auto-compile~%!#~%"
                                   (ungexp guile))
                           (ungexp-splicing
                            (if set-load-path
                                (gexp ((write '(ungexp set-load-path) port)))
                                (gexp ())))
                           (write '(ungexp exp) port)
                           (chmod port #o555))))
                      #:system system
                      #:target target
                      #:module-path module-path
                      #:guile-for-build guile-for-build
                      ;; These derivations are not worth offloading or substituting.
                      #:local-build? #t
                      #:substitutable? #f)))

(define* (gexp->file name exp
                     #:key
                     (guile #f)
                     (set-load-path? #t)
                     (module-path %load-path)
                     (splice? #f)
                     (system (%current-system))
                     (target 'current))
  "Return as a monadic value the derivation of a file NAME that contains EXP.  When SPLICE? is true, EXP is a list of
expressions.  When SET-LOAD-PATH? is true, the file begins with code that makes EXP's imported modules visible."
  (define modules (gexp-modules exp))
  (define extensions (gexp-extensions exp))

  (mlet* %store-monad ((target -> (if (eq? target 'current) (%current-target-system) target))
                       (set-load-path (if (and set-load-path? (or (pair? modules) (pair? extensions)))
                                          (load-path-expression modules module-path
                                                                #:extensions extensions
                                                                #:system system
                                                                #:target target)
                                          (return #f))))
    (gexp->derivation name
                      (if set-load-path
                          (gexp
                           (call-with-output-file (ungexp output)
                             (lambda (port)
                               (write '(ungexp set-load-path) port)
                               (for-each (lambda (exp) (write exp port))
                                         '(ungexp (if splice? exp (gexp ((ungexp exp)))))))))
                          (gexp
                           (call-with-output-file (ungexp output)
                             (lambda (port)
                               (for-each (lambda (exp) (write exp port))
                                         '(ungexp (if splice? exp (gexp ((ungexp exp))))))))))
                      #:module-path module-path
                      #:local-build? #t
                      #:substitutable? #f
                      #:system system
                      #:target target)))

(define* (text-file* name #:rest text)
  "Return as a monadic value a derivation that builds a text file containing all of TEXT, strings and objects of any
type that can be used in a gexp."
  (define builder
    (gexp (call-with-output-file (ungexp output "out")
            (lambda (port)
              (set-port-encoding! port "UTF-8")
              (display (string-append (ungexp-splicing text)) port)))))

  (gexp->derivation name builder
                    #:local-build? #t
                    #:substitutable? #f))

(define* (mixed-text-file name #:key guile #:rest text)
  "Return an object representing store file NAME containing TEXT, a sequence of strings and file-like objects."
  (define pieces
    (let loop ((text text))
      (match text
        (() '())
        ((#:guile _ . rest) (loop rest))
        ((head . tail) (cons head (loop tail))))))
  (define build
    (gexp (call-with-output-file (ungexp output "out")
            (lambda (port)
              (set-port-encoding! port "UTF-8")
              (display (string-append (ungexp-splicing pieces)) port)))))

  (computed-file name build #:guile guile))

(define* (file-union name files #:key guile)
  "Return a <computed-file> that builds a directory containing all of FILES, a list of (NAME FILE-LIKE)."
  (computed-file name
                 (with-imported-modules '((guix build utils))
                   (gexp
                    (begin
                      (use-modules (guix build utils))

                      (mkdir (ungexp output))
                      (chdir (ungexp output))
                      (ungexp-splicing
                       (map (match-lambda
                              ((target source)
                               (gexp
                                (begin
                                  ;; Stat the source to abort early if it does not exist.
                                  (stat (ungexp source))

                                  (mkdir-p (dirname (ungexp target)))
                                  (symlink (ungexp source)
                                           (ungexp target))))))
                            files)))))
                 #:guile guile))

(define* (directory-union name things #:key (copy? #f) (quiet? #f) (resolve-collision 'warn-about-collision))
  "Return a directory that is the union of THINGS, file-like objects denoting directories."
  (define symlink
    (if copy?
        (gexp (lambda (old new)
                (if (file-is-directory? old)
                    (symlink old new)
                    (copy-file old new))))
        (gexp symlink)))

  (define log-port
    (if quiet?
        (gexp (%make-void-port "w"))
        (gexp (current-error-port))))

  (match things
    ((one)
     one)
    (_
     (computed-file name
                    (with-imported-modules '((guix build union))
                      (gexp
                       (begin
                         (use-modules (guix build union)
                                      (srfi srfi-1))

                         (union-build (ungexp output)
                                      '(ungexp things)
                                      #:log-port (ungexp log-port)
                                      #:symlink (ungexp symlink)
                                      #:resolve-collision
                                      (ungexp resolve-collision)))))))))

(define (references-file item)
  "Return a file that contains the list of direct and indirect references (the closure) of ITEM."
  (computed-file "references"
                 (gexp (begin
                         (use-modules (srfi srfi-1)
                                      (ice-9 rdelim)
                                      (ice-9 match))

                         (define (drop-lines port n)
                           (let loop ((i n))
                             (unless (zero? i)
                               (read-line port)
                               (loop (- i 1)))))

                         (define (read-graph port)
                           (let loop ((items '()))
                             (match (read-line port)
                               ((? eof-object?)
                                (delete-duplicates items))
                               ((? string? item)
                                (let ((deriver (read-line port))
                                      (count (string->number (read-line port))))
                                  (drop-lines port count)
                                  (loop (cons item items)))))))

                         (call-with-output-file (ungexp output)
                           (lambda (port)
                             (write (call-with-input-file "graph" read-graph)
                                    port)))))
                 #:options `(#:local-build? #t
                             #:references-graphs (("graph" ,item)))))
