;;; Commentary:
;;;
;;; Services and how they extend each other: a graph that is folded into the value of one of them.  The types here are those
;;; at its root, without the ones that start or activate a machine.
;;; Interface: (gnu services) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu services)
  #:use-module (guix diagnostics)
  #:use-module (guix discovery)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix profiles)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix ui)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:re-export (delete)
  #:export (service-extension
            service-extension?
            service-extension-target
            service-extension-compute
            service-type
            service-type?
            service-type-name
            service-type-extensions
            service-type-compose
            service-type-extend
            service-type-default-value
            service-type-description
            service-type-location
            %service-type-path
            fold-service-types
            lookup-service-types
            service
            service?
            service-kind
            service-value
            service-parameters
            simple-service
            modify-services
            service-back-edges
            instantiate-missing-services
            fold-services
            service-error?
            missing-value-service-error?
            missing-value-service-error-type
            missing-value-service-error-location
            missing-target-service-error?
            missing-target-service-error-service
            missing-target-service-error-target-type
            ambiguous-target-service-error?
            ambiguous-target-service-error-service
            ambiguous-target-service-error-target-type
            system-service-type
            boot-service-type
            %boot-service
            etc-service-type
            etc-directory
            etc-service
            profile-service-type
            gc-root-service-type))

(define-record-type <service-extension>
  (service-extension target compute)
  service-extension?
  (target service-extension-target)
  (compute service-extension-compute))

