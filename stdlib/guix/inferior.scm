;;; Commentary:
;;;
;;; Packages of other installations, of other commits as a rule, as they can be built and put into profiles here.  The processes
;;; are in (guix inferior processes).  Interface: (guix inferior) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix inferior)
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix inferior processes)
  #:use-module (guix profiles)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (ice-9 match)
  #:autoload (guix scripts pull) (channels-profile)
  #:re-export (inferior?
               open-inferior
               port->inferior
               close-inferior
               inferior-eval
               inferior-eval-with-store
               inferior-object?
               inferior-exception?
               inferior-exception-arguments
               inferior-exception-inferior
               inferior-exception-stack
               inferior-protocol-error?
               inferior-protocol-error-inferior
               read-repl-response)
  #:export (inferior-packages
            inferior-available-packages
            lookup-inferior-packages

            inferior-package?
            inferior-package-name
            inferior-package-version
            inferior-package-synopsis
            inferior-package-description
            inferior-package-home-page
            inferior-package-location
            inferior-package-inputs
            inferior-package-native-inputs
            inferior-package-propagated-inputs
            inferior-package-transitive-propagated-inputs
            inferior-package-native-search-paths
            inferior-package-transitive-native-search-paths
            inferior-package-search-paths
            inferior-package-replacement
            inferior-package-provenance
            inferior-package-derivation

            inferior-package->manifest-entry

            gexp->derivation-in-inferior

            %inferior-cache-directory
            cached-channel-instance
            inferior-for-channels))

(define-record-type <inferior-package>
  (make-inferior-package inferior name version id)
  inferior-package?
  (inferior inferior-package-inferior)
  (name     inferior-package-name)
  (version  inferior-package-version)
  (id       inferior-package-id))       ;its key in the table of the inferior

(set-record-type-printer! <inferior-package>
  (lambda (package port)
    (format port "#<inferior-package ~a@~a ~a>"
            (inferior-package-name package) (inferior-package-version package)
            (number->string (object-address package) 16))))

(define (cached inferior key thunk)
  "Return what THUNK returned when it was first called for KEY of INFERIOR."
  (let ((cache (inferior-cache inferior)))
    (or (hashq-ref cache key)
        (let ((value (thunk)))
          (hashq-set! cache key value)
          value))))


;;; Collections.

(define %package-data
  ;; A procedure of inferiors: it remembers a package and tells of it.
  '(lambda (package)
     (let ((id (object-address package)))
       (hashv-set! %package-table id package)
       (list (package-name package) (package-version package) id))))

(define (data->package inferior data)
  (match data
    ((name version id) (make-inferior-package inferior name version id))))

