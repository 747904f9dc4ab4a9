;;; Commentary:
;;;
;;; The store from Scheme: connections, additions, queries, builds, and the store monad.
;;; A connection is either the store of this very process or a daemon's.  The work is done by the
;;; primitives of (strata store).  Interface: (guix store) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix store)
  #:use-module (guix config)
  #:use-module (guix monads)
  #:use-module (guix utils)
  #:use-module (strata store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 exceptions)
  #:use-module (rnrs bytevectors)
  #:re-export (mlet mlet* mbegin mwhen munless mparameterize
               >>= return with-monad lift0 lift1 lift2 lift3 lift4 lift5 lift6 lift7 lift
               listm foldm mapm sequence anym)
  #:export (%daemon-socket-uri
            %gc-roots-directory
            %default-substitute-urls

            store-connection? store-connection-handle store-connection-object-cache
            open-connection close-connection with-store call-with-store with-store/non-blocking
            set-build-options
            current-build-output-port

            &store-error store-error?
            &store-connection-error store-connection-error?
            store-connection-error-file store-connection-error-code
            &store-protocol-error store-protocol-error?
            store-protocol-error-message store-protocol-error-status

            valid-path? query-path-hash hash-part->path query-path-info
            references references/cached requisites referrers topologically-sorted
            valid-derivers query-derivation-outputs live-paths dead-paths
            add-text-to-store add-data-to-store add-to-store
            add-file-tree-to-store file-mapping->tree %add-file-tree-to-store
            build-things build-mode
            add-temp-root add-indirect-root add-permanent-root remove-permanent-root

            %store-prefix store-path output-path fixed-output-path
            store-path? direct-store-path? direct-store-path derivation-path?
            store-path-package-name store-path-base store-path-hash-part log-file

            %store-monad store-bind store-return store-lift store-parameterize
            run-with-store
            text-file interned-file interned-file-tree
            %guile-for-build
            %graft? set-grafting grafting? without-grafting
            current-system set-current-system
            current-target-system set-current-target))

(define %daemon-socket-uri
  ;; What `open-connection' connects to by default; #f is the store of this process.
  (make-parameter (getenv "GUIX_DAEMON_SOCKET")))

(define %gc-roots-directory
  (string-append %state-directory "/gcroots"))

(define %default-substitute-urls
  '("https://ci.guix.gnu.org" "https://bordeaux.guix.gnu.org"))

(define current-build-output-port
  (make-parameter (current-error-port)))

(define-condition-type &store-error &error
  store-error?)

(define-condition-type &store-connection-error &store-error
  store-connection-error?
  (file store-connection-error-file)
  (errno store-connection-error-code))

(define-condition-type &store-protocol-error &store-error
  store-protocol-error?
  (message store-protocol-error-message)
  (status store-protocol-error-status))

(define-condition-type &store-hint &condition
  store-hint?
  (hint store-hint))

(%set-store-error-constructor!
 (lambda (message hint)
   ;; What the store says becomes a protocol error of status 1, as from a daemon.
   (apply make-exception
          (condition (&store-protocol-error (message message) (status 1)))
          (make-exception-with-message message)
          (if hint
              (list (condition (&store-hint (hint hint))))
              '()))))

(define (build-mode name)
  "Return the number of the mode of `build-things' called NAME, a symbol."
  (case name
    ((normal) 0)
    ((repair) 1)
    ((check) 2)
    (else (error "no such build mode" name))))


;;;
;;; Connections.
;;;

(define-record-type <store-connection>
  (make-store-connection handle object-cache)
  store-connection?
  (handle store-connection-handle)
  ;; Lowered objects, by object; see (guix gexp).
  (object-cache store-connection-object-cache))

(set-record-type-printer! <store-connection>
                          (lambda (store port)
                            (display "#<store-connection>" port)))

