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
  #:use-module (guix profiling)
  #:use-module (guix utils)
  #:use-module (strata store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 vlist)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 exceptions)
  #:use-module (rnrs bytevectors)
  #:re-export (mlet mlet* mbegin mwhen munless mparameterize
               >>= return with-monad lift0 lift1 lift2 lift3 lift4 lift5 lift6 lift7 lift
               listm foldm mapm sequence anym)
  #:export (%daemon-socket-uri
            %gc-roots-directory
            %default-substitute-urls

            store-connection? store-connection-handle store-connection-object-cache
            store-connection-version store-connection-major-version store-connection-minor-version
            open-connection connect-to-daemon port->connection close-connection
            with-store call-with-store with-store/non-blocking
            set-build-options set-build-options*
            allocate-store-connection-cache store-connection-cache
            set-store-connection-cache set-store-connection-cache! cache-lookup-recorder
            current-build-output-port

            &store-error store-error?
            &store-connection-error store-connection-error?
            store-connection-error-file store-connection-error-code
            &store-protocol-error store-protocol-error?
            store-protocol-error-message store-protocol-error-status

            ;; Names from before 1.0.
            nix-server? nix-server-version nix-server-major-version nix-server-minor-version
            nix-server-socket store-connection-socket
            &nix-error nix-error? &nix-connection-error nix-connection-error?
            nix-connection-error-file nix-connection-error-code
            &nix-protocol-error nix-protocol-error?
            nix-protocol-error-message nix-protocol-error-status

            current-store-protocol-version mcached

            path-info? path-info-deriver path-info-hash path-info-references
            path-info-registration-time path-info-nar-size
            valid-path? query-path-hash hash-part->path query-path-info query-path-info*
            references references/cached references* requisites referrers topologically-sorted
            substitutable? substitutable-path substitutable-deriver substitutable-references
            substitutable-download-size substitutable-nar-size
            has-substitutes? substitutable-paths substitutable-path-info
            query-failed-paths clear-failed-paths verify-store built-in-builders
            ensure-path find-roots optimize-store
            collect-garbage delete-paths export-path export-paths import-paths
            valid-derivers query-derivation-outputs live-paths dead-paths
            add-text-to-store add-data-to-store add-to-store
            add-file-tree-to-store file-mapping->tree %add-file-tree-to-store
            build-things build build-mode hash-algo
            with-build-handler map/accumulate-builds mapm/accumulate-builds
            add-temp-root add-indirect-root add-permanent-root remove-permanent-root

            %store-prefix store-path output-path fixed-output-path
            store-path? direct-store-path? direct-store-path derivation-path?
            store-path-package-name store-path-base store-path-hash-part
            derivation-log-file log-file

            %store-monad store-bind store-return store-lift store-lower store-parameterize
            run-with-store
            text-file binary-file interned-file interned-file-tree
            %guile-for-build
            %graft? set-grafting grafting? without-grafting
            current-system set-current-system
            current-target-system set-current-target))

(define %usual-socket
  (string-append %state-directory "/daemon-socket/socket"))

