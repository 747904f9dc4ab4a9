;;; Commentary:
;;;
;;; The kinds of graphs that `strata graph' and `strata why' know, and what these commands do in Scheme.  Options are parsed
;;; by runtime/cli/commands/graph.ts and why.ts.  Node types: (guix scripts graph) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts graph)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module ((guix build-system gnu) #:select (standard-packages))
  #:use-module (guix derivations)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix grafts)
  #:use-module (guix graph)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix modules)
  #:use-module (guix monads)
  #:use-module ((guix packages) #:hide (delete))
  #:use-module (guix scripts user-code)
  #:use-module (guix source-files)
  #:use-module ((guix transformations) #:select (options->transformation))
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (guix-graph
            %package-node-type
            %reverse-package-node-type
            %bag-node-type
            %bag-with-origins-node-type
            %bag-emerged-node-type
            %reverse-bag-node-type
            %derivation-node-type
            %reference-node-type
            %referrer-node-type
            %module-node-type
            %node-types

            write-graph
            graph-elements
            graph-path
            node-type-table
            backend-table))

(define-syntax-rule (in-store exp)
  "Return EXP as a monadic value."
  (with-monad %store-monad (return exp)))


;;; Packages.

(define (display-name thing)
  "Return how graphs name THING, a package, an origin or a file name."
  (match thing
    ((? package?) (package-full-name thing))
    ((? origin?) (origin-actual-file-name thing))
    ((? string?) (basename thing))
    (_ (number->string (object-address thing) 16))))

(define (inputs->things inputs)
  (map second inputs))

(define (package-inputs-of package)
  (filter package? (inputs->things (package-direct-inputs package))))

(define (package->nodes thing)
  "Return, as a monadic value, the list of THING, which must be a package."
  (if (package? thing)
      (in-store (list thing))
      (raise (formatted-message (G_ "~a: invalid argument (package name expected)") thing))))

