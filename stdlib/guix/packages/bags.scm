;;; Commentary:
;;;
;;; From packages to bags and to derivations: implicit and propagated inputs, memoization, grafts.
;;; Recipes use it as (guix packages).  Interface: (guix packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix packages bags)
  #:use-module (guix packages definitions)
  #:use-module (guix packages mistakes)
  #:use-module (guix utils)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix gexp)
  #:use-module ((guix gexp origins) #:select (note-package! %packages-being-lowered))
  #:use-module (guix grafts)
  #:use-module (guix derivations)
  #:use-module (guix memoization)
  #:use-module (guix build-system)
  #:use-module (guix sets)
  #:use-module ((guix diagnostics) #:select (&error-location))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 vlist)
  #:export (transitive-input-references
            package-transitive-sources
            package-transitive-inputs package-transitive-target-inputs
            package-transitive-native-inputs package-transitive-propagated-inputs
            package-transitive-native-search-paths package-transitive-supported-systems
            package-development-inputs package-closure supported-package?

            package->bag bag->derivation bag-transitive-inputs bag-transitive-host-inputs
            bag-transitive-build-inputs bag-transitive-target-inputs bag-direct-inputs
            bag-grafts package-grafts

            default-guile default-guile-derivation set-guile-for-build
            package->derivation package->cross-derivation
            package-derivation package-cross-derivation package-output
            package-file))


;;;
;;; Transitive inputs.
;;;