(define (own-store? uri)
  "Return true if URI stands for the store of this process: it is the usual socket, and nobody listens there."
  (or (not uri)
      (eq? uri %usual-socket)
      (and (member uri (map (cut string-append <> %usual-socket) '("" "file://" "unix://")))
           (not (file-exists? %usual-socket)))))

(define %daemon-socket-uri
  ;; What `open-connection' connects to by default.  While it is the usual socket, that is the store of this process.
  (make-parameter (or (getenv "GUIX_DAEMON_SOCKET") %usual-socket)))

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
 (lambda (message hint status)
   ;; What the store says becomes a protocol error, as from a daemon.
   (apply make-exception
          (condition (&store-protocol-error (message message) (status status)))
          (make-exception-with-message message)
          (if hint
              (list (condition (&store-hint (hint hint))))
              '()))))

;; Names from before 1.0.
(define-syntax-rule (define-former-names (former name) ...)
  (begin (define-syntax former (identifier-syntax name)) ...))

(define-former-names
  (&nix-error &store-error)
  (nix-error? store-error?)
  (&nix-connection-error &store-connection-error)
  (nix-connection-error? store-connection-error?)
  (nix-connection-error-file store-connection-error-file)
  (nix-connection-error-code store-connection-error-code)
  (&nix-protocol-error &store-protocol-error)
  (nix-protocol-error? store-protocol-error?)
  (nix-protocol-error-message store-protocol-error-message)
  (nix-protocol-error-status store-protocol-error-status)
  (nix-server? store-connection?)
  (nix-server-version store-connection-version)
  (nix-server-major-version store-connection-major-version)
  (nix-server-minor-version store-connection-minor-version)
  (nix-server-socket store-connection-socket))

(define (build-mode-number name)
  "Return the number of the mode of `build-things' called NAME, a symbol."
  (case name
    ((normal) 0)
    ((repair) 1)
    ((check) 2)
    (else (error "no such build mode" name))))

(define-syntax build-mode
  ;; (build-mode NAME) is the number of the mode called NAME, a word or what evaluates to one.
  (lambda (s)
    (syntax-case s (normal repair check)
      ((_ normal) #'0)
      ((_ repair) #'1)
      ((_ check)  #'2)
      ((_ name)   #'(build-mode-number name))
      (id
       (identifier? #'id)
       #'build-mode-number))))


;;;
;;; Connections.
;;;

(define-record-type <store-connection>
  (make-store-connection handle object-cache caches socket)
  store-connection?
  ;; A port that stands for the connection, and is open while that is: what is said goes through no port of Scheme.
  (socket store-connection-socket)
  ;; Values by index, see `allocate-store-connection-cache'.
  (caches store-connection-caches)
  (handle store-connection-handle)
  ;; Lowered objects, by object; see (guix gexp).
  (object-cache store-connection-object-cache))

(set-record-type-printer! <store-connection>
                          (lambda (store port)
                            (display "#<store-connection>" port)))

(define* (open-connection #:optional (uri (%daemon-socket-uri))
                          #:key port (reserve-space? #t) cpu-affinity)
  "Connect to the store at URI, by default the one of this process, and return the connection.  PORT is the number of the
network port of a host that URI names, or an open port to a daemon."
  (if (port? port)
      (port->connection port)
      (new-connection (cond ((and uri port) (daemon-address uri port))
                            ((own-store? uri) #f)
                            (else uri))
                      (open-input-string ""))))

(define (new-connection uri socket)
  (make-store-connection (%open-store uri) (make-hash-table) (make-hash-table) socket))

(define* (port->connection port #:key version)
  "Return a connection to the daemon that PORT, a port of a file descriptor for reading and writing, leads to."
  (define (refused . _)
    (raise (condition (&store-connection-error (file port) (errno EPROTO)))))
  (unless (file-port? port)
    (refused))
  (force-output port)
  (guard (c ((store-protocol-error? c) (refused)))
    (new-connection (string-append "fd:" (number->string (fileno port))) port)))

(define (daemon-address uri port)
  "Return the address of the daemon at URI, a host name or a guix:// URI without a port, and PORT."
  (string-append "guix://"
                 (if (string-prefix? "guix://" uri) (string-drop uri 7) uri)
                 ":" (number->string port)))

(define* (connect-to-daemon #:optional (uri (%daemon-socket-uri)) #:key non-blocking?)
  "Connect to the store at URI and return the connection."
  (open-connection uri))

(define current-store-protocol-version
  ;; The version that the store of `with-store' or `run-with-store' speaks.
  (make-parameter #f))

(define (store-connection-version store)
  "Return the version of the worker protocol that STORE speaks."
  #x163)

(define (store-connection-major-version store)
  "Return the major part of the version of the worker protocol."
  (logand #xff00 (store-connection-version store)))

(define (store-connection-minor-version store)
  "Return the minor part of the version of the worker protocol."
  (logand #x00ff (store-connection-version store)))

(define %next-cache 0)

(define (allocate-store-connection-cache name)
  "Return an index for `store-connection-cache', for a cache called NAME, a symbol."
  (let ((index %next-cache))
    (set! %next-cache (+ index 1))
    index))

(define (store-connection-cache store cache)
  "Return the value of CACHE, an index, in STORE."
  (hashv-ref (store-connection-caches store) cache vlist-null))

(define (set-store-connection-cache! store cache value)
  "Make VALUE that of CACHE, an index, in STORE."
  (hashv-set! (store-connection-caches store) cache value))

(define (cache-lookup-recorder component title)
  "Return a procedure to call with whether a lookup in a cache succeeded, and that cache: what it was called with is told,
under TITLE, at the end of a program that profiles COMPONENT."
  (if (profiled? component)
      (let ((hits 0)
            (misses 0)
            (size 0))
        (register-profiling-hook!
         component
         (lambda ()
           (format (current-error-port) "~a:~%  lookups: ~5@a~%  hits:    ~5@a~%  misses:  ~5@a~%  entries: ~5@a~%"
                   title (+ hits misses) hits misses size)))
        (lambda (hit? cache)
          (set! size (vlist-length cache))
          (if hit?
              (set! hits (+ hits 1))
              (set! misses (+ misses 1)))))
      (const #t)))

(define (set-store-connection-cache store cache value)
  "Return STORE with VALUE as that of CACHE, an index."
  (let ((caches (make-hash-table)))
    (hash-for-each (lambda (cache value) (hashv-set! caches cache value))
                   (store-connection-caches store))
    (hashv-set! caches cache value)
    (make-store-connection (store-connection-handle store)
                           (store-connection-object-cache store) caches
                           (store-connection-socket store))))

(define (close-connection store)
  "Close the connection STORE."
  (close-port (store-connection-socket store))
  (%close-store (store-connection-handle store)))

(define (call-with-store proc)
  "Call PROC with an open connection, which is closed when PROC returns or raises an exception.  Leaving PROC by a
continuation leaves it open: a build handler may go on with it."
  (let ((store (open-connection)))
    (call-with-values
        (lambda ()
          (with-exception-handler
              (lambda (exception)
                (close-connection store)
                (raise-exception exception))
            (lambda ()
              (parameterize ((current-store-protocol-version (store-connection-version store)))
                (proc store)))))
      (lambda results
        (close-connection store)
        (apply values results)))))

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
                      build-cores timeout max-silent-time rounds
                      fallback? use-substitutes? substitute-urls
                      print-build-trace multiplexed-build-output?))


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

(define-record-type <path-info>
  (make-path-info deriver hash references registration-time nar-size)
  path-info?
  (deriver path-info-deriver)                     ;store path or #f
  (hash path-info-hash)                           ;bytevector
  (references path-info-references)               ;list of store paths
  (registration-time path-info-registration-time) ;seconds since the epoch
  (nar-size path-info-nar-size))

(define (query-path-info store path)
  "Return the <path-info> of PATH, which must be valid."
  (apply make-path-info (%path-info (store-connection-handle store) path)))

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

(define (derivation-log-file drv)
  "Return the name of the log of the build of DRV, a derivation file, or #f."
  (with-store store
    (log-file store drv)))

(define-record-type <substitutable>
  ;; What a server of substitutes says of an item.
  (make-substitutable path deriver references download-size nar-size)
  substitutable?
  (path substitutable-path)
  (deriver substitutable-deriver)
  (references substitutable-references)
  (download-size substitutable-download-size)
  (nar-size substitutable-nar-size))

(define (has-substitutes? store path)
  "Return true when a substitute of PATH can be had."
  (pair? (substitutable-paths store (list path))))

(define (substitutable-paths store paths)
  "Return those of PATHS of which substitutes can be had."
  (map substitutable-path (substitutable-path-info store paths)))

(define (substitutable-path-info store paths)
  "Return the <substitutable> objects of those of PATHS of which substitutes can be had."
  (map (match-lambda
         ((path deriver references download-size nar-size)
          (make-substitutable path (and (not (string-null? deriver)) deriver) references download-size nar-size)))
       (%substitutes (store-connection-handle store) paths)))

(define (query-failed-paths store)
  "Return the list of outputs whose builds failed, when STORE remembers."
  (%failed-paths (store-connection-handle store)))

(define (clear-failed-paths store paths)
  "Forget that the builds of PATHS, outputs, failed; (\"*\") stands for all."
  (%clear-failed-paths (store-connection-handle store) paths))

(define* (verify-store store #:key check-contents? repair?)
  "Check that the items of STORE are there, with CHECK-CONTENTS? also that they are what they were; with REPAIR? build
broken ones again.  Return true when nothing is wrong, or no longer."
  (%verify-store (store-connection-handle store) check-contents? repair?))

(define (built-in-builders store)
  "Return the names of the builders that STORE is itself."
  (%built-in-builders (store-connection-handle store)))

(define (ensure-path store path)
  "Make sure that PATH is valid, by a substitute if need be, and return true."
  (unless (valid-path? store path)
    (build-things store (list path)))
  (or (valid-path? store path)
      (raise (condition
              (&store-protocol-error
               (message (string-append "path `" path "' does not exist and cannot be created"))
               (status 1))))))

(define (find-roots store)
  "Return the alist of the names of roots of the garbage collector and the store paths they keep."
  (%find-roots (store-connection-handle store)))

(define (optimize-store store)
  "Make files of equal contents in STORE one file, and return true."
  (%optimize-store (store-connection-handle store)))

(define* (collect-garbage store #:optional (min-freed #f))
  "Delete what no root reaches until MIN-FREED bytes are free, by default all.  Return the list of the paths that were
deleted and the number of bytes freed."
  (match (%collect-garbage (store-connection-handle store) min-freed #f)
    ((paths . freed) (values paths freed))))

(define* (delete-paths store paths #:optional (min-freed #f))
  "Delete PATHS, which no root may reach.  Return the list of the paths that were deleted and the number of bytes
freed."
  (match (%collect-garbage (store-connection-handle store) min-freed paths)
    ((paths . freed) (values paths freed))))

(define (put-number port number)
  (let ((bytes (make-bytevector 8 0)))
    (bytevector-u64-set! bytes 0 number (endianness little))
    (put-bytevector port bytes)))

(define* (export-path store path port #:key (sign? #t))
  "Write the item PATH to PORT in the export format, signed if SIGN? is true."
  (%export-path (store-connection-handle store) path sign?
                (lambda (bytes) (put-bytevector port bytes))))

(define* (export-paths store paths port #:key (sign? #t) recursive? (start (const #f)) (progress (const #f)) (finish (const #f)))
  "Write the items PATHS to PORT in the export format, references before what refers to them; with RECURSIVE?, all that
they refer to as well.  Each is signed if SIGN? is true."
  (let* ((all (topologically-sorted store paths))
         (items (if recursive? all (filter (lambda (path) (member path paths)) all))))
    (for-each (lambda (path)
                (put-number port 1)
                (export-path store path port #:sign? sign?))
              items)
    (put-number port 0)))

(define (import-paths store port)
  "Import the items in the archive read from PORT and return the list of their paths."
  (%import-paths (store-connection-handle store) #t
                 (lambda (size)
                   (let ((bytes (get-bytevector-n port size)))
                     (if (eof-object? bytes) #vu8() bytes)))))

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

(define (permanent-root-file item)
  (string-append %gc-roots-directory "/" (basename item)))

(define (add-permanent-root target)
  "Make TARGET, a store path, a permanent root, if it is none."
  (catch 'system-error
    (lambda ()
      (symlink target (permanent-root-file target)))
    (lambda args
      (unless (= EEXIST (system-error-errno args))
        (apply throw args)))))

(define (remove-permanent-root target)
  "Make TARGET, a store path, no permanent root any more."
  (delete-file (permanent-root-file target)))


;;;
;;; Builds.
;;;

(define-syntax hash-algo
  ;; (hash-algo NAME) is the number of the algorithm NAME.
  (syntax-rules (md5 sha1 sha256)
    ((_ md5) 1)
    ((_ sha1) 2)
    ((_ sha256) 3)))

(define current-build-prompt
  ;; The tag of the innermost build handler's prompt, or #f.
  (make-parameter #f))

(define-syntax-rule (with-build-handler handler exp ...)
  ;; Evaluate EXP with HANDLER in the place of builds: (HANDLER CONTINUE STORE THINGS MODE) is called for each
  ;; `build-things', and (CONTINUE #t) does what was asked for, (CONTINUE #f) goes on without.
  (call-with-build-handler handler (lambda () exp ...)))

(define (call-with-build-handler handler thunk)
  (let ((tag (make-prompt-tag "build handler")))
    ;; Outside of the prompt: what continues later finds the tag of the handler it then has.
    (parameterize ((current-build-prompt tag))
      (call-with-prompt tag
        thunk
        (lambda (continue store things mode)
          ;; What follows the build may build more.
          (call-with-build-handler handler
                                   (lambda () (handler continue store things mode))))))))

;; What `map/accumulate-builds' has for an element that waits for a build.
(define-record-type <unresolved>
  (unresolved things continue)
  unresolved?
  (things unresolved-things)
  (continue unresolved-continue))

(define usual-cutoff
  ;; How many elements may wait before what they need is built.
  (make-parameter 32))

(define (same-connection? one other)
  (eq? (store-connection-handle one) (store-connection-handle other)))

(define (first-batch store proc lst cutoff)
  "Return what PROC makes of the first elements of LST, until more than CUTOFF of them wait for a build of STORE, and the
elements that remain."
  (define (wait continue store* things mode)
    (if (and (same-connection? store store*) (= mode (build-mode normal)))
        (unresolved things continue)
        (continue #t)))
  (let loop ((rest lst) (results '()) (waiting 0))
    (if (or (null? rest) (> waiting cutoff))
        (values (reverse results) rest)
        (let ((result (with-build-handler wait (proc (car rest)))))
          (loop (cdr rest)
                (cons result results)
                (if (unresolved? result) (+ waiting 1) waiting))))))

(define* (map/accumulate-builds store proc lst #:key (cutoff (usual-cutoff)))
  "Apply PROC, which may build, to the elements of LST, and build what they need together instead of one after the
other.  When more than CUTOFF elements wait for builds, these are done before the elements that follow."
  (define (resume result)
    ;; What it waited for is there.
    (if (unresolved? result)
        ((unresolved-continue result) #f)
        result))
  (let-values (((results rest)
                ;; Elements that map themselves wait for fewer: the same builds are needed by many of them.
                (parameterize ((usual-cutoff (quotient cutoff 2)))
                  (first-batch store proc lst cutoff))))
    (match (append-map unresolved-things (filter unresolved? results))
      (() results)
      (things
       (build-things store (delete-duplicates things))
       (append (map/accumulate-builds store resume results #:cutoff cutoff)
               (map/accumulate-builds store proc rest #:cutoff cutoff))))))

(define (mapm/accumulate-builds mproc lst)
  "Like `mapm' in the store monad, but build what the elements of LST need together."
  (lambda (store)
    (let ((system (%current-system))
          (target (%current-target-system)))
      (values (map/accumulate-builds store
                                     (lambda (element)
                                       (run-with-store store (mproc element)
                                                       #:system system #:target target))
                                     lst)
              store))))

(define (standard-error? port)
  (and (file-port? port)
       (eqv? 2 (false-if-exception (fileno port)))))

(define (call-with-build-log store port thunk)
  "Call THUNK, and write what is said by the builds that STORE does in it to PORT."
  (let ((handle (store-connection-handle store)))
    (if (standard-error? port)
        (thunk)
        (dynamic-wind
          (lambda () (%keep-build-log handle))
          thunk
          (lambda () (display (%take-build-log handle) port))))))

(define* (build-things store things #:optional (mode (build-mode normal)))
  "Build THINGS, a list of store items: derivation file names, or pairs of one and an output name.  Return true
when all of them were built; otherwise raise a &store-protocol-error."
  (if (and (current-build-prompt)
           (not (abort-to-prompt (current-build-prompt) store things mode)))
      #t
      (call-with-build-log store (current-build-output-port)
                           (lambda ()
                             (%build-things (store-connection-handle store) things mode)))))


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

(define (store-lower proc)
  "Return the procedure of a connection and arguments that is PROC, of a monadic result, run in that connection."
  (lambda (store . args)
    (run-with-store store (apply proc args))))

(define %monadic-values
  ;; By object, in each connection: alists of keys and values.
  (allocate-store-connection-cache 'monadic-values))

(define (remember-monadic-value make object keys same?)
  "Return the monadic value of MAKE, a thunk, remembered under OBJECT and KEYS, which SAME? compares with others."
  (lambda (store)
    (let* ((known (store-connection-cache store %monadic-values))
           (table (if (hash-table? known) known (make-hash-table)))
           (alist (if (eq? same? eq?) (hashq-ref table object '()) (hash-ref table object '()))))
      (unless (eq? table known)
        (set-store-connection-cache! store %monadic-values table))
      (match (find (lambda (entry) (every equal? (car entry) keys))
                   (filter (lambda (entry) (= (length (car entry)) (length keys))) alist))
        ((_ . value)
         (values value store))
        (#f
         (call-with-values (lambda () ((make) store))
           (lambda (value store)
             (let ((more (acons keys value alist)))
               (if (eq? same? eq?)
                   (hashq-set! table object more)
                   (hash-set! table object more)))
             (values value store))))))))

(define-syntax mcached
  ;; (mcached [SAME?] MVALUE OBJECT KEY ...) is MVALUE, evaluated once for each OBJECT and KEYs in a connection.
  (syntax-rules (eq? equal?)
    ((_ eq? mvalue object key ...)
     (remember-monadic-value (lambda () mvalue) object (list key ...) eq?))
    ((_ equal? mvalue object key ...)
     (remember-monadic-value (lambda () mvalue) object (list key ...) equal?))
    ((_ mvalue object key ...)
     (mcached eq? mvalue object key ...))))

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

(define* (binary-file name data #:optional (references '()))
  "Return as a monadic value the absolute file name in the store of the file containing DATA, a bytevector."
  (lambda (store)
    (values (add-data-to-store store name data references) store)))

(define references*
  (store-lift references))

(define query-path-info*
  (store-lift query-path-info))

(define set-build-options*
  (store-lift set-build-options))

(define build
  (store-lift build-things))

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