(define current-packages
  ;; All packages but those that others took the place of; hidden ones, too.
  (mlambda ()
    (fold-packages (lambda (package packages)
                     (if (package-superseded package) packages (cons package packages)))
                   '()
                   #:select? (const #t))))

(define %package-node-type
  (node-type
   (name "package")
   (description "the DAG of packages, excluding implicit inputs")
   (convert package->nodes)
   ;; Packages are told apart as objects: two may well lower to one derivation.
   (identifier (lift1 object-address %store-monad))
   (label display-name)
   (edges (lift1 package-inputs-of %store-monad))))

(define (back-edges-among type packages)
  "Return a monadic procedure for the edges backward of TYPE; (PACKAGES) is called, and looked at, when it is first
used."
  (let ((edges (delay (run-with-store #f (node-back-edges type (packages))))))
    (lambda (node)
      (in-store ((force edges) node)))))

(define %reverse-package-node-type
  (node-type
   (inherit %package-node-type)
   (name "reverse-package")
   (description "the reverse DAG of packages")
   (edges (back-edges-among %package-node-type current-packages))))


;;; Bags: packages with what their build systems add.

(define (lowered-identifier thing)
  "Return, as a monadic value, the name in the store of what THING, a package, an origin or a file name, lowers to."
  (if (string? thing)
      (in-store thing)
      (mlet %store-monad ((lowered (lower-object thing)))
        (return (if (derivation? lowered) (derivation-file-name lowered) lowered)))))

(define (bag-things thing)
  "Return what THING depends on: packages, origins and files."
  (cond ((package? thing)
         (inputs->things (bag-direct-inputs (package->bag thing))))
        ((origin? thing)
         (cons (or (origin-patch-guile thing) (default-guile))
               (if (and (null? (origin-patches thing)) (not (origin-snippet thing)))
                   '()
                   (delete-duplicates (inputs->things (or (origin-patch-inputs thing) '())) eq?))))
        (else '())))

(define (bag-packages thing)
  (filter package? (bag-things thing)))

(define standard-package-set
  (mlambda ()
    (let ((set (make-hash-table)))
      (for-each (cut hashq-set! set <> #t) (inputs->things (standard-packages)))
      set)))

(define %bag-node-type
  (node-type
   (name "bag")
   (description "the DAG of packages, including implicit inputs")
   (convert package->nodes)
   (identifier lowered-identifier)
   (label display-name)
   (edges (lift1 bag-packages %store-monad))))

(define %bag-with-origins-node-type
  (node-type
   (inherit %bag-node-type)
   (name "bag-with-origins")
   (description "the DAG of packages and origins, including implicit inputs")
   (edges (lift1 (lambda (thing)
                   (filter (lambda (thing) (or (package? thing) (origin? thing)))
                           (bag-things thing)))
                 %store-monad))))

(define %bag-emerged-node-type
  (node-type
   (inherit %bag-node-type)
   (name "bag-emerged")
   (description "same as 'bag', but without the bootstrap nodes")
   (edges (lift1 (lambda (thing)
                   (if (hashq-ref (standard-package-set) thing) '() (bag-packages thing)))
                 %store-monad))))

(define %reverse-bag-node-type
  (node-type
   (inherit %bag-node-type)
   (name "reverse-bag")
   (description "the reverse DAG of packages, including implicit inputs")
   (edges (back-edges-among %bag-node-type
                            (lambda () (package-closure (current-packages)))))))


;;; Derivations.

(define (unsupported message)
  (raise (condition (&message (message message)))))

(define (derivation-or-item->file node)
  (if (derivation? node) (derivation-file-name node) node))

(define %derivation-node-type
  (node-type
   (name "derivation")
   (description "the DAG of derivations")
   (convert (match-lambda
              ((? package? package)
               (mlet %store-monad ((drv (package->derivation package)))
                 (return (list drv))))
              ((? derivation? drv)
               (in-store (list drv)))
              ((? derivation-path? file)
               (in-store (list (read-derivation-from-file file))))
              (_ (unsupported "unsupported argument for derivation graph"))))
   (identifier (lift1 derivation-or-item->file %store-monad))
   (label (compose store-path-package-name derivation-or-item->file))
   (edges (lift1 (lambda (node)
                   (if (derivation? node)
                       (append (map derivation-input-derivation (derivation-inputs node))
                               (derivation-sources node))
                       '()))
                 %store-monad))))


;;; Store items.  Graphs tell nodes apart by `eq?': each name must be one string.

(define the-item
  (mlambda (name) name))

(define (items-of thing)
  "Return, as a monadic value, the store items of THING: the outputs of a package, or the item itself."
  (match thing
    ((? package? package)
     (mlet %store-monad ((drv (package->derivation package)))
       (return (map (match-lambda ((_ . item) (the-item item)))
                    (derivation->output-paths drv)))))
    ((? store-path? item)
     (in-store (list (the-item item))))
    (_ (unsupported "unsupported argument for this type of graph"))))

(define (item-references item)
  "Return, as a monadic value, what ITEM refers to, whether it is in the store or servers of substitutes have it."
  (lambda (store)
    (values (map the-item
                 (guard (c ((store-protocol-error? c)
                            (match (substitutable-path-info store (list item))
                              ((substitute) (substitutable-references substitute))
                              (() (raise (formatted-message (G_ "references for '~a' are not known") item))))))
                   (references store item)))
            store)))

(define (item-referrers item)
  (lambda (store)
    (values (map the-item (remove derivation-path? (referrers store item)))
            store)))

(define %reference-node-type
  (node-type
   (name "references")
   (description "the DAG of run-time dependencies (store references)")
   (convert items-of)
   (identifier (lift1 the-item %store-monad))
   (label store-path-package-name)
   (edges item-references)))

(define %referrer-node-type
  (node-type
   (inherit %reference-node-type)
   (name "referrers")
   (description "the DAG of referrers in the store")
   (edges item-referrers)))


;;; Modules.

(define (package-module-dependencies module)
  "Return the modules that MODULE uses, without those of Guile and of Guix itself."
  (remove (match-lambda
            (((or 'guix 'system 'language 'ice-9 'srfi) _ ...) #t)
            (_ #f))
          (source-module-dependencies module)))

(define (package-module package)
  (file->module-name (location-file (package-location package))))

(define %module-node-type
  (node-type
   (name "module")
   (description "the graph of package modules")
   (convert (lambda (package)
              (mlet %store-monad ((packages (package->nodes package)))
                (return (map package-module packages)))))
   (identifier (lift1 identity %store-monad))
   (label object->string)
   (edges (lift1 package-module-dependencies %store-monad))))


(define %node-types
  (list %package-node-type
        %reverse-package-node-type
        %bag-node-type
        %bag-with-origins-node-type
        %bag-emerged-node-type
        %reverse-bag-node-type
        %derivation-node-type
        %reference-node-type
        %referrer-node-type
        %module-node-type))


;;; The commands.

(define (lookup-node-type name)
  (or (find (lambda (type) (string=? name (node-type-name type))) %node-types)
      (raise (formatted-message (G_ "~a: unknown node type") name))))

(define (node-type-table)
  "Return the list of (NAME DESCRIPTION) of all node types."
  (map (lambda (type) (list (node-type-name type) (node-type-description type))) %node-types))

(define (backend-table)
  "Return the list of (NAME DESCRIPTION) of all backends."
  (map (lambda (backend) (list (graph-backend-name backend) (graph-backend-description backend)))
       %graph-backends))

(define* (call-with-nodes things type proc #:key (system (%current-system)) target (transformations '()))
  "Call PROC with the list of node lists of TYPE that THINGS stand for, pairs (KIND . TEXT) as in (guix scripts build);
it returns a monadic value, which is run.  TRANSFORMATIONS, lists of a name and an argument, are applied to packages."
  (define transform
    (options->transformation (map (match-lambda
                                    ((name argument) (cons (string->symbol name) argument)))
                                  transformations)))

  ;; Grafting may want builds; graphs are of what is not grafted.
  (parameterize ((%graft? #f)
                 (%current-system (or system (%current-system)))
                 (%current-target-system target))
    (with-store store
      (run-with-store store
        (mlet %store-monad ((nodes (mapm %store-monad (node-type-convert type)
                                         (map (lambda (thing)
                                              (match (thing->object thing)
                                                ((? package? package) (transform package))
                                                (object object)))
                                            things))))
          (proc nodes))
        #:system (%current-system) #:target target))))

(define (thing->object thing)
  (match thing
    (('package . (? store-path? item)) item)
    (('package . specification) (specification->package specification))
    (('expression . text) (evaluate-expression text))))

(define* (write-graph things type #:key (backend "graphviz") max-depth (system (%current-system)) target
                      (transformations '()))
  "Write the graph of THINGS, in which nodes are of the type called TYPE, to the current output port."
  (let ((type (lookup-node-type type))
        (backend (lookup-backend backend)))
    (call-with-nodes things type
                     (lambda (nodes)
                       (export-graph (concatenate nodes) (current-output-port)
                                     #:node-type type #:backend backend
                                     #:max-depth (or max-depth +inf.0)))
                     #:system system #:target target #:transformations transformations)))

(define* (graph-elements things type #:key max-depth (system (%current-system)) target (transformations '()))
  "Return two lists in a list: of the (ID LABEL) of the nodes, and of the (ID ID) of the edges, of the graph of
THINGS."
  (define nodes '())
  (define edges '())
  (define (text id) (if (string? id) id (object->string id)))
  (define recorder
    (graph-backend "list" "record nodes and edges" (const #t) (const #t)
                   (lambda (id label port) (set! nodes (cons (list (text id) label) nodes)))
                   (lambda (source target port) (set! edges (cons (list (text source) (text target)) edges)))))

  (let ((type (lookup-node-type type)))
    (call-with-nodes things type
                     (lambda (nodes)
                       (export-graph (concatenate nodes) #f
                                     #:node-type type #:backend recorder
                                     #:max-depth (or max-depth +inf.0)))
                     #:system system #:target target #:transformations transformations))
  (list (reverse nodes) (reverse edges)))

(define* (graph-path things type #:key (system (%current-system)) target (transformations '()))
  "Return the list of the names of a shortest path from the first of THINGS, of which there are two, to the second."
  (define node-type (lookup-node-type type))
  (define (full-label node)
    (match node
      ((? derivation? drv) (derivation-file-name drv))
      ((? string? item) item)
      (_ ((node-type-label node-type) node))))

  (call-with-nodes things node-type
                   (match-lambda
                     (((from _ ...) (to _ ...))
                      (mlet %store-monad ((path (shortest-path from to node-type)))
                        (if path
                            (return (map full-label path))
                            (raise (formatted-message (G_ "no path from '~a' to '~a'")
                                                      (full-label from) (full-label to))))))
                     (nodes
                      (raise (formatted-message (G_ "'--path' option requires exactly two nodes (given ~a)")
                                                (length nodes)))))
                   #:system system #:target target #:transformations transformations))

(define-command (guix-graph . args)
  (category development)
  (synopsis "view and query package dependency graphs")
  (apply run-command "graph" args))
