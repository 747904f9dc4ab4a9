;;; Commentary:
;;;
;;; What test suites of programs on the store share: connections, random data, servers of substitutes in a directory,
;;; packages with nothing in them.  Interface: (guix tests) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix tests)
  #:use-module (guix store)
  #:use-module (guix derivations)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix base16)
  #:use-module (guix base32)
  #:use-module (guix serialization)
  #:use-module (guix utils)
  #:use-module (guix gexp)
  #:use-module (guix build-system gnu)
  #:use-module ((gcrypt hash) #:select (file-sha256))
  #:use-module (gnu packages bootstrap)
  #:use-module ((strata store) #:select (%seed-derivation))
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-64)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (web uri)
  #:export (open-connection-for-tests
            with-external-store
            %seed
            random-text
            random-bytevector
            file=?
            canonical-file?
            network-reachable?
            shebang-too-long?
            with-environment-variable
            search-bootstrap-binary
            mock
            %test-substitute-urls
            test-assertm
            test-equalm
            %substitute-directory
            with-derivation-narinfo
            with-derivation-substitute
            dummy-package
            dummy-origin
            gnu-make-for-tests
            test-file))


;;;
;;; Connections.
;;;

(define %test-substitute-urls
  ;; Where tests look for substitutes.
  (make-parameter (match (getenv "GUIX_BINARY_SUBSTITUTE_URL")
                    (#f '())
                    (url (list url)))))

(define* (open-connection-for-tests #:optional (uri (%daemon-socket-uri)))
  "Return a connection to the store at URI that builds everything itself, each derivation in five minutes at most, and
uses the bootstrap Guile; #f when there is none."
  (guard (c ((store-error? c)
             (format (current-error-port) "warning: no store to test with: ~s~%" c)
             #f))
    (let ((store (open-connection uri)))
      (set-build-options store
                         #:use-substitutes? #f
                         #:substitute-urls (%test-substitute-urls)
                         #:timeout 300)
      (%guile-for-build (package-derivation store %bootstrap-guile))
      store)))

(define (call-with-external-store proc)
  (let ((uri (getenv "NIX_REMOTE")))
    ;; The store of the user, while the tests have one of their own.
    (and uri
         (guard (c ((store-connection-error? c) #f))
           (let ((store (open-connection uri)))
             (dynamic-wind
               (const #t)
               (lambda () (proc store))
               (lambda () (close-connection store))))))))

(define-syntax-rule (with-external-store store exp ...)
  ;; Evaluate EXP with STORE bound to the store outside of the tests, or to #f.
  (call-with-external-store (lambda (store) exp ...)))

(define (seed-derivation store item)
  "Return the derivation of ITEM of the bootstrap seed, whatever collection the tests are about."
  (read-derivation-from-file (%seed-derivation (store-connection-handle store) item)))

(define static-bash
  ;; A shell that needs nothing else: what is added to a store on its own can run in a build.
  (let ((file "pool/main/b/bash/bash-static_5.2.15-2+b13_amd64.deb")
        (hash "f62e37fc6c2c14417f270323066b4c621db5dc151a26f7a1f58e3fc24111d1c8"))
    (lambda (store system)
      (let* ((tools    (seed-derivation store "tools"))
             (binutils (seed-derivation store "binutils"))
             (archive  (derivation store (basename file) "builtin:download" '()
                                   #:system "builtin"
                                   #:env-vars `(("url" . ,(object->string (string-append "mirror://debian/" file))))
                                   #:hash-algo 'sha256 #:hash (base16-string->bytevector hash)))
             (programs (string-append (derivation->output-path tools) "/bin")))
        (derivation store "bash-static" (string-append programs "/bash")
                    `("-c" ,(string-append "mkdir $out && ar p $archive data.tar.xz | tar -xJ --strip-components=2 -C $out "
                                           "./bin/bash-static && mv $out/bash-static $out/bash"))
                    #:system system
                    #:inputs (map derivation-input (list tools binutils archive))
                    #:env-vars `(("archive" . ,(derivation->output-path archive))
                                 ("PATH" . ,(string-append programs ":" (derivation->output-path binutils) "/bin"))))))))

(define (search-bootstrap-binary file-name system)
  "Return the name of the program FILE-NAME for SYSTEM, a file in the store: of a shell that needs no other file, or of
one of the tools of the bootstrap seed."
  (with-store store
    (let* ((shell? (string=? file-name "bash"))
           (drv    (if shell?
                       (static-bash store system)
                       (seed-derivation store "tools"))))
      ;; Build handlers of a test are for what the test builds.
      (with-build-handler (lambda (continue . _) (continue #t))
        (build-derivations store (list drv)))
      (string-append (derivation->output-path drv) (if shell? "/" "/bin/") file-name))))

(define (shebang-too-long?)
  "Return true when the first line of a script in the store would be longer than the kernel allows."
  (< 128 (+ (string-length (%store-prefix))
            (string-length "#!/")
            32
            (string-length "-bootstrap-binaries-0/bin/bash\0"))))


;;;
;;; Random data and files.
;;;

(define random-state
  (delay
    (let ((seed (match (getenv "GUIX_TESTS_RANDOM_SEED")
                  (#f (logxor (getpid) (car (gettimeofday))))
                  (text (string->number text)))))
      (format (current-error-port) "random seed for tests: ~a~%" seed)
      (seed->random-state seed))))

(define (%seed)
  "Return the state of the random numbers of this process's tests."
  (force random-state))

(define (random-text)
  "Return a random number in base 16."
  (number->string (random (expt 2 256) (%seed)) 16))

(define (random-bytevector n)
  "Return N bytes at random."
  (u8-list->bytevector (map (lambda (_) (random 256 (%seed))) (iota n))))

(define* (file=? a b #:optional (stat lstat))
  "Return true when the files A and B, as STAT describes them, have the same type and contents."
  (define (contents file)
    (call-with-input-file file get-bytevector-all #:binary #t))
  (let ((first (stat a))
        (second (stat b)))
    (and (eq? (stat:type first) (stat:type second))
         (match (stat:type first)
           ('regular
            (or (and (= (stat:ino first) (stat:ino second))
                     (= (stat:dev first) (stat:dev second)))
                (equal? (contents a) (contents b))))
           ('symlink
            (string=? (readlink a) (readlink b)))
           (type
            (error "files of this type cannot be compared" type a))))))

(define (canonical-file? file)
  "Return true when FILE is as files in the store are: nobody may write to it, and it is as old as the epoch."
  (or (not (string-prefix? (%store-prefix) file))
      (let ((stat (lstat file)))
        (or (eq? 'symlink (stat:type stat))
            (and (= 1 (stat:mtime stat))
                 (zero? (logand #o222 (stat:mode stat))))))))

(define (network-reachable?)
  "Return true when names of hosts can be looked up."
  (false-if-exception (getaddrinfo "www.gnu.org" "80" AI_NUMERICSERV)))

(define-syntax-rule (mock (module name replacement) body ...)
  ;; Evaluate BODY while NAME of MODULE is bound to REPLACEMENT.
  (let* ((where (resolve-module 'module))
         (usual (module-ref where 'name)))
    (dynamic-wind
      (lambda () (module-set! where 'name replacement))
      (lambda () body ...)
      (lambda () (module-set! where 'name usual)))))

(define-syntax-rule (with-environment-variable variable value body ...)
  ;; Evaluate BODY while the environment variable VARIABLE has VALUE.
  (let ((usual (getenv variable)))
    (dynamic-wind
      (lambda () (setenv variable value))
      (lambda () body ...)
      (lambda ()
        (if usual (setenv variable usual) (unsetenv variable))))))

(define-syntax-rule (test-assertm name exp)
  ;; Like `test-assert' of a monadic value.
  (test-assert name
    (let ((store (open-connection-for-tests)))
      (dynamic-wind
        (const #t)
        (lambda ()
          (run-with-store store exp #:guile-for-build (%guile-for-build)))
        (lambda ()
          (close-connection store))))))

(define-syntax-rule (test-equalm name value exp)
  ;; Like `test-equal' of a monadic value.
  (test-equal name value
    (with-store store
      (run-with-store store exp #:guile-for-build (%guile-for-build)))))


;;;
;;; A directory that is a server of substitutes.
;;;

(define %substitute-directory
  (make-parameter (match (getenv "GUIX_BINARY_SUBSTITUTE_URL")
                    (#f #f)
                    (url (uri-path (string->uri url))))))

(define (write-lines file lines)
  (call-with-output-file file
    (lambda (port)
      (for-each (match-lambda
                  ((key . value) (format port "~a: ~a~%" key value)))
                lines))))

(define* (call-with-derivation-narinfo drv thunk #:key (sha256 (make-bytevector 32 0)) (references '()))
  "Call THUNK while the substitute directory says that it has the output of DRV."
  (let* ((output  (derivation->output-path drv))
         (place   (lambda (name) (string-append (%substitute-directory) "/" name)))
         (info    (place "nix-cache-info"))
         (narinfo (place (string-append (store-path-hash-part output) ".narinfo"))))
    (dynamic-wind
      (lambda ()
        (write-lines info `(("StoreDir" . ,(%store-prefix)) ("WantMassQuery" . 0)))
        (write-lines narinfo
                     `(("StorePath" . ,output)
                       ("URL" . "example.nar")
                       ("Compression" . "none")
                       ("NarSize" . 1234)
                       ("NarHash" . ,(string-append "sha256:" (bytevector->nix-base32-string sha256)))
                       ("References" . ,(string-join (map basename references)))
                       ("System" . ,(derivation-system drv))
                       ("Deriver" . ,(basename (derivation-file-name drv))))))
      thunk
      (lambda ()
        (for-each delete-file (list narinfo info))))))

(define-syntax with-derivation-narinfo
  ;; Evaluate BODY while DRV looks as if there were a substitute of it.
  (syntax-rules (sha256 references =>)
    ((_ drv (sha256 => hash) (references => items) body ...)
     (call-with-derivation-narinfo drv (lambda () body ...) #:sha256 hash #:references items))
    ((_ drv (sha256 => hash) body ...)
     (call-with-derivation-narinfo drv (lambda () body ...) #:sha256 hash))
    ((_ drv body ...)
     (call-with-derivation-narinfo drv (lambda () body ...)))))

(define* (call-with-derivation-substitute drv contents thunk #:key sha256 (references '()))
  "Call THUNK while the substitute directory has CONTENTS, a string, as the output of DRV."
  (let ((file (string-append (%substitute-directory) "/example.out"))
        (nar  (string-append (%substitute-directory) "/example.nar")))
    (dynamic-wind
      (lambda ()
        (call-with-output-file file (lambda (port) (display contents port)))
        (call-with-output-file nar (lambda (port) (write-file file port)) #:binary #t))
      (lambda ()
        (call-with-derivation-narinfo drv thunk
                                      #:sha256 (or sha256 (file-sha256 nar))
                                      #:references references))
      (lambda ()
        (for-each delete-file (list file nar))))))

(define-syntax with-derivation-substitute
  ;; Evaluate BODY while there is a substitute of DRV with CONTENTS.
  (syntax-rules (sha256 references =>)
    ((_ drv contents (sha256 => hash) (references => items) body ...)
     (call-with-derivation-substitute drv contents (lambda () body ...) #:sha256 hash #:references items))
    ((_ drv contents (sha256 => hash) body ...)
     (call-with-derivation-substitute drv contents (lambda () body ...) #:sha256 hash))
    ((_ drv contents body ...)
     (call-with-derivation-substitute drv contents (lambda () body ...)))))


;;;
;;; Packages and origins.
;;;

(define-syntax-rule (dummy-package package-name field ...)
  ;; A package with nothing but PACKAGE-NAME and FIELDs.
  (let ((nothing (package
                   (name package-name)
                   (version "0")
                   (source #f)
                   (build-system gnu-build-system)
                   (synopsis #f)
                   (description #f)
                   (home-page #f)
                   (license #f))))
    (package (inherit nothing) field ...)))

(define-syntax-rule (dummy-origin field ...)
  ;; An origin with nothing but FIELDs.
  (let ((nothing (origin
                   (method #f)
                   (uri "http://www.example.com")
                   (sha256 (base32 "0000000000000000000000000000000000000000000000000000")))))
    (origin (inherit nothing) field ...)))

(define gnu-make-for-tests
  ;; A package that takes little to build.  Collections from their bootstrap on, with -L, have others than the own one.
  (match (module-variable (resolve-interface '(gnu packages bootstrap)) '%bootstrap-ld-wrapper)
    (#f %bootstrap-guile)
    (variable (variable-ref variable))))

(define (test-file store name content)
  "Add a file NAME with CONTENT, a string, compressed as its extension says, to STORE.  Return its name and hash."
  (define compression
    (match (file-extension name)
      ("gz" 'gzip) ("xz" 'xz) ("bz2" 'bzip2) (_ 'none)))

  (call-with-temporary-directory
   (lambda (directory)
     (let ((file (string-append directory "/" name)))
       (call-with-output-file file
         (lambda (port)
           (call-with-compressed-output-port compression port
             (lambda (compressed)
               (display content compressed)))))
       (let ((item (add-to-store store name #f "sha256" file)))
         (values item (file-sha256 item)))))))
