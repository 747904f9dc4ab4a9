;;; Commentary:
;;;
;;; C data and functions: types, pointers, structures, calls. Most of it is primitives of this module.
;;;
;;; Code:

(define-module (system foreign)
  #:use-module (rnrs bytevectors)
  #:export (void float double complex-float complex-double short unsigned-short int unsigned-int
            long unsigned-long size_t ssize_t ptrdiff_t intptr_t uintptr_t
            uint8 uint16 uint32 uint64 int8 int16 int32 int64
            sizeof alignof
            %null-pointer null-pointer? pointer? make-pointer pointer-address
            scm->pointer pointer->scm pointer->bytevector bytevector->pointer set-pointer-finalizer!
            dereference-pointer string->pointer pointer->string
            pointer->procedure procedure->pointer
            make-c-struct parse-c-struct
            define-wrapped-pointer-type))

(define %null-pointer (%make-null-pointer))

(define void 0)
(define float 1)
(define double 2)
(define uint8 3)
(define int8 4)
(define uint16 5)
(define int16 6)
(define uint32 7)
(define int32 8)
(define uint64 9)
(define int64 10)
(define complex-float 11)
(define complex-double 12)
(define short int16)
(define unsigned-short uint16)
(define int int32)
(define unsigned-int uint32)
(define long int64)
(define unsigned-long uint64)
(define size_t uint64)
(define ssize_t int64)
(define ptrdiff_t int64)
(define intptr_t int64)
(define uintptr_t uint64)

(define (null-pointer? pointer)
  "Return #t when POINTER points nowhere."
  (zero? (pointer-address pointer)))

(define* (pointer->procedure return-type func-ptr arg-types #:key (return-errno? #f))
  "Return a procedure that calls the C function at FUNC-PTR, which takes ARG-TYPES and returns RETURN-TYPE;
with RETURN-ERRNO?, the procedure returns errno as its second value."
  (%pointer->procedure return-type func-ptr arg-types return-errno?))

(define-syntax-rule (define-wrapped-pointer-type type-name pred wrap unwrap print)
  ;; Equal pointers have one wrapper while it lives.
  (begin
    (define %wrapped-type (make-record-type 'type-name '(pointer) print))
    (define %make-wrapped (record-constructor %wrapped-type))
    (define pred (record-predicate %wrapped-type))
    (define unwrap (record-accessor %wrapped-type 'pointer))
    (define wrap
      (let ((wrappers (make-weak-value-hash-table)))
        (lambda (pointer)
          (let ((address (pointer-address pointer)))
            (or (hashv-ref wrappers address)
                (let ((made (%make-wrapped pointer)))
                  (hashv-set! wrappers address made)
                  made))))))))
