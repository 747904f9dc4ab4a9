;;; Commentary:
;;;
;;; Derivations from Scheme: the record types, making them, reading them back, building them.
;;; Hashes and output paths are computed by the primitives of (strata store).
;;; Interface: (guix derivations) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix derivations)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix utils)
  #:use-module (strata store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 binary-ports)
  #:use-module (guix base16)
  #:use-module (rnrs bytevectors)
  #:re-export (%guile-for-build)
  #:export (<derivation>
            derivation? derivation-outputs derivation-inputs derivation-sources
            derivation-system derivation-builder derivation-builder-arguments
            derivation-builder-environment-vars derivation-file-name
            derivation-prerequisites derivation-build-plan derivation-name derivation-output-names
            fixed-output-derivation? offloadable-derivation? substitutable-derivation?
            derivation-properties

            <derivation-output>
            derivation-output? derivation-output-path derivation-output-hash-algo
            derivation-output-hash derivation-output-recursive?

            <derivation-input>
            derivation-input derivation-input? derivation-input-path derivation-input-derivation
            derivation-input-sub-derivations derivation-input-output-paths
            derivation-input-output-path valid-derivation-input? derivation-input-key

            &derivation-error derivation-error? derivation-error-derivation
            &derivation-missing-output-error derivation-missing-output-error? derivation-missing-output

            read-derivation-from-file derivation->output-path derivation->output-paths
            derivation-path->output-path derivation-path->output-paths
            derivation
            raw-derivation invalidate-derivation-caches! map-derivation
            build-derivations built-derivations

            read-derivation write-derivation
            derivation-hash derivation-base16-hash
            derivation-input-fold derivation-input<? coalesce-duplicate-inputs
            derivation-prerequisites-to-build substitution-oracle

            &file-search-error file-search-error?
            file-search-error-file-name file-search-error-search-path
            search-path* module->source-file-name
            build-expression->derivation))

(define-record-type <derivation>
  (make-derivation outputs inputs sources system builder args env-vars file-name)
  derivation?
  (outputs derivation-outputs)          ;list of (NAME . <derivation-output>)
  (inputs derivation-inputs)            ;list of <derivation-input>
  (sources derivation-sources)          ;list of store paths
  (system derivation-system)
  (builder derivation-builder)
  (args derivation-builder-arguments)
  (env-vars derivation-builder-environment-vars) ;list of (NAME . VALUE)
  (file-name derivation-file-name))

(define-record-type <derivation-output>
  (make-derivation-output path hash-algo hash recursive?)
  derivation-output?
  (path derivation-output-path)
  (hash-algo derivation-output-hash-algo) ;symbol or #f
  (hash derivation-output-hash)           ;bytevector or #f
  (recursive? derivation-output-recursive?))

(define-record-type <derivation-input>
  (make-derivation-input drv sub-derivations)
  derivation-input?
  (drv derivation-input-derivation)
  (sub-derivations derivation-input-sub-derivations)) ;list of output names

(set-record-type-printer! <derivation>
                          (lambda (drv port)
                            (format port "#<derivation ~a => ~a>"
                                    (derivation-file-name drv)
                                    (string-join (map (match-lambda
                                                        ((_ . output) (derivation-output-path output)))
                                                      (derivation-outputs drv))))))

(define-condition-type &derivation-error &store-error
  derivation-error?
  (derivation derivation-error-derivation))

(define-condition-type &derivation-missing-output-error &derivation-error
  derivation-missing-output-error?
  (output derivation-missing-output))

