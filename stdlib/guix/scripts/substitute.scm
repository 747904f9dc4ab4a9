;;; Commentary:
;;;
;;; `guix substitute', what guix-daemon calls to look for substitutes and to fetch them: commands on standard input, answers
;;; on a descriptor.  Strata itself needs no such program.  Interface: (guix scripts substitute) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts substitute)
  #:use-module (guix base32)
  #:use-module (guix build utils)
  #:use-module (guix diagnostics)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix narinfo)
  #:use-module (guix pki)
  #:use-module (guix scripts)
  #:use-module ((guix serialization) #:select (restore-file dump-file))
  #:use-module (guix store)
  #:use-module (guix store deduplication)
  #:use-module (guix substitutes)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (decompressed-port))
  #:use-module (gcrypt hash)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (web uri)
  #:export (%allow-unauthenticated-substitutes?
            %reply-file-descriptor
            substitute-urls
            guix-substitute))

(define %allow-unauthenticated-substitutes?
  ;; Whether to take what nobody has signed: for tests.
  (make-parameter (equal? "yes" (and=> (getenv "GUIX_ALLOW_UNAUTHENTICATED_SUBSTITUTES") string-downcase))))

(define %reply-file-descriptor
  ;; Where answers go; #f for standard output.
  (make-parameter 4))

(define (daemon-option name)
  "Return the option NAME that the daemon has set, or #f."
  (any (lambda (line)
         (match (string-index line #\=)
           (#f #f)
           (index (and (string=? name (string-take line index))
                       (string-drop line (1+ index))))))
       (string-split (or (getenv "_NIX_OPTIONS") "") #\newline)))

(define substitute-urls
  (make-parameter
   (match (or (daemon-option "untrusted-substitute-urls") (daemon-option "substitute-urls"))
     (#f '("http://ci.guix.gnu.org" "http://bordeaux.guix.gnu.org"))
     (urls (string-tokenize urls)))))

(define (authorization acl)
  "Return the predicate of narinfos that may be taken by ACL."
  (if (%allow-unauthenticated-substitutes?)
      (begin
        (warning (G_ "authentication and authorization of substitutes disabled!~%"))
        (const #t))
      (cut valid-narinfo? <> acl)))


;;;
;;; Questions.
;;;

(define (write-description narinfo port)
  "Write to PORT what the daemon wants to know of NARINFO."
  (let-values (((uri compression size) (narinfo-best-uri narinfo)))
    (let ((references (map (cut string-append (%store-prefix) "/" <>) (narinfo-references narinfo))))
      (for-each (lambda (line)
                  (display line port)
                  (newline port))
                `(,(narinfo-path narinfo)
                  ,(match (narinfo-deriver narinfo)
                     (#f "")
                     (deriver (string-append (%store-prefix) "/" deriver)))
                  ,(length references)
                  ,@references
                  ,(or size 0)
                  ,(or (narinfo-size narinfo) 0))))))

(define (answer-query line port)
  "Write to PORT the answer to the question LINE: `have' or `info' and names of items."
  (define (available paths)
    (lookup-narinfos/diverse (substitute-urls) paths (authorization (current-acl))))

  (match (string-tokenize line)
    (("have" paths ..1)
     (for-each (lambda (narinfo)
                 (display (narinfo-path narinfo) port)
                 (newline port))
               (available paths)))
    (("info" paths ..1)
     (for-each (cut write-description <> port) (available paths)))
    (words
     (leave (G_ "unknown `--query' command: ~a~%") words)))
  (newline port)
  (force-output port))


;;;
;;; Fetching.
;;;

