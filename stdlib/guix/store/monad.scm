;;; Commentary:
;;;
;;; The store monad: values that come of a connection.  Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store monad)
  #:use-module (guix monads)
  #:use-module (guix utils)
  #:use-module (guix store connections)
  #:use-module (guix store queries)
  #:use-module (guix store additions)
  #:use-module (guix store builds)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (%store-monad store-bind store-return store-lift store-lower store-parameterize
            run-with-store mcached mapm/accumulate-builds
            text-file binary-file interned-file interned-file-tree
            references* query-path-info* set-build-options* build
            %guile-for-build
            %graft? set-grafting grafting? without-grafting
            current-system set-current-system
            current-target-system set-current-target))

(define-monad %store-monad
  (bind (lambda (mvalue mproc) (store-bind mvalue mproc)))
  (return (lambda (value) (store-return value))))

(define (store-return value)
  "Return VALUE from a monadic function."
  (lambda (store)
    (values value store)))

(define (store-bind mvalue mproc)
  "Bind MVALUE in MPROC."
  (lambda (store)
    (call-with-values (lambda () (mvalue store))
      (lambda (value store)
        ((mproc value) store)))))

(define (store-lift proc)
  "Lift PROC, a procedure whose first argument is a connection, to the store monad."
  (lambda args
    (lambda (store)
      (values (apply proc store args) store))))

(define (store-lower proc)
  "Return the procedure of a connection and arguments that is PROC, of a monadic result, run in that connection."
  (lambda (store . args)
    (run-with-store store (apply proc args))))

(define %monadic-values
  ;; By object, in each connection: alists of keys and values.
  (allocate-store-connection-cache 'monadic-values))

(define (remember-monadic-value make object keys same?)
  "Return the monadic value of MAKE, a thunk, remembered under OBJECT and KEYS, which SAME? compares with others."
  (lambda (store)
    (let* ((known (store-connection-cache store %monadic-values))
           (table (if (hash-table? known) known (make-hash-table)))
           (alist (if (eq? same? eq?) (hashq-ref table object '()) (hash-ref table object '()))))
      (unless (eq? table known)
        (set-store-connection-cache! store %monadic-values table))
      (match (find (lambda (entry) (every equal? (car entry) keys))
                   (filter (lambda (entry) (= (length (car entry)) (length keys))) alist))
        ((_ . value)
         (values value store))
        (#f
         (call-with-values (lambda () ((make) store))
           (lambda (value store)
             (let ((more (acons keys value alist)))
               (if (eq? same? eq?)
                   (hashq-set! table object more)
                   (hash-set! table object more)))
             (values value store))))))))

(define-syntax mcached
  ;; (mcached [SAME?] MVALUE OBJECT KEY ...) is MVALUE, evaluated once for each OBJECT and KEYs in a connection.
  (syntax-rules (eq? equal?)
    ((_ eq? mvalue object key ...)
     (remember-monadic-value (lambda () mvalue) object (list key ...) eq?))
    ((_ equal? mvalue object key ...)
     (remember-monadic-value (lambda () mvalue) object (list key ...) equal?))
    ((_ mvalue object key ...)
     (mcached eq? mvalue object key ...))))

(define-syntax-rule (store-parameterize ((parameter value) ...) body ...)
  ;; Evaluate BODY, a monadic expression, with the parameters bound while it runs.
  (lambda (store)
    (parameterize ((parameter value) ...)
      ((begin body ...) store))))

(define %guile-for-build
  ;; The derivation of the Guile that build scripts run in, or #f for the default.
  (make-parameter #f))

(define* (run-with-store store mval
                         #:key (guile-for-build (%guile-for-build))
                         (system (%current-system))
                         (target #f))
  "Run MVAL, a monadic value in the store monad, in STORE and return its result."
  (parameterize ((%guile-for-build guile-for-build)
                 (%current-system system)
                 (%current-target-system target))
    (call-with-values (lambda () (mval store))
      (lambda (value store) value))))

(define (current-system)
  "Return the current system as a monadic value."
  (lambda (store) (values (%current-system) store)))

(define (set-current-system system)
  "Set the current system and return the previous one as a monadic value."
  (lambda (store)
    (let ((previous (%current-system)))
      (%current-system system)
      (values previous store))))

(define (current-target-system)
  (lambda (store) (values (%current-target-system) store)))

(define (set-current-target target)
  (lambda (store)
    (let ((previous (%current-target-system)))
      (%current-target-system target)
      (values previous store))))

(define %graft?
  ;; Whether to honor package grafts.
  (make-parameter #t))

(define (set-grafting enable?)
  "Enable or disable grafting and return the previous setting as a monadic value."
  (lambda (store)
    (let ((previous (%graft?)))
      (%graft? enable?)
      (values previous store))))

(define (grafting?)
  (lambda (store) (values (%graft?) store)))

(define-syntax-rule (without-grafting mexp)
  (lambda (store)
    (parameterize ((%graft? #f))
      (mexp store))))

(define* (text-file name text #:optional (references '()))
  "Return as a monadic value the absolute file name in the store of the file containing TEXT, a string."
  (lambda (store)
    (values (add-text-to-store store name text references) store)))

(define* (binary-file name data #:optional (references '()))
  "Return as a monadic value the absolute file name in the store of the file containing DATA, a bytevector."
  (lambda (store)
    (values (add-data-to-store store name data references) store)))

(define references*
  (store-lift references))

(define query-path-info*
  (store-lift query-path-info))

(define set-build-options*
  (store-lift set-build-options))

(define build
  (store-lift build-things))

(define* (interned-file file #:optional name
                        #:key (recursive? #t) (select? (const #t)))
  "Return as a monadic value the store path of FILE, under NAME, by default its base name."
  (lambda (store)
    (values (add-to-store store (or name (basename file)) recursive? "sha256" file
                          #:select? select?)
            store)))

(define (interned-file-tree tree)
  "Return as a monadic value the store path of TREE, as for `add-file-tree-to-store'."
  (lambda (store)
    (values (add-file-tree-to-store store tree) store)))

(define (mapm/accumulate-builds mproc lst)
  "Like `mapm' in the store monad, but build what the elements of LST need together."
  (lambda (store)
    (let ((system (%current-system))
          (target (%current-target-system)))
      (values (map/accumulate-builds store
                                     (lambda (element)
                                       (run-with-store store (mproc element)
                                                       #:system system #:target target))
                                     lst)
              store))))
