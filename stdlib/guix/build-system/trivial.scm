;;; Commentary:
;;;
;;; The build system that runs just what the package says: `#:builder', with `#:modules' imported.
;;; Interface: (guix build-system trivial) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system trivial)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix search-paths)
  #:use-module (guix build-system)
  #:use-module ((guix build-system gnu) #:select (with-build-variables))
  #:use-module (ice-9 match)
  #:export (trivial-build-system))

(define* (lower name
                #:key source inputs native-inputs outputs system target
                guile builder (modules '()) allowed-references)
  "Return a bag for NAME."
  (bag
    (name name)
    (system system)
    (target target)
    (host-inputs `(,@(if source
                         `(("source" ,source))
                         '())
                   ,@inputs))
    (build-inputs native-inputs)
    (outputs outputs)
    (build (if target trivial-cross-build trivial-build))
    (arguments `(#:guile ,guile
                 #:builder ,builder
                 #:modules ,modules
                 #:allowed-references ,allowed-references))))

(define (builder-gexp inputs outputs search-paths builder)
  "Return the gexp that sets up the variables of old-style builders and runs BUILDER."
  (with-build-variables inputs outputs
    (if (pair? builder) (sexp->gexp builder) builder)))

(define* (trivial-build name inputs
                        #:key
                        outputs guile system builder (modules '())
                        search-paths allowed-references)
  "Run build expression BUILDER for SYSTEM, with INPUTS."
  (mlet %store-monad ((guile (if guile
                                 (lower-object guile system)
                                 (default-guile-derivation system))))
    (gexp->derivation name
                      (with-imported-modules modules
                        (builder-gexp inputs outputs search-paths builder))
                      #:system system
                      #:target #f
                      #:graft? #f
                      #:allowed-references allowed-references
                      #:guile-for-build guile)))

(define* (trivial-cross-build name
                              #:key
                              target
                              build-inputs host-inputs target-inputs
                              outputs guile system builder (modules '())
                              search-paths native-search-paths
                              allowed-references)
  "Like `trivial-build', for TARGET."
  (mlet %store-monad ((guile (if guile
                                 (lower-object guile system)
                                 (default-guile-derivation system))))
    (gexp->derivation name
                      (with-imported-modules modules
                        (builder-gexp (append build-inputs host-inputs target-inputs)
                                      outputs search-paths builder))
                      #:system system
                      #:target target
                      #:graft? #f
                      #:allowed-references allowed-references
                      #:guile-for-build guile)))

(define trivial-build-system
  (build-system
    (name 'trivial)
    (description
     "Trivial build system, to run arbitrary Scheme build expressions")
    (lower lower)))