(define* (derivation-input drv #:optional (outputs (derivation-output-names drv)))
  "Return OUTPUTS of DRV as an input of other derivations."
  (make-derivation-input drv outputs))

(define (derivation-input-path input)
  "Return the file name of the derivation that INPUT refers to."
  (match (derivation-input-derivation input)
    ;; What `read-derivation' was told to put there.
    ((? string? file) file)
    (drv (derivation-file-name drv))))

(define (derivation-input-output-paths input)
  "Return the list of output paths that INPUT stands for."
  (map (cut derivation->output-path (derivation-input-derivation input) <>)
       (derivation-input-sub-derivations input)))

(define (derivation-input-output-path input)
  "Return the output path of INPUT, which must have a single output."
  (match (derivation-input-output-paths input)
    ((path) path)))

(define (derivation-input-key input)
  "Return an object for which `equal?' and `hash' are constant-length, and thus suitable as a key for INPUT."
  (cons (derivation-input-path input) (derivation-input-sub-derivations input)))

(define (valid-derivation-input? store input)
  "Return true if the outputs of INPUT are valid in STORE."
  (every (cut valid-path? store <>) (derivation-input-output-paths input)))

(define (derivation-name drv)
  "Return the base name of DRV, without its hash and suffix."
  (string-drop-right (store-path-package-name (derivation-file-name drv)) 4))

(define (derivation-output-names drv)
  "Return what the outputs of DRV are called, as a list."
  (map car (derivation-outputs drv)))

(define (fixed-output-derivation? drv)
  "Return true if the output of DRV is known beforehand."
  (match (derivation-outputs drv)
    ((("out" . output)) (->bool (derivation-output-hash output)))
    (_ #f)))

(define (derivation-properties drv)
  "Return the property alist of DRV."
  (match (assoc "guix properties" (derivation-builder-environment-vars drv))
    ((_ . text) (call-with-input-string text read))
    (#f '())))

(define (substitutable-derivation? drv)
  "Return true if substitutes may be used for DRV."
  (not (equal? (assoc-ref (derivation-builder-environment-vars drv) "allowSubstitutes") "0")))

(define (offloadable-derivation? drv)
  "Return true if DRV may be built on another machine."
  (not (equal? (assoc-ref (derivation-builder-environment-vars drv) "preferLocalBuild") "1")))

(define (first-visit?)
  "Return a predicate of derivation inputs that is true the first time it is asked about each."
  (let ((seen (make-hash-table)))
    (lambda (input)
      (let ((key (derivation-input-key input)))
        (and (not (hash-ref seen key))
             (begin
               (hash-set! seen key #t)
               #t))))))

(define* (derivation-prerequisites drv #:optional (cut? (const #f)))
  "Return the list of derivation inputs required to build DRV, recursively, without those for which CUT? is
true nor what only they require."
  (reverse (derivation-input-fold cons '() (derivation-inputs drv) #:cut? cut?)))

(define* (derivation-input-fold proc seed inputs #:key (cut? (const #f)))
  "Call (PROC INPUT RESULT) for each of INPUTS and what they need, once, starting with SEED.  Inputs for which CUT? is
true, and what only they need, are left out."
  (define new? (first-visit?))
  (let loop ((inputs inputs) (result seed))
    (match inputs
      (() result)
      ((input . rest)
       (if (and (new? input) (not (cut? input)))
           (loop (append (derivation-inputs (derivation-input-derivation input)) rest)
                 (proc input result))
           (loop rest result))))))

(define* (substitution-oracle store inputs-or-drv #:key (mode (build-mode 'normal)))
  "Return a procedure that returns the <substitutable> of a store path, or #f.  It knows what servers of substitutes have
of the outputs of INPUTS-OR-DRV and of what they need, as far as these are not valid yet; they are asked once."
  (define wanted
    (derivation-input-fold (lambda (input paths)
                             (if (substitutable-derivation? (derivation-input-derivation input))
                                 (append (derivation-input-output-paths input) paths)
                                 paths))
                           '()
                           (map (lambda (thing)
                                  (if (derivation? thing) (derivation-input thing) thing))
                                inputs-or-drv)
                           #:cut? (cut valid-derivation-input? store <>)))

  (define known
    (let ((table (make-hash-table)))
      (for-each (lambda (substitutable)
                  (hash-set! table (substitutable-path substitutable) substitutable))
                (substitutable-path-info store (reverse wanted)))
      table))

  (lambda (path)
    (hash-ref known path)))

(define* (derivation-build-plan store inputs
                                #:key
                                (mode (build-mode 'normal))
                                (substitutable-info (substitution-oracle store inputs #:mode mode)))
  "Return two values: the derivations to build, and the list of <substitutable> items to fetch, so that INPUTS, a list of
derivation inputs, become valid.  SUBSTITUTABLE-INFO returns the <substitutable> of a store path, or #f."
  (define new? (first-visit?))

  (define (done? input)
    ;; What is to be checked is built again.
    (and (not (and (eqv? mode (build-mode 'check)) (member input inputs)))
         (valid-derivation-input? store input)))

  (define (substitutes input)
    ;; Those of all outputs that are wanted, or #f.
    (and (substitutable-derivation? (derivation-input-derivation input))
         (let ((found (map substitutable-info (derivation-input-output-paths input))))
           (and (every identity found) found))))

  (define (needed-by substitutables inputs)
    ;; Those of INPUTS whose outputs the items refer to.
    (let ((references (append-map substitutable-references substitutables)))
      (filter (lambda (input)
                (any (cut member <> references) (derivation-input-output-paths input)))
              inputs)))

  (let loop ((inputs inputs) (build '()) (download '()))
    (match inputs
      (() (values build download))
      ((input . rest)
       (if (or (not (new? input)) (done? input))
           (loop rest build download)
           (let* ((drv   (derivation-input-derivation input))
                  (needs (derivation-inputs drv)))
             (match (substitutes input)
               (#f    (loop (append needs rest) (cons drv build) download))
               (items (loop (append (needed-by items needs) rest) build (append items download))))))))))


;;;
;;; Reading.
;;;

(define %derivation-cache
  ;; Derivation file name to <derivation>.
  (make-hash-table))

(define (invalidate-derivation-caches!)
  "Forget the derivations that were read or made."
  (hash-clear! %derivation-cache))

(define* (fields->derivation fields file-name #:optional (read-input (lambda (file) (read-derivation-from-file file))))
  "Return the <derivation> described by FIELDS, as made by the primitives.  READ-INPUT returns that of a file name."
  (match fields
    ((outputs inputs sources system builder args env-vars)
     (make-derivation (map (match-lambda
                             ((name path #f) (cons name (make-derivation-output path #f #f #f)))
                             ((name path (algorithm hash recursive?))
                              (cons name (make-derivation-output path (string->symbol algorithm)
                                                                 hash recursive?))))
                           outputs)
                      (map (match-lambda
                             ((path . names)
                              (make-derivation-input (read-input path) names)))
                           inputs)
                      sources system builder args env-vars file-name))))

(define (read-derivation-from-file file)
  "Return the <derivation> read from FILE, the name of a `.drv' file in the store."
  (or (hash-ref %derivation-cache file)
      (let ((drv (fields->derivation (%read-derivation file) file)))
        (hash-set! %derivation-cache file drv)
        drv)))

(define* (read-derivation port #:optional (read-derivation-from-file read-derivation-from-file))
  "Return the <derivation> whose text is read from PORT, a file's if PORT is one.  READ-DERIVATION-FROM-FILE returns those
of the inputs by their file names."
  (fields->derivation (%parse-derivation (get-bytevector-all port))
                      (port-filename port)
                      read-derivation-from-file))

(define (write-derivation drv port)
  "Write DRV to PORT in the form of derivation files."
  (define (quoted text)
    (call-with-output-string
      (lambda (port)
        (write-char #\" port)
        (string-for-each (lambda (c)
                           (case c
                             ((#\newline) (display "\\n" port))
                             ((#\return) (display "\\r" port))
                             ((#\tab) (display "\\t" port))
                             ((#\" #\\) (write-char #\\ port) (write-char c port))
                             (else (write-char c port))))
                         text)
        (write-char #\" port))))

  (define (listed items)
    (string-append "[" (string-join items ",") "]"))

  (define (tuple . items)
    (string-append "(" (string-join items ",") ")"))

  (define (output->text output)
    (match output
      ((name . ($ <derivation-output> path algorithm hash recursive?))
       (tuple (quoted name) (quoted path)
              (quoted (if algorithm
                          (string-append (if recursive? "r:" "") (symbol->string algorithm))
                          ""))
              (quoted (if hash (bytevector->base16-string hash) ""))))))

  (define (input->text input)
    (tuple (quoted (derivation-input-path input))
           (listed (map quoted (sort (derivation-input-sub-derivations input) string<?)))))

  (put-bytevector
   port
   (string->utf8
    (string-append
     "Derive"
     (tuple (listed (map output->text
                         (sort (derivation-outputs drv)
                               (lambda (a b) (string<? (car a) (car b))))))
            (listed (map input->text
                         (sort (coalesce-duplicate-inputs (derivation-inputs drv)) derivation-input<?)))
            (listed (map quoted (sort (derivation-sources drv) string<?)))
            ;; These two are never escaped.
            (string-append "\"" (derivation-system drv) "\"")
            (string-append "\"" (derivation-builder drv) "\"")
            (listed (map quoted (derivation-builder-arguments drv)))
            (listed (map (match-lambda
                           ((name . value) (tuple (quoted name) (quoted value))))
                         (sort (derivation-builder-environment-vars drv)
                               (lambda (a b) (string<? (car a) (car b)))))))))))

(define (derivation-input<? a b)
  "Whether the file name of the derivation of the input A comes before that of B."
  (string<? (derivation-input-path a) (derivation-input-path b)))

(define (coalesce-duplicate-inputs inputs)
  "Return INPUTS with those of the same derivation made one."
  (fold-right (lambda (input result)
                (match (find (lambda (other)
                               (string=? (derivation-input-path input) (derivation-input-path other)))
                             result)
                  (#f (cons input result))
                  (other
                   (cons (make-derivation-input
                          (derivation-input-derivation input)
                          (delete-duplicates
                           (append (derivation-input-sub-derivations input)
                                   (derivation-input-sub-derivations other))))
                         (delq other result)))))
              '()
              inputs))

(define (derivation-hash drv)
  "Return the hash of DRV, a bytevector, in which fixed outputs stand for the derivations that make them."
  (with-store store
    (%derivation-hash (store-handle store) (derivation-file-name drv))))

(define (derivation-base16-hash drv)
  "Return the hash of DRV in base 16."
  (bytevector->base16-string (derivation-hash drv)))

(define* (derivation-prerequisites-to-build store drv
                                            #:key (mode (build-mode 'normal))
                                            (outputs (derivation-output-names drv))
                                            (substitutable-info
                                             (substitution-oracle store (list drv) #:mode mode)))
  "Return two values: the list of derivation inputs to build before DRV, and the list of substitutables."
  (call-with-values (lambda ()
                      (derivation-build-plan store (list (derivation-input drv outputs)) #:mode mode
                                             #:substitutable-info substitutable-info))
    (lambda (build download)
      (values (map derivation-input (delete drv build eq?)) download))))

(define* (derivation->output-path drv #:optional (output "out"))
  "Return the store path of OUTPUT of DRV.  Raise a `&derivation-missing-output-error' if it has none."
  (match (assoc output (derivation-outputs drv))
    ((_ . output) (derivation-output-path output))
    (#f (raise (condition (&derivation-missing-output-error
                           (derivation drv)
                           (output output))
                          (&message
                           (message (format #f "reference to invalid output '~a' of derivation '~a', which has ~a"
                                            output (derivation-file-name drv)
                                            (string-join (map car (derivation-outputs drv)) ", ")))))))))

(define (derivation->output-paths drv)
  "Return the alist of output names and paths of DRV."
  (map (match-lambda
         ((name . output) (cons name (derivation-output-path output))))
       (derivation-outputs drv)))

(define* (derivation-path->output-path path #:optional (output "out"))
  "Return the path of OUTPUT of the derivation in the file PATH."
  (derivation->output-path (read-derivation-from-file path) output))

(define (derivation-path->output-paths path)
  "Return the alist of output names and paths of the derivation in the file PATH."
  (derivation->output-paths (read-derivation-from-file path)))


;;;
;;; Making.
;;;

(define* (derivation store name builder args
                     #:key
                     (system (%current-system)) (env-vars '())
                     (inputs '()) (sources '())
                     (outputs '("out"))
                     hash hash-algo recursive?
                     references-graphs
                     allowed-references disallowed-references
                     leaked-env-vars local-build?
                     (substitutable? #t)
                     (properties '())
                     (%deprecation-warning? #t))
  "Build a derivation with the given arguments, and return the resulting <derivation>.

INPUTS is a list of <derivation-input> and SOURCES a list of store paths.  When HASH and HASH-ALGO are given, the
derivation is a fixed-output one: its result is known in advance, and RECURSIVE? tells whether HASH is that of a
file tree.  REFERENCES-GRAPHS is a list of file name and store path pairs whose reference graphs the builder finds
in those files.  ALLOWED-REFERENCES and DISALLOWED-REFERENCES are lists of store paths or output names that the
outputs may, or may not, refer to.  LEAKED-ENV-VARS names variables of the daemon's environment that a fixed-output
builder may see.  LOCAL-BUILD? asks not to offload, SUBSTITUTABLE? allows substitutes.  PROPERTIES is an alist kept
with the derivation."
  (define (canonicalize-input input)
    (match input
      ((? derivation-input?) input)
      ((? derivation? drv) (derivation-input drv))
      (((? derivation? drv) (? string? outputs) ...)
       (derivation-input drv (if (null? outputs) '("out") outputs)))
      (((and (? string?) (? derivation-path? path)) (? string? outputs) ...)
       (derivation-input (read-derivation-from-file path)
                         (if (null? outputs) '("out") outputs)))
      ((and (? string?) (? derivation-path? path))
       (derivation-input (read-derivation-from-file path) '("out")))
      (((? string? path)) path)
      ((? string? path) path)
      (_ (scm-error 'wrong-type-arg "derivation" "not an input of a derivation: ~S" (list input) (list input)))))

  (define (option name value)
    (if value (list (cons name value)) '()))

  (define all-env-vars
    (append (option "impureEnvVars"
                    (and (pair? leaked-env-vars) (string-join leaked-env-vars)))
            (option "preferLocalBuild" (and local-build? "1"))
            (option "allowSubstitutes" (and (not substitutable?) "0"))
            (option "allowedReferences"
                    (and allowed-references (string-join allowed-references)))
            (option "disallowedReferences"
                    (and disallowed-references (string-join disallowed-references)))
            (option "exportReferencesGraph"
                    (and references-graphs
                         (string-join (append-map (match-lambda
                                                    ((file . path) (list file path)))
                                                  references-graphs))))
            (option "guix properties"
                    (and (pair? properties) (object->string properties)))
            env-vars))

  (let*-values (((inputs) (map canonicalize-input inputs))
                ((inputs legacy-sources) (partition derivation-input? inputs)))
    (match (%make-derivation (store-handle store)
                             name system builder args all-env-vars
                             (map (lambda (input)
                                    (cons* (derivation-input-path input)
                                           (all-output-paths (derivation-input-derivation input))
                                           (derivation-input-sub-derivations input)))
                                  inputs)
                             (append sources legacy-sources)
                             outputs
                             (and hash-algo (symbol->string hash-algo))
                             hash (->bool recursive?))
      ((file . fields)
       (or (hash-ref %derivation-cache file)
           (let ((drv (fields->derivation fields file)))
             (hash-set! %derivation-cache file drv)
             drv))))))

(define (all-output-paths drv)
  "Return the paths of all outputs of DRV: inputs for which they are the same are one."
  (map (lambda (output) (derivation-output-path (cdr output)))
       (derivation-outputs drv)))

(define store-handle
  (@@ (guix store) store-connection-handle))

(define raw-derivation
  (store-lift derivation))

(define* (map-derivation store drv mapping #:key (system (%current-system)))
  "Return DRV with what MAPPING says in the place of its inputs, at any depth, for SYSTEM.  MAPPING is an alist of
derivations and sources, each replaced by either.  Sources that name what is replaced are rewritten."
  (define (new-input input)
    ;; A derivation input or a source.
    (let ((old (derivation-input-derivation input)))
      (match (assoc old mapping)
        ((_ . (? derivation? new))
         (derivation-input new (derivation-input-sub-derivations input)))
        ((_ . source) source)
        (#f
         (derivation-input (mapped old) (derivation-input-sub-derivations input))))))

  (define (paths-of input)
    (if (derivation-input? input)
        (derivation-input-output-paths input)
        (list input)))

  (define (substitution old-input input)
    ;; Pairs of names; a source takes the place of all outputs.
    (let ((old (paths-of old-input))
          (new (paths-of input)))
      (map cons old
           (if (derivation-input? input)
               new
               (map (const (first new)) old)))))

  (define (rewrite text names)
    (fold (match-lambda*
            (((old . new) text)
             (string-replace-substring text old new)))
          text
          names))

  (define (new-source source names)
    (match (assoc source mapping)
      ((_ . (? string? new)) new)
      (_
       (let ((text (false-if-exception
                    (utf8->string (call-with-input-file source get-bytevector-all #:binary #t)))))
         ;; Only texts name items; others are programs, directories or archives.
         (if (and text (any (match-lambda ((old . _) (string-contains text old))) names))
             (add-text-to-store store (store-path-package-name source) (rewrite text names))
             source)))))

  (define (mapped drv)
    (let* ((inputs  (map new-input (derivation-inputs drv)))
           (names   (append-map substitution (derivation-inputs drv) inputs))
           (sources (map (cut new-source <> names) (derivation-sources drv)))
           (names   (append (map cons (derivation-sources drv) sources) names)))
      (define output
        ;; The only one of a fixed-output derivation.
        (match (derivation-outputs drv)
          (((_ . output)) output)
          (_ #f)))
      (derivation store (derivation-name drv) (rewrite (derivation-builder drv) names)
                  (map (cut rewrite <> names) (derivation-builder-arguments drv))
                  #:system system
                  #:env-vars (filter-map (match-lambda
                                           ((name . value)
                                            (and (not (member name (derivation-output-names drv)))
                                                 (cons name (rewrite value names)))))
                                         (derivation-builder-environment-vars drv))
                  #:inputs (filter derivation-input? inputs)
                  #:sources (delete-duplicates
                             (append sources (remove derivation-input? inputs)))
                  #:outputs (derivation-output-names drv)
                  #:hash (and output (derivation-output-hash output))
                  #:hash-algo (and output (derivation-output-hash-algo output))
                  #:recursive? (and output (derivation-output-recursive? output)))))

  (mapped drv))


;;;
;;; Building.
;;;

(define* (build-derivations store derivations #:optional (mode (build-mode 'normal)))
  "Build DERIVATIONS, a list of <derivation> or <derivation-input> objects, `.drv' file names, or pairs of a
derivation and an output name, and return true."
  (build-things store
                (map (match-lambda
                       ((? derivation? drv) (derivation-file-name drv))
                       ((? derivation-input? input)
                        (cons (derivation-input-path input)
                              (string-join (derivation-input-sub-derivations input) ",")))
                       (((? derivation? drv) . output)
                        (cons (derivation-file-name drv) (or output "out")))
                       (((? string? file) . output) (cons file (or output "out")))
                       ((? string? file) file))
                     derivations)
                mode))

(define built-derivations
  (store-lift build-derivations))

(define-condition-type &file-search-error &error
  file-search-error?
  (file file-search-error-file-name)
  (path file-search-error-search-path))

(define (search-path* path file)
  "Return the name of FILE in one of the directories PATH; raise a `&file-search-error' when it is in none."
  (or (search-path path file)
      (raise (condition (&file-search-error (file file) (path path))))))

(define (module->source-file-name module)
  "Return the file name of MODULE, a list of symbols, below a directory of modules."
  (string-append (string-join (map symbol->string module) "/") ".scm"))

(define* (imported-files store files
                         #:key (name "file-import") (system (%current-system)) (guile #f))
  "Return the store path of a directory that has FILES, an alist of names in it and files."
  (add-file-tree-to-store store `(,name directory ,@(file-mapping->tree files))))

(define* (imported-modules store modules
                           #:key (name "module-import") (system (%current-system)) (guile #f)
                           (module-path %load-path))
  "Return the store path of a directory that has the source files of MODULES, a list of names."
  (imported-files store
                  (map (lambda (module)
                         (let ((file (module->source-file-name module)))
                           (cons file (search-path* module-path file))))
                       modules)
                  #:name name))

(define* (build-expression->derivation store name exp
                                       #:key
                                       (system (%current-system))
                                       (inputs '())
                                       (outputs '("out"))
                                       hash hash-algo recursive?
                                       (env-vars '())
                                       (modules '())
                                       guile-for-build
                                       references-graphs
                                       allowed-references
                                       disallowed-references
                                       local-build? (substitutable? #t)
                                       (properties '()))
  "Return a derivation that executes the Scheme expression EXP as a builder for derivation NAME.  INPUTS is a list
of (LABEL DRV-OR-SOURCE [OUTPUT]); EXP sees them as the alist `%build-inputs' and its outputs as `%outputs'.
Kept for recipes of the older style; G-expressions supersede it."
  (define guile-drv
    (or guile-for-build (%guile-for-build)
        (run-with-store store ((module-ref (resolve-interface '(guix packages)) 'default-guile-derivation) system) #:system system)))

  (define guile
    (string-append (derivation->output-path guile-drv) "/bin/guile"))

  (define input-alist
    (map (match-lambda
           ((label (? derivation? drv) output ...)
            (cons label (derivation->output-path drv (if (null? output) "out" (car output)))))
           ((label (? string? source) . _)
            (cons label source)))
         inputs))

  (define-values (module-forms expression)
    ;; What imports modules has to stand for itself, before what uses them is expanded.
    (match exp
      (('begin forms ...)
       (let-values (((module-forms forms)
                     (partition (match-lambda
                                  (((or 'use-modules 'define-module 'eval-when) . _) #t)
                                  (_ #f))
                                forms)))
         (values module-forms (if (null? forms) #t `(begin ,@forms)))))
      (_ (values '() exp))))

  (define text
    (call-with-output-string
      (lambda (port)
        (for-each (lambda (form)
                    (write form port)
                    (newline port))
                  `((define %outputs
                      (map (lambda (output) (cons output (getenv output))) ',outputs))
                    (define %output (assoc-ref %outputs "out"))
                    (define %build-inputs ',input-alist)
                    ,@module-forms
                    ;; A value of #f says that it failed.
                    (exit ,expression))))))

  (define builder
    (add-text-to-store store (string-append name "-guile-builder") text
                       (filter-map (match-lambda
                                     ((_ (? string? source) . _) source)
                                     (_ #f))
                                   inputs)))

  (derivation store name guile
              `("--no-auto-compile"
                ,@(if (null? modules)
                      '()
                      (list "-L" (imported-modules store modules)))
                ,builder)
              #:system system
              #:inputs (cons (derivation-input guile-drv '("out"))
                             (filter-map (match-lambda
                                           ((_ (? derivation? drv) output ...)
                                            (derivation-input drv (if (null? output) '("out") output)))
                                           (_ #f))
                                         inputs))
              #:sources (cons builder
                              (append (if (null? modules) '() (list (imported-modules store modules)))
                                      (filter-map (match-lambda
                                                    ((_ (? string? source) . _) source)
                                                    (_ #f))
                                                  inputs)))
              #:outputs outputs
              #:hash hash #:hash-algo hash-algo #:recursive? recursive?
              #:env-vars env-vars
              #:references-graphs references-graphs
              #:allowed-references allowed-references
              #:disallowed-references disallowed-references
              #:local-build? local-build? #:substitutable? substitutable?
              #:properties properties))
