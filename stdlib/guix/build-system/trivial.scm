;;; Commentary:
;;;
;;; The build system that just runs a given expression.  Interface: (guix build-system trivial) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system trivial)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix store)
  #:export (trivial-build-system))

(define* (lower name
                #:key source inputs native-inputs outputs system target
                guile builder (modules '()) allowed-references)
  "Return a bag for NAME: there are no implicit inputs."
  (bag
    (name name)
    (system system)
    (target target)
    (host-inputs (if source
                     (cons `("source" ,source) inputs)
                     inputs))
    (build-inputs native-inputs)
    (outputs outputs)
    (build (if target trivial-cross-build trivial-build))
    (arguments (list #:guile guile
                     #:builder builder
                     #:modules modules
                     #:allowed-references allowed-references))))

(define (run-builder name inputs outputs builder guile system . options)
  "Return as a monadic value the derivation NAME that runs BUILDER, an S-expression or a gexp, with INPUTS and OUTPUTS
bound as variables."
  (mlet %store-monad ((guile (cond ((not guile) (default-guile-derivation system))
                                   ((package? guile) (package->derivation guile system #:graft? #f))
                                   (else (lower-object guile system)))))
    (apply gexp->derivation name
           (with-build-variables inputs outputs
             (if (pair? builder) (sexp->gexp builder) builder))
           #:system system
           #:graft? #f
           #:guile-for-build guile
           options)))

(define* (trivial-build name inputs
                        #:key
                        outputs guile system builder (modules '())
                        search-paths allowed-references)
  "Return as a monadic value the derivation NAME that runs BUILDER with INPUTS."
  (run-builder name inputs outputs builder guile system
               #:target #f
               #:modules modules
               #:allowed-references allowed-references))

(define* (trivial-cross-build name
                              #:key
                              target source build-inputs target-inputs host-inputs
                              outputs guile system builder (modules '())
                              search-paths native-search-paths allowed-references)
  "Like `trivial-build', for TARGET."
  (run-builder name (append build-inputs target-inputs host-inputs)
               outputs builder guile system
               #:target target
               #:modules modules
               #:allowed-references allowed-references))

(define trivial-build-system
  (build-system
    (name 'trivial)
    (description
     "Trivial build system, to run arbitrary Scheme build expressions")
    (lower lower)))