(define* (open-connection #:optional (uri (%daemon-socket-uri))
                          #:key port (reserve-space? #t) cpu-affinity)
  "Connect to the store at URI, by default the one of this process, and return the connection."
  (make-store-connection (%open-store uri) (make-hash-table)))

(define (close-connection store)
  "Close the connection STORE."
  (%close-store (store-connection-handle store)))

(define (call-with-store proc)
  "Call PROC with an open connection, which is closed when PROC is left."
  (let ((store (open-connection)))
    (dynamic-wind
      (const #t)
      (lambda () (proc store))
      (lambda () (close-connection store)))))

(define-syntax-rule (with-store store exp ...)
  (call-with-store (lambda (store) exp ...)))

(define-syntax-rule (with-store/non-blocking store exp ...)
  (with-store store exp ...))

(define* (set-build-options store #:key keep-failed? keep-going? fallback?
                            (verbosity 0) rounds
                            (max-build-jobs 1) timeout max-silent-time
                            (offload? #t) (use-build-hook? offload?)
                            (build-verbosity 0) (log-type 0) (print-build-trace #t)
                            (print-extended-build-trace? #t) (multiplexed-build-output? #t)
                            build-cores (use-substitutes? #t) substitute-urls
                            (terminal-columns 80) locale)
  "Set the options of the builds that STORE performs from now on."
  (%set-build-options (store-connection-handle store)
                      keep-failed? keep-going? max-build-jobs
                      build-cores timeout max-silent-time rounds))


;;;
;;; Store paths.
;;;

(define %store-prefix
  (make-parameter %storedir))

(define hash-part-length 32)

(define (direct-store-path? path)
  "Return true if PATH is a store path, and not a file below one."
  (and (store-path? path)
       (not (string-index path #\/ (+ 1 (string-length (%store-prefix)))))))

(define (store-path? path)
  "Return true if PATH is in the store, judging by its name."
  (let ((prefix (string-append (%store-prefix) "/")))
    (and (string-prefix? prefix path)
         (> (string-length path) (+ (string-length prefix) hash-part-length 1))
         (char=? #\- (string-ref path (+ (string-length prefix) hash-part-length))))))

(define (direct-store-path path)
  "Return the store path that PATH is below of."
  (let ((slash (string-index path #\/ (+ 1 (string-length (%store-prefix))))))
    (if slash (string-take path slash) path)))

(define (derivation-path? path)
  "Return true if PATH is the file name of a derivation."
  (and (store-path? path) (string-suffix? ".drv" path)))

(define (store-path-base path)
  "Return the base name of the store path PATH, or #f."
  (and (store-path? path)
       (let ((base (string-drop path (+ 1 (string-length (%store-prefix))))))
         (and (not (string-index base #\/)) base))))

(define (store-path-package-name path)
  "Return the part of the store path PATH after its hash, or #f."
  (let ((base (store-path-base path)))
    (and base (string-drop base (+ 1 hash-part-length)))))

(define (store-path-hash-part path)
  "Return the hash part of the store path PATH, or #f."
  (let ((base (store-path-base path)))
    (and base (string-take base hash-part-length))))

(define (store-path type hash name)
  "Return the store path for NAME of TYPE, a string, with HASH, a SHA-256 bytevector."
  (%store-path type hash name))

(define (output-path output hash name)
  "Return the path of OUTPUT of a derivation called NAME whose hash modulo is HASH."
  (%store-path (string-append "output:" output) hash
               (if (string=? output "out") name (string-append name "-" output))))

(define* (fixed-output-path name hash #:key (output "out") (hash-algo 'sha256) (recursive? #t))
  "Return the path of a fixed output called NAME with the bytevector HASH."
  (%fixed-output-path name hash (symbol->string hash-algo) (->bool recursive?) output))

(define (log-file store file)
  "Return the name of the build log of FILE, an output or a derivation, or #f."
  (%log-file (store-connection-handle store) file))

;;;
;;; Queries.
;;;

(define (valid-path? store path)
  "Return true when PATH is valid in STORE."
  (%valid-path? (store-connection-handle store) path))

(define (query-path-hash store path)
  "Return the SHA-256 of the NAR of PATH, a bytevector."
  (%path-hash (store-connection-handle store) path))

(define (query-path-info store path)
  "Return the list (DERIVER HASH REFERENCES REGISTRATION-TIME NAR-SIZE) of PATH; DERIVER may be #f."
  (%path-info (store-connection-handle store) path))

(define (hash-part->path store hash-part)
  "Return the valid path that has HASH-PART, or the empty string."
  (%hash-part->path (store-connection-handle store) hash-part))

(define (references store path)
  "Return the list of references of PATH, which must be valid."
  (%references (store-connection-handle store) path))

(define references/cached references)

(define (referrers store path)
  "Return the list of the valid paths that refer to PATH."
  (%referrers (store-connection-handle store) path))

(define (requisites store paths)
  "Return the closure of PATHS, a list: each path once, in no order."
  (%closure (store-connection-handle store) (if (string? paths) (list paths) paths)))

(define (topologically-sorted store paths)
  "Return PATHS and what they refer to, references before what refers to them."
  (requisites store paths))

(define (valid-derivers store path)
  "Return the list of valid derivations that have PATH as an output."
  (%derivers (store-connection-handle store) path))

(define (query-derivation-outputs store drv)
  "Return the list of output paths of the derivation file DRV."
  (map cdr (%derivation-outputs (store-connection-handle store) drv)))

(define (live-paths store)
  "Return the list of the paths that roots reach."
  (%live-paths (store-connection-handle store)))

(define (dead-paths store)
  "Return the list of the paths that no root reaches."
  (%dead-paths (store-connection-handle store)))


;;;
;;; Additions.
;;;

(define* (add-data-to-store store name bytes #:optional (references '()))
  "Add BYTES, a bytevector, under NAME with REFERENCES, and return its store path."
  (%add-text (store-connection-handle store) name bytes references))

(define* (add-text-to-store store name text #:optional (references '()))
  "Add TEXT, a string stored as UTF-8, under NAME with REFERENCES, and return its store path."
  (add-data-to-store store name (string->utf8 text) references))

(define* (add-to-store store basename recursive? hash-algo file-name
                       #:key (select? (const #t)))
  "Add the contents of FILE-NAME under BASENAME and return its store path.  When RECURSIVE? is true, FILE-NAME may
be a directory, of which only the files for which (SELECT? FILE STAT) is true are added."
  (%add-file (store-connection-handle store) basename file-name
             (->bool recursive?) hash-algo
             (and recursive?
                  (lambda (file) (select? file (lstat file))))))

(define* (add-file-tree-to-store store tree #:key (hash-algo "sha256") (recursive? #t))
  "Add TREE to STORE and return its store path.  TREE is one of
  (NAME directory ENTRY ...), (NAME symlink TARGET), (NAME regular (data STRING-OR-BYTES)),
  (NAME regular (file FILE-NAME)), and the same with `executable' for `regular'."
  (%add-tree (store-connection-handle store) tree))

(define %add-file-tree-to-store add-file-tree-to-store)

(define (file-mapping->tree mapping)
  "Convert MAPPING, an alist of file names to (local) file names, to the list of entries of a tree for
`add-file-tree-to-store'."
  (define (insert path file entries)
    (match path
      ((name)
       (cons `(,name regular (file ,file)) entries))
      ((directory rest ...)
       (match (assoc directory entries)
         ((_ 'directory children ...)
          (map (lambda (entry)
                 (if (string=? (car entry) directory)
                     `(,directory directory ,@(insert rest file children))
                     entry))
               entries))
         (#f
          (cons `(,directory directory ,@(insert rest file '())) entries))))))
  (fold (lambda (pair entries)
          (match pair
            ((destination . source)
             (insert (string-split destination #\/) source entries))))
        '()
        mapping))

(define (add-temp-root store path)
  "Keep PATH until this process ends."
  (%add-temporary-root (store-connection-handle store) path))

(define (add-indirect-root store file)
  "Make the symbolic link FILE a root of the garbage collector."
  (%add-indirect-root (store-connection-handle store) file))

(define (add-permanent-root target)
  "Make TARGET, a store path, a permanent root."
  (symlink target (string-append %gc-roots-directory "/" (basename target))))

(define (remove-permanent-root target)
  (delete-file (string-append %gc-roots-directory "/" (basename target))))


;;;
;;; Builds.
;;;

(define* (build-things store things #:optional (mode (build-mode 'normal)))
  "Build THINGS, a list of store items: derivation file names, or pairs of one and an output name.  Return true
when all of them were built; otherwise raise a &store-protocol-error."
  (%build-things (store-connection-handle store) things mode))


;;;
;;; The store monad.
;;;

(define-monad %store-monad
  (bind (lambda (mvalue mproc) (store-bind mvalue mproc)))
  (return (lambda (value) (store-return value))))

(define (store-return value)
  "Return VALUE from a monadic function."
  (lambda (store)
    (values value store)))

(define (store-bind mvalue mproc)
  "Bind MVALUE in MPROC."
  (lambda (store)
    (call-with-values (lambda () (mvalue store))
      (lambda (value store)
        ((mproc value) store)))))

(define (store-lift proc)
  "Lift PROC, a procedure whose first argument is a connection, to the store monad."
  (lambda args
    (lambda (store)
      (values (apply proc store args) store))))

(define-syntax-rule (store-parameterize ((parameter value) ...) body ...)
  ;; Evaluate BODY, a monadic expression, with the parameters bound while it runs.
  (lambda (store)
    (parameterize ((parameter value) ...)
      ((begin body ...) store))))

(define %guile-for-build
  ;; The derivation of the Guile that build scripts run in, or #f for the default.
  (make-parameter #f))

(define* (run-with-store store mval
                         #:key (guile-for-build (%guile-for-build))
                         (system (%current-system))
                         (target #f))
  "Run MVAL, a monadic value in the store monad, in STORE and return its result."
  (parameterize ((%guile-for-build guile-for-build)
                 (%current-system system)
                 (%current-target-system target))
    (call-with-values (lambda () (mval store))
      (lambda (value store) value))))

(define (current-system)
  "Return the current system as a monadic value."
  (lambda (store) (values (%current-system) store)))

(define (set-current-system system)
  "Set the current system and return the previous one as a monadic value."
  (lambda (store)
    (let ((previous (%current-system)))
      (%current-system system)
      (values previous store))))

(define (current-target-system)
  (lambda (store) (values (%current-target-system) store)))

(define (set-current-target target)
  (lambda (store)
    (let ((previous (%current-target-system)))
      (%current-target-system target)
      (values previous store))))

(define %graft?
  ;; Whether to honor package grafts.
  (make-parameter #t))

(define (set-grafting enable?)
  "Enable or disable grafting and return the previous setting as a monadic value."
  (lambda (store)
    (let ((previous (%graft?)))
      (%graft? enable?)
      (values previous store))))

(define (grafting?)
  (lambda (store) (values (%graft?) store)))

(define-syntax-rule (without-grafting mexp)
  (lambda (store)
    (parameterize ((%graft? #f))
      (mexp store))))

(define* (text-file name text #:optional (references '()))
  "Return as a monadic value the absolute file name in the store of the file containing TEXT, a string."
  (lambda (store)
    (values (add-text-to-store store name text references) store)))

(define* (interned-file file #:optional name
                        #:key (recursive? #t) (select? (const #t)))
  "Return as a monadic value the store path of FILE, under NAME, by default its base name."
  (lambda (store)
    (values (add-to-store store (or name (basename file)) recursive? "sha256" file
                          #:select? select?)
            store)))

(define (interned-file-tree tree)
  "Return as a monadic value the store path of TREE, as for `add-file-tree-to-store'."
  (lambda (store)
    (values (add-file-tree-to-store store tree) store)))
