;;; Commentary:
;;;
;;; How objects of other types are lowered, once a connection, and what stands for them in builders: the table of compilers.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp compilers)
  #:use-module (guix gexp definitions)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix utils)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (define-gexp-compiler gexp-compiler? expand-lowered file-like? lookup-compiler
            lower-object lower-object/direct expand-object/direct run-monadic
            lowered-file-name default-guile default-guile/direct collection-guile/direct))

(define-record-type <gexp-compiler>
  (gexp-compiler type lower expand)
  gexp-compiler?
  (type gexp-compiler-type)
  (lower gexp-compiler-lower)          ;object system target -> monadic derivation or store item
  (expand gexp-compiler-expand))       ;object lowered output -> string, or #f: as what it is lowered to

(define %gexp-compilers
  ;; Record type to compiler.
  (make-hash-table 20))

(define (default-expander thing obj output)
  "This is the default expander for OBJ, what THING was lowered to."
  (match obj
    ((? derivation? drv) (derivation->output-path drv output))
    ((? string? file) file)
    ((? self-quoting?) obj)))

(define (register-compiler! compiler)
  "Let G-expressions lower what COMPILER is for."
  (hashq-set! %gexp-compilers (gexp-compiler-type compiler) compiler))

(define (lookup-compiler object)
  "Return the gexp compiler of OBJECT, or #f."
  (and (struct? object)
       (hashq-ref %gexp-compilers (struct-vtable object))))

(define (file-like? object)
  "Return #t if OBJECT leads to a file in the store once unquoted in a G-expression."
  (and (struct? object) (->bool (lookup-compiler object))))

(define-syntax define-gexp-compiler
  ;; Define NAME as a compiler for objects of type RECORD-TYPE; BODY returns a derivation or a store item as a
  ;; monadic value.  EXPAND makes the string or S-expression that stands for the object in builders.
  (syntax-rules (=> compiler expander)
    ((_ (name (param record-type) system target) body ...)
     (define-gexp-compiler name record-type
       compiler => (lambda (param system target) body ...)
       expander => default-expander))
    ((_ name record-type
        compiler => compile
        expander => expand)
     (begin
       (define name
         (gexp-compiler record-type compile expand))
       (register-compiler! name)))))

(define (object-cache-key system target)
  (list system target (%graft?)))

(define (lower-step store obj system target)
  "Return what the compiler of OBJ makes of it in STORE for SYSTEM and TARGET, which may have to be lowered in turn."
  (match (lookup-compiler obj)
    (#f (raise-invalid-input obj))
    (compiler
     (let* ((cache (store-connection-object-cache store))
            (known (hashq-ref cache obj '()))
            (key (object-cache-key system target)))
       (match (assoc key known)
         ((_ . lowered) lowered)
         (#f
          (let ((lowered (run-monadic store ((gexp-compiler-lower compiler) obj system target))))
            (hashq-set! cache obj
                        (acons key lowered (hashq-ref cache obj '())))
            lowered)))))))

(define (lowerable? lowered)
  (and (struct? lowered) (not (derivation? lowered))))

(define (lower-object/direct store obj system target)
  "Return the derivation or store item that OBJ lowers to in STORE for SYSTEM and TARGET."
  (let ((lowered (if (derivation? obj) obj (lower-step store obj system target))))
    (if (lowerable? lowered)
        (lower-object/direct store lowered system target)
        lowered)))

(define (run-monadic store mvalue)
  "Return the value of MVALUE, a monadic value in the store monad, in STORE."
  (call-with-values (lambda () (mvalue store))
    (lambda (value store) value)))

(define* (lower-object obj #:optional system #:key target)
  "Return as a monadic value the derivation or store item that OBJ lowers to for SYSTEM, cross-compiling for TARGET
if it is true.  OBJ must be an object that has an associated gexp compiler, such as a <package>."
  (lambda (store)
    (values (lower-object/direct store obj (or system (%current-system)) target)
            store)))

(define (expander-of obj)
  (and=> (lookup-compiler obj) gexp-compiler-expand))

(define (expand-lowered obj lowered output)
  "Return what stands in a builder for OUTPUT of OBJ, which was lowered to LOWERED."
  (match (or (expander-of obj) (expander-of lowered))
    (#f lowered)
    (expand (expand obj lowered output))))

(define (expand-object/direct store obj system target output)
  "Return two values: what stands for OBJ in a builder, and what it was lowered to."
  (let ((lowered (if (derivation? obj) obj (lower-step store obj system target))))
    (if (lowerable? lowered)
        (if (expander-of obj)
            (let ((lowered (lower-object/direct store lowered system target)))
              (values (expand-lowered obj lowered output) lowered))
            ;; OBJ stands for LOWERED.
            (expand-object/direct store lowered system target output))
        (values (expand-lowered obj lowered output) lowered))))

(define-gexp-compiler derivation-compiler <derivation>
  compiler => (lambda (drv system target)
                (store-return drv))
  expander => default-expander)

(define (lowered-file-name lowered)
  "Return the store item that LOWERED, a derivation or a store item, stands for."
  (match lowered
    ((? derivation? drv) (derivation->output-path drv))
    ((? string? item) item)))

(define (default-guile)
  "Return the package of the Guile that runs programs, which need not be that of builds."
  ;; This module must not refer to the collection directly: the collection uses it.
  (module-ref (resolve-interface '(gnu packages guile)) 'guile-3.0))

(define (collection-guile/direct store system)
  "Return the derivation of the Guile of the collection that runs build scripts."
  (run-monadic store
               ;; As above.
               ((module-ref (resolve-interface '(guix packages)) 'default-guile-derivation) system)))

(define (default-guile/direct store system)
  "Return the derivation of the Guile that runs build scripts."
  (or (%guile-for-build)
      (collection-guile/direct store system)))
