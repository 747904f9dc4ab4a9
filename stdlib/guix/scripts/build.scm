;;; Commentary:
;;;
;;; What `strata build' does in Scheme: from what was asked for to derivations.  The options are parsed, and the
;;; derivations built, by runtime/cli/commands/build.ts.
;;;
;;; Code:

(define-module (guix scripts build)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix gexp positions)
  #:use-module (guix packages)
  #:use-module (guix utils)
  #:use-module (guix diagnostics)
  #:use-module (gnu packages)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (things->derivations
            evaluate-expression
            failure-location))

(define* (things->derivations things
                              #:key (system (%current-system)) target
                              (graft? #t) source?)
  "Return for each of THINGS the list of what to build for it.  A thing is a pair (KIND . TEXT) where KIND is `package' for
a specification, `expression' for Scheme source, `file' for a file of it; what to build is a derivation file name,
(FILE . OUTPUT) when only one output was asked for, or a store item.  With SOURCE?, the source of each package."
  (parameterize ((%builder-origins builder-origins)
                 (%graft? graft?)
                 (%current-system (or system (%current-system)))
                 (%current-target-system target))
    (with-store store
      (map (lambda (thing)
             (call-with-values (lambda () (resolve thing))
               (lambda (object output)
                 (map (lambda (object)
                        (lowered->result store
                                         (lower/checked store object (%current-system) target source?)
                                         output))
                      (if (list? object) object (list object))))))
           things))))

;; What was lowered here, for messages about builds that fail.
(define builder-origins (make-hash-table))
(define %builder-origins (@@ (guix gexp) %builder-origins))

(define (failure-location derivation builder text line column)
  "Return (FILE LINE COLUMN) of the recipe's form that LINE and COLUMN of BUILDER come from, a script with TEXT that
DERIVATION runs, or #f when that is not known."
  (match (false-if-exception
          (builder-place->location builder-origins derivation builder text line column))
    ((? location? location)
     (list (or (search-path (cons "" %load-path) (location-file location)) (location-file location))
           (location-line location) (location-column location)))
    (_ #f)))

(define (resolve thing)
  "Return two values: the object that THING denotes, and the output asked for, or #f."
  (match thing
    (('package . text)
     (call-with-values (lambda () (specification->package+output text #f))
       values))
    (('expression . text)
     (values (evaluate-expression text) #f))
    (('file . file)
     (values (load-file file) #f))))

(define (user-module)
  "Return a module in which expressions of the command line are evaluated."
  (let ((module (make-fresh-user-module)))
    (for-each (lambda (name)
                (module-use! module (resolve-interface name)))
              '((gnu packages) (guix packages) (guix gexp)))
    module))

(define (evaluate-expression text)
  "Return the value of the expressions in TEXT, of the last one."
  (let ((module (user-module)))
    (call-with-input-string text
      (lambda (port)
        (set-port-filename! port "<command line>")
        (let loop ((result *unspecified*))
          (match (read-syntax port)
            ((? eof-object?) result)
            (form (loop (eval form module)))))))))

(define (load-file file)
  "Return the value of the last form of FILE."
  (save-module-excursion
   (lambda ()
     (set-current-module (user-module))
     (primitive-load file))))

(define (dependency-cycle package)
  "Return a list of packages each of which has the next as an input, the last the first, among those that PACKAGE needs;
#f if there is none."
  (define done (make-hash-table))

  (let visit ((package package) (path '()))
    (cond ((memq package path)
           (reverse (cons package (take-while (negate (cut eq? package <>)) path))))
          ((hashq-ref done package) #f)
          (else
           (let ((cycle (any (match-lambda
                               ((_ (? package? input) . _) (visit input (cons package path)))
                               (_ #f))
                             (package-direct-inputs package))))
             (hashq-set! done package #t)
             cycle)))))

(define (lower/checked store object . arguments)
  "Like `lower', but when that does not come to an end because packages need each other, say which."
  (catch 'stack-overflow
    (lambda () (apply lower store object arguments))
    (lambda error
      (match (and (package? object) (dependency-cycle object))
        (#f (apply throw error))
        ((and cycle (first . _))
         (raise (condition
                 (&message
                  (message (format #f "dependency cycle: ~a"
                                   (string-join (map package-full-name (append cycle (list first)))
                                                " needs "))))
                 (&error-location (location (package-location first)))
                 (&fix-hint
                  (hint (string-join
                         (map (lambda (package)
                                (format #f "~a is at ~a" (package-full-name package)
                                        (location->string (package-location package))))
                              cycle)
                         "; "))))))))))

(define (lower store object system target source?)
  "Return the derivation or store item of OBJECT, a package, a file-like object, a derivation, a gexp, or a procedure
that returns a monadic value."
  (match object
    ((? package? package)
     (let ((package (or (and (not source?) (%graft?) (package-replacement package)) package)))
       (if source?
           (match (package-source package)
             (#f (raise (condition
                         (&message (message (format #f "package `~a' has no source"
                                                    (package-full-name package)))))))
             (source (run-with-store store (lower-object source system) #:system system)))
           (if target
               (package-cross-derivation store package target system)
               (package-derivation store package system)))))
    ((? derivation? drv) drv)
    ((? gexp? gexp)
     (run-with-store store (gexp->derivation "gexp" gexp #:system system #:target target)
                     #:system system))
    ((? file-like? object)
     (run-with-store store (lower-object object system #:target target)
                     #:system system #:target target))
    ((? procedure? proc)
     (lower store (run-with-store store (proc) #:system system) system target source?))
    ((? store-path? item) item)
    (_
     (raise (condition
             (&message (message (format #f "nothing that can be built: ~s" object))))))))

(define (lowered->result store lowered output)
  (match lowered
    ((? derivation? drv)
     (if output
         (begin
           (derivation->output-path drv output)
           (cons (derivation-file-name drv) output))
         (derivation-file-name drv)))
    ((? string? item) item)))