(define (open-archive uri)
  "Return a port with what is at URI."
  (match (uri-scheme uri)
    ('file (open-file (uri-path uri) "r0b"))
    ((or 'http 'https) (http-fetch uri #:text? #f #:buffered? #f))
    (_ (leave (G_ "unsupported substitute URI scheme: ~a~%") (uri->string uri)))))

(define (fetch narinfo destination port)
  "Make DESTINATION of what NARINFO says, and write to PORT what became of it."
  (define in-store?
    (string-prefix? (string-append (%store-prefix) "/") destination))

  (let*-values (((uri compression size) (narinfo-best-uri narinfo))
                ((algorithm expected)   (narinfo-hash-algorithm+value narinfo)))
    (format (current-error-port) (G_ "Downloading ~a...~%") (uri->string uri))
    (let*-values (((raw)             (open-archive uri))
                  ((input processes) (decompressed-port (string->symbol compression) raw))
                  ((hashed get-hash) (open-hash-input-port algorithm input)))
      (restore-file hashed destination
                    #:dump-file (if (and in-store? (equal? (daemon-option "deduplicate") "true"))
                                    (cut dump-file/deduplicate <> <> <> <> #:store (%store-prefix))
                                    dump-file))
      (let ((actual (get-hash)))
        (close-port hashed)
        (close-port input)
        (for-each waitpid processes)
        (newline (current-error-port))
        (if (equal? actual expected)
            (format port "success ~a ~a~%" (narinfo-hash narinfo) (narinfo-size narinfo))
            (format port "hash-mismatch ~a ~a ~a~%"
                    (hash-algorithm-name algorithm)
                    (bytevector->nix-base32-string expected)
                    (bytevector->nix-base32-string actual)))
        (force-output port)))))

(define (call-unless-unreachable thunk otherwise)
  "Call THUNK; when what it wants to fetch cannot be had, OTHERWISE."
  (guard (c ((http-get-error? c)
             (warning (G_ "download from '~a' failed: ~a, ~s~%")
                      (uri->string (http-get-error-uri c))
                      (http-get-error-code c)
                      (http-get-error-reason c))
             (otherwise)))
    (let ((result (catch #t
                    (lambda () (thunk) 'done)
                    (match-lambda*
                      (((or 'system-error 'getaddrinfo-error 'gnutls-error) . _) 'unreachable)
                      (args (apply throw args))))))
      (when (eq? result 'unreachable)
        (otherwise)))))

(define (substitute path destination port)
  "Fetch PATH to DESTINATION from one of the servers, and write to PORT what became of it."
  (define acl (current-acl))
  (define authorized? (authorization acl))

  (define (fetch-from-any narinfo urls)
    ;; Who has the item may not have been the one whose word counts.
    (match urls
      (() (leave (G_ "failed to find alternative substitute for '~a'~%") path))
      ((url . rest)
       (define (next) (fetch-from-any narinfo rest))
       (match (lookup-narinfos url (list path))
         ((other)
          (if (or (equivalent-narinfo? narinfo other) (authorized? other))
              (call-unless-unreachable (lambda () (fetch other destination port)) next)
              (next)))
         (_ (next))))))

  (match (lookup-narinfos/diverse (substitute-urls) (list path) authorized?)
    ((narinfo)
     (call-unless-unreachable
      (lambda () (fetch narinfo destination port))
      (lambda ()
        (format (current-error-port)
                (G_ "retrying download of '~a' with other substitute URLs...~%") path)
        (fetch-from-any narinfo (substitute-urls)))))
    (_
     (leave (G_ "no valid substitute for '~a'~%") path))))


;;;
;;; The command.
;;;

(define-command (guix-substitute . args)
  (category internal)
  (synopsis "implement the build daemon's substituter protocol")

  (define port
    (match (%reply-file-descriptor)
      (#f (current-output-port))
      (descriptor (fdopen descriptor "wl"))))

  (define (for-each-line proc)
    (let loop ()
      (match (read-line)
        ((? eof-object?) #t)
        (line (proc line) (loop)))))

  (for-each (lambda (url)
              (unless (string->uri url)
                (leave (G_ "~a: invalid URI~%") url)))
            (substitute-urls))
  (mkdir-p %narinfo-cache-directory)
  (with-error-handling
    (match args
      (("--query")
       (for-each-line (cut answer-query <> port)))
      (("--substitute")
       (for-each-line
        (lambda (line)
          (match (string-tokenize line)
            (("substitute" path destination) (substitute path destination port))
            (words (leave (G_ "unknown command: ~a~%") words))))))
      (((or "-V" "--version"))
       (show-version-and-exit "guix substitute"))
      ((or ("-h") ("--help"))
       (display (G_ "Usage: guix substitute --query|--substitute
Look for substitutes, or fetch them, as commands on standard input say.\n")))
      (_
       (leave (G_ "~a: unrecognized options~%") args)))))