(define (inferior-packages inferior)
  "Return the list of the packages of INFERIOR."
  (cached inferior 'packages
          (lambda ()
            (map (lambda (data) (data->package inferior data))
                 (inferior-eval `(let ((tell ,%package-data))
                                   (fold-packages (lambda (package result)
                                                    (cons (tell package) result))
                                                  '()))
                                inferior)))))

(define (inferior-available-packages inferior)
  "Return the list of (NAME . VERSION) of the packages of INFERIOR, without their definitions."
  (if (inferior-eval '(defined? 'fold-available-packages) inferior)
      (inferior-eval '(fold-available-packages
                       (lambda* (name version result #:key supported? deprecated? #:allow-other-keys)
                         (if (and supported? (not deprecated?))
                             (acons name version result)
                             result))
                       '())
                     inferior)
      (map (lambda (package)
             (cons (inferior-package-name package) (inferior-package-version package)))
           (inferior-packages inferior))))

(define (packages-by-name inferior)
  "Return the table from names to lists of packages of INFERIOR."
  (cached inferior 'packages-by-name
          (lambda ()
            (let ((table (make-hash-table)))
              (for-each (lambda (package)
                          (let ((name (inferior-package-name package)))
                            (hash-set! table name (cons package (hash-ref table name '())))))
                        (inferior-packages inferior))
              table))))

(define* (lookup-inferior-packages inferior name #:optional version)
  "Return the packages of INFERIOR called NAME, of a version that starts with VERSION unless it is #f, newest first."
  (sort (filter (lambda (package)
                  (or (not version)
                      (version-prefix? version (inferior-package-version package))))
                (hash-ref (packages-by-name inferior) name '()))
        (lambda (a b)
          (version>? (inferior-package-version a) (inferior-package-version b)))))


;;; Fields.

(define (inferior-package-field package getter)
  "Return what GETTER, an expression of inferiors, returns for PACKAGE there."
  (inferior-eval `(,getter (hashv-ref %package-table ,(inferior-package-id package)))
                 (inferior-package-inferior package)))

(define (text-field package getter translate?)
  (inferior-package-field package
                          (if translate?
                              `(compose (@ (guix ui) P_) ,getter)
                              getter)))

(define* (inferior-package-synopsis package #:key (translate? #t))
  "Return the synopsis of PACKAGE, in Texinfo, in the user's language if TRANSLATE? is true."
  (text-field package 'package-synopsis translate?))

(define* (inferior-package-description package #:key (translate? #t))
  "Return the description of PACKAGE, in Texinfo, in the user's language if TRANSLATE? is true."
  (text-field package 'package-description translate?))

(define (inferior-package-home-page package)
  "Return the URL that the inferior gives as the home page of PACKAGE."
  (inferior-package-field package 'package-home-page))

(define (inferior-package-location package)
  "Return where PACKAGE is defined, a <location>, or #f."
  (source-properties->location
   (inferior-package-field package
                           '(lambda (package)
                              (let ((location (package-location package)))
                                (and location (location->source-properties location)))))))

(define (inputs package getter)
  "Return the inputs of PACKAGE that GETTER returns; packages among them are inferior ones."
  (define inferior (inferior-package-inferior package))

  (map (match-lambda
         ((label ('package . data) . rest)
          (cons* label (data->package inferior data) rest))
         (other other))
       (inferior-package-field package
                               `(lambda (package)
                                  (map (match-lambda
                                         ((label (? package? input) . rest)
                                          (cons* label (cons 'package (,%package-data input)) rest))
                                         (other other))
                                       (,getter package))))))

(define (inferior-package-inputs package)
  "Return the inputs of PACKAGE."
  (inputs package 'package-inputs))

(define (inferior-package-native-inputs package)
  "Return the native inputs of PACKAGE."
  (inputs package 'package-native-inputs))

(define (inferior-package-propagated-inputs package)
  "Return the propagated inputs of PACKAGE."
  (inputs package 'package-propagated-inputs))

(define (inferior-package-transitive-propagated-inputs package)
  "Return the propagated inputs of PACKAGE and those that come with them."
  (inputs package 'package-transitive-propagated-inputs))

(define (search-paths package getter)
  (map sexp->search-path-specification
       (inferior-package-field package
                               `(lambda (package)
                                  (map (@ (guix search-paths) search-path-specification->sexp)
                                       (,getter package))))))

(define (inferior-package-native-search-paths package)
  "Return the native search paths of PACKAGE."
  (search-paths package 'package-native-search-paths))

(define (inferior-package-search-paths package)
  "Return the search paths of PACKAGE."
  (search-paths package 'package-search-paths))

(define (inferior-package-transitive-native-search-paths package)
  "Return the native search paths of PACKAGE and of what it propagates."
  (search-paths package 'package-transitive-native-search-paths))

(define (inferior-package-replacement package)
  "Return the package that PACKAGE is grafted with, or #f."
  (match (inferior-package-field package
                                 `(lambda (package)
                                    (match (package-replacement package)
                                      ((? package? replacement) (,%package-data replacement))
                                      (_ #f))))
    (#f #f)
    (data (data->package (inferior-package-inferior package) data))))

(define (inferior-package-provenance package)
  "Return where PACKAGE comes from, as `package-provenance' does, or #f."
  (inferior-package-field package
                          '(or (false-if-exception (@ (guix describe) package-provenance))
                               (const #f))))


;;; Derivations.

(define* (inferior-package-derivation store package
                                      #:optional (system (%current-system))
                                      #:key target)
  "Return the derivation of PACKAGE, whose inferior is still there, for SYSTEM, or to run on TARGET."
  (read-derivation-from-file
   (inferior-eval-with-store
    (inferior-package-inferior package) store
    `(lambda (store)
       (let ((package (hashv-ref %package-table ,(inferior-package-id package))))
         (derivation-file-name
          ,(if target
               `(package-cross-derivation store package ,target ,system)
               `(package-derivation store package ,system))))))))

(define-gexp-compiler (inferior-package-compiler (package <inferior-package>) system target)
  ((store-lift inferior-package-derivation) package system #:target target))

(define* (gexp->derivation-in-inferior name exp guix
                                       #:key silent-failure? #:allow-other-keys #:rest rest)
  "Return, as a monadic value, a derivation that evaluates EXP with GUIX, an object that lowers to an installation of Guix.
With SILENT-FAILURE?, the output is an empty directory when GUIX has no `guix repl'.  Other arguments are for
`gexp->derivation'."
  (define script
    (scheme-file "inferior-script.scm" exp))

  (apply gexp->derivation name
         #~(begin
             (use-modules (ice-9 popen))
             ;; The script writes it; so that it is an output of this builder, it is mentioned here.
             #$output
             (let ((pipe (open-pipe* OPEN_WRITE #+(file-append guix "/bin/guix") "repl" "-t" "machine")))
               (write '(primitive-load #$script) pipe)
               (unless (zero? (close-pipe pipe))
                 (if #$silent-failure?
                     (mkdir #$output)
                     (error "inferior failed" #+guix)))))
         (strip-keyword-arguments '(#:silent-failure?) rest)))


;;; Profiles.

(define* (inferior-package->manifest-entry package #:optional (output "out") #:key (properties '()))
  "Return the entry of manifests for OUTPUT of PACKAGE."
  (define entries (make-hash-table))

  (define (entry package output parent)
    (define key
      (list (inferior-package-id package) output))

    (or (hash-ref entries key)
        (letrec* ((dependencies
                   (map (match-lambda
                          ((_ package) (entry package "out" (delay result)))
                          ((_ package output) (entry package output (delay result))))
                        (inferior-package-propagated-inputs package)))
                  (result
                   (manifest-entry
                     (name (inferior-package-name package))
                     (version (inferior-package-version package))
                     (output output)
                     (item package)
                     (dependencies (delete-duplicates dependencies))
                     (search-paths (inferior-package-transitive-native-search-paths package))
                     (parent parent)
                     (properties properties))))
          (hash-set! entries key result)
          result)))

  (entry package output (delay #f)))


;;; Channels.

(define %inferior-cache-directory
  ;; Kept for programs that set it: what was made of channels is where `strata pull' has it.
  (make-parameter (string-append (cache-directory #:ensure? #f) "/inferiors")))

(define* (cached-channel-instance store channels
                                  #:key (authenticate? #t)
                                  (cache-directory (%inferior-cache-directory))
                                  (ttl (* 3600 24 30)))
  "Return a directory with an installation that has the modules of CHANNELS, and bin/guix."
  (channels-profile channels #:authenticate? authenticate?))

(define* (inferior-for-channels channels
                                #:key (cache-directory (%inferior-cache-directory))
                                (ttl (* 3600 24 30)))
  "Return an inferior with the modules of CHANNELS."
  (open-inferior (channels-profile channels)))
