;;; Commentary:
;;;
;;; What Guile adds to SRFI 4: complex vectors (primitives of this module), copies, and conversions from any
;;; vector or list.
;;;
;;; Code:

(define-module (srfi srfi-4 gnu)
  #:use-module (srfi srfi-4)
  #:use-module (rnrs bytevectors)
  #:export (srfi-4-vector-type-size make-srfi-4-vector
            u8vector-copy s8vector-copy u16vector-copy s16vector-copy u32vector-copy s32vector-copy
            u64vector-copy s64vector-copy f32vector-copy f64vector-copy c32vector-copy c64vector-copy
            u8vector-copy! s8vector-copy! u16vector-copy! s16vector-copy! u32vector-copy! s32vector-copy!
            u64vector-copy! s64vector-copy! f32vector-copy! f64vector-copy! c32vector-copy! c64vector-copy!
            any->u8vector any->s8vector any->u16vector any->s16vector any->u32vector any->s32vector
            any->u64vector any->s64vector any->f32vector any->f64vector any->c32vector any->c64vector))

(define* (make-srfi-4-vector type length #:optional (fill *unspecified*))
  "Return a uniform vector of TYPE with LENGTH elements."
  (make-typed-array type fill length))

(define (srfi-4-vector-type-size vector)
  "Return the number of bytes of an element of VECTOR."
  (case (array-type vector)
    ((u8 s8 vu8) 1)
    ((u16 s16) 2)
    ((u32 s32 f32) 4)
    ((u64 s64 f64 c32) 8)
    ((c64) 16)
    (else (scm-error 'wrong-type-arg "srfi-4-vector-type-size" "Not a uniform vector: ~S"
                     (list vector) (list vector)))))

(define (elements x)
  (cond ((list? x) x)
        ((array? x) (array->list x))
        (else (scm-error 'wrong-type-arg #f "Wrong type argument: ~S" (list x) (list x)))))

(define-syntax-rule (define-conversions (any-> from-list copy copy! make length) ...)
  (begin
    (begin
      (define (any-> x) "Return the elements of X, a list or vector, as a uniform vector." (from-list (elements x)))
      (define* (copy v #:optional (start 0) (end (length v)))
        "Return a copy of V from START up to END."
        (let ((target (make (- end start))))
          (copy! target 0 v start end)
          target))
      (define* (copy! target at source #:optional (start 0) (end (length source)))
        "Copy the elements of SOURCE from START up to END into TARGET at AT."
        (let ((size (srfi-4-vector-type-size source)))
          (bytevector-copy! source (* size start) target (* size at) (* size (- end start))))))
    ...))

(define-conversions
  (any->u8vector list->u8vector u8vector-copy u8vector-copy! make-u8vector u8vector-length)
  (any->s8vector list->s8vector s8vector-copy s8vector-copy! make-s8vector s8vector-length)
  (any->u16vector list->u16vector u16vector-copy u16vector-copy! make-u16vector u16vector-length)
  (any->s16vector list->s16vector s16vector-copy s16vector-copy! make-s16vector s16vector-length)
  (any->u32vector list->u32vector u32vector-copy u32vector-copy! make-u32vector u32vector-length)
  (any->s32vector list->s32vector s32vector-copy s32vector-copy! make-s32vector s32vector-length)
  (any->u64vector list->u64vector u64vector-copy u64vector-copy! make-u64vector u64vector-length)
  (any->s64vector list->s64vector s64vector-copy s64vector-copy! make-s64vector s64vector-length)
  (any->f32vector list->f32vector f32vector-copy f32vector-copy! make-f32vector f32vector-length)
  (any->f64vector list->f64vector f64vector-copy f64vector-copy! make-f64vector f64vector-length)
  (any->c32vector list->c32vector c32vector-copy c32vector-copy! make-c32vector c32vector-length)
  (any->c64vector list->c64vector c64vector-copy c64vector-copy! make-c64vector c64vector-length))