(define (transitive-inputs inputs)
  "Return INPUTS, as they are, and then, level by level, the inputs they propagate, without duplicates."
  ;; The order is Guix's: it decides that of search paths, and thus the builder's text.
  (define (seen? seen package outputs)
    (match (vhash-assq package seen)
      ((_ . known) (equal? known outputs))
      (#f #f)))

  (let level ((inputs inputs) (result '()) (seen vlist-null) (first? #t))
    (let loop ((inputs inputs) (result result) (seen seen) (propagated '()))
      (match inputs
        (()
         (if (null? propagated)
             (reverse result)
             (level (reverse (concatenate propagated)) result seen #f)))
        (((and input (_ (? package? package) . outputs)) . rest)
         (if (and (not first?) (seen? seen package outputs))
             (loop rest result seen propagated)
             (loop rest
                   (cons input result)
                   (vhash-consq package outputs seen)
                   (cons (package-propagated-inputs package) propagated))))
        ((input . rest)
         (loop rest (cons input result) seen propagated))))))

(define (package-transitive-sources package)
  "Return PACKAGE's direct sources, and the direct sources of its inputs, transitively."
  (delete-duplicates
   (append-map (match-lambda
                 ((_ (? origin? orig) . _) (list orig))
                 ((_ (? package? p) . _) (package-direct-sources p))
                 (_ '()))
               (bag-transitive-inputs (package->bag package)))))

(define (package-transitive-inputs package)
  "Return the transitive inputs of PACKAGE: its direct inputs along with their propagated inputs, recursively."
  (transitive-inputs (package-direct-inputs package)))

(define (package-transitive-target-inputs package)
  "Return the transitive target inputs of PACKAGE: its direct inputs along with their propagated inputs."
  (transitive-inputs (append (package-inputs package) (package-propagated-inputs package))))

(define (package-transitive-native-inputs package)
  "Return the native inputs of PACKAGE along with their propagated inputs, recursively."
  (transitive-inputs (package-native-inputs package)))

(define (package-transitive-propagated-inputs package)
  "Return the propagated inputs of PACKAGE, and their propagated inputs, recursively."
  (transitive-inputs (package-propagated-inputs package)))

(define (package-transitive-native-search-paths package)
  "Return the list of search paths for PACKAGE and its propagated inputs, recursively."
  (append (package-native-search-paths package)
          (append-map (match-lambda
                        ((label (? package? p) _ ...) (package-native-search-paths p))
                        (_ '()))
                      (package-transitive-propagated-inputs package))))

(define (transitive-input-references alist inputs)
  "Return a list of expressions (assoc-ref ALIST LABEL), one for each of INPUTS and of the inputs they propagate."
  (map (match-lambda
         ((label . _) `(assoc-ref ,alist ,label)))
       (transitive-inputs inputs)))

(define (input-packages inputs)
  "Return the packages among INPUTS."
  (filter-map (match-lambda
                ((_ (? package? package) . _) package)
                (_ #f))
              inputs))

(define package-transitive-supported-systems
  (let ((tables (make-hash-table)))
    (define (supported-systems package system table path)
      (match (hashq-ref table package)
        ((systems) systems)
        ;; A cycle is told when somebody builds it; it does not change the result.
        (_ (=> next)
           (if (memq package path)
               (package-supported-systems package)
               (next)))
        (_
         (let ((systems (fold (lambda (input systems)
                                (lset-intersection string=? systems
                                                   (supported-systems input system table (cons package path))))
                              (package-supported-systems package)
                              (input-packages (bag-direct-inputs (package->bag package system #f))))))
           (hashq-set! table package (list systems))
           systems))))

    (lambda* (package #:optional (system (%current-system)))
      "Return the intersection of the systems supported by PACKAGE and those supported by its dependencies."
      (let ((table (or (hash-ref tables system)
                       (let ((table (make-weak-key-hash-table)))
                         (hash-set! tables system table)
                         table))))
        (parameterize ((%current-system system))
          (supported-systems package system table '()))))))

(define* (supported-package? package #:optional (system (%current-system)))
  "Return true if PACKAGE and all its dependencies are known to build on SYSTEM."
  (member system (package-transitive-supported-systems package system)))

(define* (package-development-inputs package #:optional (system (%current-system)) #:key target)
  "Return the list of inputs required by PACKAGE for development purposes on SYSTEM."
  (bag-transitive-inputs (package->bag package system target)))

(define* (package-closure packages #:key (system (%current-system)))
  "Return PACKAGES and all the packages they depend on for SYSTEM, implicit inputs included, in no particular order."
  (let loop ((packages packages) (visited vlist-null) (closure (list->setq packages)))
    (match packages
      (() (set->list closure))
      ((package . rest)
       (if (vhash-assq package visited)
           (loop rest visited closure)
           (let ((dependencies (input-packages
                                (bag-direct-inputs (package->bag package system)))))
             (loop (append dependencies rest)
                   (vhash-consq package #t visited)
                   (fold set-insert closure dependencies))))))))


;;;
;;; Bags.
;;;

;; Bags and derivations are remembered by package and context: a list (SYSTEM TARGET GRAFT?).  There are few contexts, which
;; are the same object each time, so that looking for one compares no strings in the usual case.
(define %contexts '())

(define (lowering-context system target graft?)
  "Return the one context of SYSTEM, TARGET and GRAFT?, a boolean."
  (let loop ((contexts %contexts))
    (match contexts
      (()
       (let ((context (list system target graft?)))
         (set! %contexts (cons context %contexts))
         context))
      (((and context (system* target* graft?*)) . rest)
       (if (and (eq? graft? graft?*) (equal? system system*) (equal? target target*))
           context
           (loop rest))))))

(define %bags
  ;; Package to (CONTEXT . BAG) pairs.
  (make-weak-key-hash-table))

(define* (package->bag package #:optional
                       (system (%current-system))
                       (target (%current-target-system))
                       #:key (graft? (%graft?)))
  "Compile PACKAGE into a bag for SYSTEM, possibly cross-compiled to TARGET, and return it."
  (let* ((package (or (and graft? (package-replacement package)) package))
         (known (hashq-ref %bags package '()))
         (key (lowering-context system target #f)))
    (match (assq key known)
      ((_ . bag) bag)
      (#f
       ;; Thunked fields refer to these.
       (let ((bag (parameterize ((%current-system system)
                                 (%current-target-system target))
                    (make-bag* package system target))))
         (hashq-set! %bags package (acons key bag (hashq-ref %bags package '())))
         bag)))))

(define (make-bag* package system target)
  "Return the bag of PACKAGE, or raise an error when its build system makes none."
  (define build-system (package-build-system package))
  (define (refuse problem format-string . arguments)
    (raise (make-compound-condition
            problem
            (condition
             (&error-location (location (package-location package)))
             (&message (message (apply format #f format-string arguments)))))))

  (define arguments (package-arguments package))
  (or (call-with-argument-check
       package
       (lambda ()
         (make-bag build-system
                   (string-append (package-name package) "-" (package-version package))
                   #:system system
                   #:target target
                   #:source (package-source package)
                   #:inputs (append (package-inputs package)
                                    (package-propagated-inputs package))
                   #:outputs (package-outputs package)
                   #:native-inputs (package-native-inputs package)
                   #:arguments arguments)))
      (if target
          (refuse (condition (&package-cross-build-system-error (package package)))
                  "package `~a' cannot be cross-compiled: its build system is `~a'"
                  (package-full-name package) (build-system-name build-system))
          (refuse (condition (&package-error (package package)))
                  "package `~a' cannot be lowered" (package-full-name package)))))

(define (call-with-argument-check package thunk)
  "Call THUNK, which applies the procedures of PACKAGE's build system to its arguments; say which argument they refuse."
  (catch 'keyword-argument-error
    thunk
    (lambda (key who message args irritants)
      (if (package? package)
          (refuse-argument package who message irritants)
          (throw key who message args irritants)))))

(define (bag-direct-inputs bag)
  "Same as `package-direct-inputs', but applied to a bag."
  (append (bag-build-inputs bag) (bag-host-inputs bag) (bag-target-inputs bag)))

(define (transitive-bag-inputs bag target inputs)
  (parameterize ((%current-target-system target)
                 (%current-system (bag-system bag)))
    (transitive-inputs inputs)))

(define (bag-transitive-inputs bag)
  "Same as `package-transitive-inputs', but applied to a bag."
  (transitive-bag-inputs bag #f (bag-direct-inputs bag)))

(define (bag-transitive-build-inputs bag)
  "Same as `package-transitive-native-inputs', but applied to a bag."
  (transitive-bag-inputs bag #f (bag-build-inputs bag)))

(define (bag-transitive-host-inputs bag)
  "Same as `package-transitive-target-inputs', but applied to a bag."
  (transitive-bag-inputs bag (bag-target bag) (bag-host-inputs bag)))

(define (bag-transitive-target-inputs bag)
  "Return the target inputs of BAG along with their propagated inputs."
  (transitive-bag-inputs bag (bag-target bag) (bag-target-inputs bag)))


;;;
;;; Derivations.  They are computed in direct style on an open connection.
;;;

(define (run-in store mvalue)
  (call-with-values (lambda () (mvalue store))
    (lambda (value store) value)))

(define (expand-input store package input system target)
  "Return INPUT of PACKAGE, which is there to tell about errors, as (LABEL GEXP-INPUT).  Packages are lowered at once,
without grafts, which only the tip of the graph has: different packages may turn out to be the same derivation."
  (define native? (not target))
  (match input
    (((? string? label) (? package? dependency) . (or () ((? string? _))))
     (let ((drv (package-derivation/direct store dependency system target #f)))
       (match input
         ((_ _ (and output (not (? (cut assoc <> (derivation-outputs drv))))))
          (refuse-output package input output drv))
         (_
          (list label (apply gexp-input drv (append (cddr input) (list #:native? native?))))))))
    (((? string? label) (? file-like? thing) . (or () ((? string? _))))
     (list label (apply gexp-input thing (append (cddr input) (list #:native? native?)))))
    (((? string? label) (? gexp-input? thing))
     (list label (gexp-input (gexp-input-thing thing) (gexp-input-output thing) #:native? native?)))
    (((? string? label) (and (? string?) (? file-exists? file)))
     ;; Also below a store item: as an input it has to be an item itself.
     (list label (gexp-input (local-file (assume-valid-file-name file) #:recursive? #t)
                             #:native? native?)))
    (_
     (refuse-input package input))))

(define (input=? input1 input2)
  "Return true if INPUT1 and INPUT2, of the form (LABEL GEXP-INPUT), stand for the same."
  (match input1
    ((label1 reference1)
     (match input2
       ((label2 reference2)
        (and (string=? label1 label2)
             (equal? (gexp-input-output reference1) (gexp-input-output reference2))
             (eq? (gexp-input-native? reference1) (gexp-input-native? reference2))
             (let ((thing1 (gexp-input-thing reference1))
                   (thing2 (gexp-input-thing reference2)))
               (or (eq? thing1 thing2)
                   (and (derivation? thing1) (derivation? thing2)
                        (string=? (derivation-file-name thing1) (derivation-file-name thing2)))
                   (and (not (derivation? thing1)) (not (derivation? thing2))
                        (equal? thing1 thing2))))))))))

(define (delete-duplicate-inputs inputs)
  "Return INPUTS, of the form (LABEL GEXP-INPUT), without those that stand for the same as an earlier one."
  (define by-label (make-hash-table))

  (filter (match-lambda
            ((and input (label . _))
             (let ((known (hash-ref by-label label '())))
               (and (not (member input known input=?))
                    (hash-set! by-label label (cons input known))))))
          inputs))

(define (search-paths-of inputs accessor)
  "Return the search paths that ACCESSOR gives of the packages among INPUTS."
  (delete-duplicates (append-map accessor (input-packages inputs))))

(define (bag->derivation/direct store bag context)
  (define system (bag-system bag))
  (define target (bag-target bag))
  (define (expand inputs target)
    (delete-duplicate-inputs (map (cut expand-input store context <> system target) inputs)))

  (run-in store
          (parameterize ((%current-system system) (%current-target-system target))
            (call-with-argument-check
             context
             (lambda ()
               (if target
                   (let* ((host (bag-transitive-host-inputs bag))
                          (target* (bag-transitive-target-inputs bag))
                          (build (bag-transitive-build-inputs bag))
                          (all (append build target* host)))
                     (apply (bag-build bag) (bag-name bag)
                            #:build-inputs (expand build #f)
                            #:host-inputs (expand host target)
                            #:target-inputs (expand target* #f)
                            #:search-paths (search-paths-of all package-search-paths)
                            #:native-search-paths (search-paths-of all package-native-search-paths)
                            #:outputs (bag-outputs bag)
                            #:system system #:target target
                            (bag-arguments bag)))
                   (let ((inputs (bag-transitive-inputs bag)))
                     (apply (bag-build bag) (bag-name bag)
                            (expand inputs #f)
                            #:search-paths (search-paths-of inputs package-native-search-paths)
                            #:outputs (bag-outputs bag)
                            #:system system
                            (bag-arguments bag)))))))))

(define* (bag->derivation bag #:optional context)
  "Return as a monadic value the derivation to build BAG for its system or target; CONTEXT can be a package object
describing the context in which the call occurs, for improved error reporting."
  (lambda (store)
    (values (bag->derivation/direct store bag context) store)))

(define %derivations
  ;; Package to (CONTEXT . DERIVATION) pairs.
  (allocate-store-connection-cache 'package-derivations))

(define (package-derivation/direct store package system target graft?)
  "Return the derivation of PACKAGE in STORE, computed once for SYSTEM, TARGET and GRAFT?."
  (let* ((cache (connection-table store %derivations))
         (key (lowering-context system target (->bool graft?))))
    (match (assq key (hashq-ref cache package '()))
      ((_ . drv) drv)
      (#f
       (when (any (match-lambda
                    ((other . context) (and (eq? other package) (eq? context key))))
                  (%packages-being-lowered))
         (raise-cycle package (map car (%packages-being-lowered))))
       (let ((drv (parameterize ((%graft? graft?)
                                 (%packages-being-lowered (cons (cons package key) (%packages-being-lowered))))
                    (with-exception-handler
                        (lambda (exception)
                          (note-location! exception (package-location package))
                          (raise-exception exception #:continuable? #t))
                      (lambda ()
                        (compute-derivation store package system target graft?))))))
         (hashq-set! cache package (acons key drv (hashq-ref cache package '())))
         drv)))))

(define (connection-table store cache)
  "Return the hash table that CACHE is in STORE."
  (match (store-connection-cache store cache)
    ((? hash-table? table) table)
    (_ (let ((table (make-hash-table)))
         (set-store-connection-cache! store cache table)
         table))))

(define (compute-derivation store package system target graft?)
  (let* ((bag (package->bag package system target #:graft? graft?))
         (drv (bag->derivation/direct store bag package)))
    (note-package! (derivation-file-name drv) package)
    (if graft?
        (match (bag-grafts/direct store bag)
          (() drv)
          (grafts
           (graft-derivation store drv grafts
                             #:system system
                             #:guile (package-derivation/direct store (guile-for-grafts) system #f #f))))
        drv)))

(define* (package->derivation package #:optional (system (%current-system))
                              #:key (graft? (%graft?)))
  "Return as a monadic value the derivation of PACKAGE for SYSTEM."
  (lambda (store)
    (values (package-derivation/direct store package system #f graft?) store)))

(define* (package->cross-derivation package target #:optional (system (%current-system))
                                    #:key (graft? (%graft?)))
  "Return as a monadic value the derivation of PACKAGE cross-compiled from SYSTEM to TARGET."
  (lambda (store)
    (values (package-derivation/direct store package system target graft?) store)))

(define-gexp-compiler (package-compiler (package <package>) system target)
  (lambda (store)
    (values (package-derivation/direct store package system target (%graft?)) store)))

(define* (package-derivation store package #:optional (system (%current-system))
                             #:key (graft? (%graft?)))
  "Return the <derivation> that builds PACKAGE on SYSTEM."
  (run-with-store store (package->derivation package system #:graft? graft?)
                  #:system system))

(define* (package-cross-derivation store package target #:optional (system (%current-system))
                                   #:key (graft? (%graft?)))
  "Cross-build PACKAGE for TARGET (a GNU triplet) from host SYSTEM."
  (run-with-store store (package->cross-derivation package target system #:graft? graft?)
                  #:system system))

(define* (package-output store package #:optional (output "out") (system (%current-system)))
  "Return the output path of PACKAGE's OUTPUT for SYSTEM."
  (derivation->output-path (package-derivation store package system) output))

(define* (package-file package #:optional file #:key system (output "out") target)
  "Return as a monadic value the absolute file name of FILE within the OUTPUT directory of PACKAGE, or that directory."
  (lambda (store)
    (let* ((drv (package-derivation/direct store package (or system (%current-system)) target (%graft?)))
           (directory (derivation->output-path drv output)))
      (values (if file (string-append directory "/" file) directory)
              store))))


;;;
;;; The Guile of builds.
;;;

(define (default-guile)
  "Return the package of the Guile that runs the build code of derivations by default."
  (module-ref (resolve-interface '(gnu packages commencement)) 'guile-final))

(define (guile-for-grafts)
  "Return the package of the Guile that runs grafting derivations."
  (module-ref (resolve-interface '(gnu packages guile)) 'guile-2.0))

(define* (default-guile-derivation #:optional (system (%current-system)))
  "Return as a monadic value the derivation for SYSTEM of the default Guile."
  (package->derivation (default-guile) system #:graft? #f))

(define (set-guile-for-build guile)
  "Make GUILE, a package, the one that build scripts run in from now on; this is a monadic procedure."
  (lambda (store)
    (values (%guile-for-build (package-derivation store guile)) store)))


;;;
;;; Grafts: the replacements that a package's dependencies declare.
;;;

(define %package-grafts
  ;; Package to ((SYSTEM TARGET OUTPUT) . GRAFT) pairs.
  (allocate-store-connection-cache 'package-grafts))

(define (input-graft store package output system target)
  "Return the graft of OUTPUT of PACKAGE, or #f when it has no replacement."
  (let ((replacement (package-replacement package)))
    (and replacement
         (let* ((cache (connection-table store %package-grafts))
                (key (list system target output)))
           (match (assoc key (hashq-ref cache package '()))
             ((_ . graft) graft)
             (#f
              (let ((made (graft
                            (origin (package-derivation/direct store package system target #f))
                            (origin-output output)
                            (replacement (package-derivation/direct store replacement system target #t))
                            (replacement-output output))))
                (hashq-set! cache package (acons key made (hashq-ref cache package '())))
                made)))))))

(define (fold-bag-dependencies proc seed bag native?)
  "Fold PROC, of a package, an output and the result so far, over the packages that BAG depends on, each once, in
depth-first order: its native dependencies or, when NATIVE? is false, those for its target."
  (define (direct-inputs bag)
    (if native?
        (append (bag-build-inputs bag)
                (bag-target-inputs bag)
                (if (bag-target bag) '() (bag-host-inputs bag)))
        (bag-host-inputs bag)))

  (let loop ((inputs (direct-inputs bag)) (result seed) (visited vlist-null))
    (match inputs
      (() result)
      (((_ (? package? package) . rest) . tail)
       (let ((output (match rest (() "out") ((output) output))))
         (if (member output (vhash-foldq* cons '() package visited))
             (loop tail result visited)
             (loop (append (direct-inputs (package->bag package)) tail)
                   (proc package output result)
                   (vhash-consq package output visited)))))
      ((_ . tail)
       (loop tail result visited)))))

(define (bag-grafts/direct store bag)
  (define system (bag-system bag))
  (define (grafts target native?)
    (parameterize ((%current-system system)
                   (%current-target-system target))
      (fold-bag-dependencies (lambda (package output grafts)
                               (match (input-graft store package output system target)
                                 (#f grafts)
                                 (graft (cons graft grafts))))
                             '() bag native?)))

  ;; Packages that are not the same object can have the same derivation.
  (delete-duplicates
   (append (grafts #f #t)
           (if (bag-target bag)
               (grafts (bag-target bag) #f)
               '()))))

(define (bag-grafts bag)
  "Return as a monadic value the list of grafts that may apply to BAG: those of its direct and indirect dependencies that
have a replacement.  They do apply when the outputs refer to what is replaced; see `graft-derivation'."
  (lambda (store)
    (values (bag-grafts/direct store bag) store)))

(define* (package-grafts store package #:optional (system (%current-system)) #:key target)
  "Return the list of grafts that may apply to PACKAGE as built for SYSTEM and TARGET."
  (bag-grafts/direct store
                     (package->bag (or (package-replacement package) package) system target)))
