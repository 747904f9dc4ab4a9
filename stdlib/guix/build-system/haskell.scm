;;; Commentary:
;;;
;;; The build system of Haskell packages that have a `Setup.hs' or a Cabal file.
;;; The phases are in (guix build haskell-build-system).
;;; Interface: (guix build-system haskell) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system haskell)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (hackage-uri

            %haskell-build-system-modules
            haskell-build
            haskell-build-system))

(define (hackage-uri name version)
  "Return the URI of the source of the Haskell package NAME at VERSION on Hackage."
  (string-append "https://hackage.haskell.org/package/" name "/" name "-" version ".tar.gz"))

(define %haskell-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build haskell-build-system)
    ,@%gnu-build-system-modules))

(define (revision-url url revision)
  "Return the URL of REVISION of the Cabal file that belongs to URL, a source on Hackage: next to the package's
directory, in that of its version."
  (let ((directory (dirname (dirname url)))
        (version (basename url ".tar.gz")))
    (string-append directory "/" version "/revision/" revision ".cabal")))

(define (cabal-revision name arguments)
  "Return the input that is the revised Cabal file, when the arguments have one."
  (match (keyword-argument arguments #:cabal-revision)
    (#f '())
    ((revision hash)
     (let ((source (keyword-argument arguments #:source)))
       `(("cabal-revision"
          ,(origin
             (method url-fetch)
             (uri (revision-url (origin-uri source) revision))
             (sha256 (base32 hash))
             (file-name (string-append name "-" revision ".cabal")))))))))

(define haskell-build
  (native-builder 'haskell-build
                  #:documentation "Build SOURCE, which has a `Setup.hs', with GHC and INPUTS."
                  #:imported-modules %haskell-build-system-modules
                  #:modules '((guix build haskell-build-system)
                              (guix build utils))
                  #:parameters '((outputs ("out" "static"))
                                 (haddock? #t)
                                 (haddock-flags '())
                                 (tests? #t)
                                 (test-target "test")
                                 ;; Parallel builds do not give the same result each time.
                                 parallel-build?
                                 (configure-flags '())
                                 (extra-directories '()))
                  #:arguments `(name source
                                (cabal-revision . ,(lambda (ref)
                                                     (or (assoc-ref (ref 'inputs) "cabal-revision")
                                                         '(#f))))
                                configure-flags
                                ;; Twice, as in Guix 1.4.
                                extra-directories extra-directories
                                haddock-flags system test-target tests? parallel-build? haddock? phases
                                (outputs . ,(lambda (ref) (list (outputs->gexp (ref 'outputs)))))
                                search-paths
                                (inputs . ,(lambda (ref) (list (input-tuples->gexp (ref 'inputs))))))))

(define (name-extra-directories arguments all)
  "Return ARGUMENTS with the inputs that #:extra-directories mentions replaced by code for the list of their labels and
those of what they propagate."
  (define inputs (keyword-argument all #:inputs (const '())))

  (substitute-keyword-arguments arguments
    ((#:extra-directories names)
     `(list ,@(append-map (lambda (name)
                            (match (assoc name inputs)
                              ((_ package)
                               (cons name (map first (package-transitive-propagated-inputs package))))))
                          names)))))

(define (lower name . arguments)
  "Return a bag for NAME."
  (apply (lowering haskell-build
                   #:tools `(("haskell" #:haskell ,(collection-variable '(gnu packages haskell) 'ghc)))
                   #:private '(#:cabal-revision #:outputs)
                   #:host-inputs (list 'source
                                       (lambda (arguments) (cabal-revision name arguments))
                                       'inputs 'standard)
                   ;; Static libraries go to an output of their own unless the package has others.
                   #:rewrite-outputs (lambda (outputs arguments)
                                       (match outputs
                                         (("out") '("static" "out"))
                                         (_ outputs)))
                   #:rewrite-arguments name-extra-directories)
         name arguments))

(define haskell-build-system
  (build-system
    (name 'haskell)
    (description "The standard Haskell build system")
    (lower lower)))