(define %no-value
  ;; Stands for the default value of types that have none.
  (list 'no-value))

(define-record-type* <service-type> service-type make-service-type
  service-type?
  (name service-type-name)
  (extensions service-type-extensions)
  (compose service-type-compose (default #f))
  (extend service-type-extend (default #f))
  (default-value service-type-default-value (default %no-value))
  (description service-type-description)
  (location service-type-location
            (default (and=> (current-source-location) source-properties->location))
            (innate)))

(set-record-type-printer! <service-type>
                          (lambda (type port)
                            (format port "#<service-type ~a ~a>" (service-type-name type)
                                    (number->string (object-address type) 16))))

(define-record-type <service>
  (make-service type value)
  service?
  (type service-kind)
  (value service-value))

(define service-parameters
  ;; The old name.
  service-value)

(define-condition-type &service-error &error
  service-error?)

(define-condition-type &missing-value-service-error &service-error
  missing-value-service-error?
  (type missing-value-service-error-type)
  (location missing-value-service-error-location))

(define-condition-type &missing-target-service-error &service-error
  missing-target-service-error?
  (service missing-target-service-error-service)
  (target-type missing-target-service-error-target-type))

(define-condition-type &ambiguous-target-service-error &service-error
  ambiguous-target-service-error?
  (service ambiguous-target-service-error-service)
  (target-type ambiguous-target-service-error-target-type))

(define (service-of-defaults type properties)
  "Return a service of TYPE with its default value; PROPERTIES say where it is asked for."
  (match (service-type-default-value type)
    ((? (lambda (value) (eq? value %no-value)))
     (let ((location (source-properties->location properties)))
       (raise (make-compound-condition
               (condition (&missing-value-service-error (type type) (location location)))
               (formatted-message (G_ "~a: no value specified for service of type '~a'")
                                  (location->string location)
                                  (service-type-name type))))))
    (value (make-service type value))))

(define-syntax service
  (syntax-rules ()
    "Return a service of a type, with a value or with the type's default value."
    ((_ type)
     (service-of-defaults type (current-source-location)))
    ((_ type value)
     (make-service type value))))

(define (simple-service name target value)
  "Return a service called NAME that does nothing but extend the one of type TARGET with VALUE."
  (make-service (service-type
                 (name name)
                 (extensions (list (service-extension target identity)))
                 (description "This is a simple service."))
                value))

(define-syntax modify-service
  (syntax-rules (=> delete)
    ;; The service that the clauses make of one, #f if they delete it.
    ((_ candidate)
     candidate)
    ((_ candidate (delete type) clause ...)
     (and (not (eq? (service-kind candidate) type))
          (modify-service candidate clause ...)))
    ((_ candidate (type value => body ...) clause ...)
     (if (eq? (service-kind candidate) type)
         (make-service type (let ((value (service-value candidate))) body ...))
         (modify-service candidate clause ...)))))

(define-syntax-rule (modify-services services clause ...)
  ;; The services with other values, for clauses (TYPE VALUE => BODY …), and without those of a clause (delete TYPE).
  (filter-map (lambda (candidate)
                (modify-service candidate clause ...))
              services))

;;;
;;; The graph.
;;;

(define (services-of-type type services)
  (filter (lambda (service) (eq? (service-kind service) type)) services))

(define (raise-missing-target service type)
  (raise (condition
          (&missing-target-service-error (service service) (target-type type))
          (&message
           (message (if service
                        (format #f (G_ "no target of type '~a' for service '~a'")
                                (service-type-name type)
                                (service-type-name (service-kind service)))
                        (format #f (G_ "service of type '~a' not found") (service-type-name type))))))))

(define (only-service-of-type type services service)
  "Return the service of TYPE among SERVICES, which SERVICE extends, or tell that there are none or several."
  (match (services-of-type type services)
    ((target) target)
    (() (raise-missing-target service type))
    (_
     (raise (condition
             (&ambiguous-target-service-error (service service) (target-type type))
             (&message
              (message (format #f (G_ "more than one target service of type '~a'") (service-type-name type)))))))))

(define (service-back-edges services)
  "Return a procedure that returns the services among SERVICES that extend the one it is given."
  (let ((extending (make-hash-table)))
    (for-each (lambda (service)
                (for-each (lambda (extension)
                            (let ((target (only-service-of-type (service-extension-target extension) services service)))
                              (hashq-set! extending target
                                          (cons service (hashq-ref extending target '())))))
                          (service-type-extensions (service-kind service))))
              services)
    (lambda (service)
      (hashq-ref extending service '()))))

(define (instantiate-missing-services services)
  "Return SERVICES with the services that they extend, directly or not, and that are not among them; these have the default
values of their types."
  (let loop ((pending services) (services services))
    (match pending
      (() services)
      ((service . rest)
       (let ((new (filter-map
                   (lambda (extension)
                     (let ((type (service-extension-target extension)))
                       (and (null? (services-of-type type services))
                            (if (eq? (service-type-default-value type) %no-value)
                                (raise-missing-target service type)
                                (make-service type (service-type-default-value type))))))
                   (delete-duplicates (service-type-extensions (service-kind service))
                                      (lambda (a b)
                                        (eq? (service-extension-target a) (service-extension-target b)))))))
         (loop (append rest new) (append (reverse new) services)))))))

(define* (fold-services services #:key (target-type system-service-type))
  "Return the service of TARGET-TYPE among SERVICES with the value that it has after all extensions, of it and of those that
extend it."
  (define extending (service-back-edges services))
  (define folded (make-hash-table))

  (define (extension-of target)
    (lambda (service)
      (any (lambda (extension)
             (and (eq? (service-extension-target extension) (service-kind target))
                  ((service-extension-compute extension) (service-value service))))
           (service-type-extensions (service-kind service)))))

  (define (fold service)
    (or (hashq-ref folded service)
        (let* ((type (service-kind service))
               (extensions (map (extension-of service) (map fold (extending service))))
               (result (if (service-type-extend type)
                           (make-service type
                                         ((service-type-extend type) (service-value service)
                                          ((service-type-compose type) extensions)))
                           service)))
          (hashq-set! folded service result)
          result)))

  (fold (only-service-of-type target-type services #f)))

;;;
;;; Finding types.
;;;

(define %service-type-path
  ;; Where modules with types of services are.
  (make-parameter
   (map (lambda (directory)
          (cons (dirname (dirname (or (search-path %load-path "gnu/services.scm") "gnu/services.scm"))) directory))
        '("gnu/services" "gnu/system"))))

(define* (fold-service-types proc seed #:optional
                             (modules (cons (resolve-interface '(gnu services))
                                            (all-modules (%service-type-path) #:warn warn-about-load-error))))
  "Call PROC with each type of services that MODULES export and what it returned before, SEED at first; return the last."
  (fold-module-public-variables (lambda (object result)
                                  (if (service-type? object)
                                      (proc object result)
                                      result))
                                seed
                                modules))

(define (lookup-service-types name)
  "Return the types of services called NAME, a symbol."
  (fold-service-types (lambda (type result)
                        (if (eq? (service-type-name type) name)
                            (cons type result)
                            result))
                      '()))

;;;
;;; The root: a directory that refers to all of a system.
;;;

(define (system-derivation entries extensions)
  "Return, as a monadic value, the directory with ENTRIES and those of EXTENSIONS, monadic values."
  (mlet %store-monad ((more (mapm/accumulate-builds identity extensions)))
    (lower-object (file-union "system" (append entries (concatenate more))))))

(define system-service-type
  (service-type
   (name 'system)
   (extensions '())
   (compose identity)
   (extend system-derivation)
   (description "The directory of an operating system, which refers to everything that belongs to it.")))

(define boot-service-type
  (service-type
   (name 'boot)
   (extensions (list (service-extension system-service-type
                                        (lambda (script)
                                          (mlet %store-monad ((script script))
                                            (return `(("boot" ,script))))))))
   (compose identity)
   ;; What the system itself adds comes last.
   (extend (lambda (_ expressions)
             (gexp->file "boot" #~(begin #$@(reverse expressions)))))
   (description "The program that the initial RAM disk runs when the root file system is there.")))

(define %boot-service (service boot-service-type #t))

(define (etc-directory service)
  "Return the directory /etc of SERVICE, a folded service of type 'etc-service-type'."
  (files->etc-directory (service-value service)))

(define (files->etc-directory files)
  (let loop ((rest files) (seen '()))
    (match rest
      (() (file-union "etc" files))
      (((name . _) . rest)
       (if (member name seen)
           (raise (formatted-message (G_ "duplicate '~a' entry for /etc") name))
           (loop rest (cons name seen)))))))

(define etc-service-type
  (service-type
   (name 'etc)
   (extensions (list (service-extension system-service-type
                                        (lambda (files)
                                          (with-monad %store-monad
                                            (return `(("etc" ,(files->etc-directory files)))))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "The files of @file{/etc}.")))

(define (etc-service files)
  "Return a service that adds FILES, a list of lists of a name and a file-like object, to /etc."
  (service etc-service-type files))

(define profile-service-type
  (service-type
   (name 'profile)
   (extensions (list (service-extension system-service-type
                                        (lambda (packages)
                                          ;; The manifest is made where the target is known.
                                          (mlet %store-monad ((_ (current-target-system)))
                                            (return `(("profile"
                                                       ,(profile
                                                         (content (packages->manifest
                                                                   (delete-duplicates packages eq?)))))))))))) 
   (compose concatenate)
   (extend append)
   (description "The packages that all users of a system have.")))

(define gc-root-service-type
  (service-type
   (name 'gc-roots)
   (extensions (list (service-extension
                      system-service-type
                      (lambda (roots)
                        (if (null? roots)
                            (with-monad %store-monad (return '()))
                            (mlet %store-monad
                                ((directory (gexp->derivation
                                             "gc-roots"
                                             #~(begin
                                                 (mkdir #$output)
                                                 (chdir #$output)
                                                 (let loop ((roots '#$roots) (number 0))
                                                   (unless (null? roots)
                                                     (symlink (car roots) (number->string number))
                                                     (loop (cdr roots) (+ number 1))))))))
                              (return `(("gc-roots" ,directory)))))))))
   (compose concatenate)
   (extend append)
   (default-value '())
   (description "Items of the store that stay as long as the system.")))
