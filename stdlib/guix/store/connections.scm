;;; Commentary:
;;;
;;; Connections to a store, that of this process or a daemon's: opening, closing, their options and caches.
;;; Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store connections)
  #:use-module (guix config)
  #:use-module (guix profiling)
  #:use-module (guix store conditions)
  #:use-module (strata store)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 vlist)
  #:export (%daemon-socket-uri
            %default-substitute-urls

            store-connection? store-connection-handle store-connection-object-cache store-connection-socket
            store-connection-version store-connection-major-version store-connection-minor-version
            current-store-protocol-version
            open-connection connect-to-daemon port->connection close-connection
            with-store call-with-store with-store/non-blocking
            set-build-options
            allocate-store-connection-cache store-connection-cache
            set-store-connection-cache set-store-connection-cache! cache-lookup-recorder))

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

(define %default-substitute-urls
  '("https://ci.guix.gnu.org" "https://bordeaux.guix.gnu.org"))

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
