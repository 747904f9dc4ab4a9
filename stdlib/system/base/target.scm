;;; Commentary:
;;;
;;; What code is made for: the machine this runs on.
;;;
;;; Code:

(define-module (system base target)
  #:export (target-type with-target with-native-target target-cpu target-vendor target-os target-endianness
            target-word-size target-max-size-t target-max-size-t/scm target-max-vector-length
            target-most-negative-fixnum target-most-positive-fixnum target-fixnum?))

(define target-type (make-parameter %host-type))
(define (with-target target thunk) "Call THUNK with TARGET, a machine's name, as the target." (parameterize ((target-type target)) (thunk)))
(define (with-native-target thunk) "Call THUNK with this machine as the target." (with-target %host-type thunk))
(define (part k)
  (let ((parts (string-split (target-type) #\-)))
    (and (< k (length parts)) (string-join (if (= k 2) (list-tail parts 2) (list (list-ref parts k))) "-"))))
(define (target-cpu) "Return the processor of the target." (part 0))
(define (target-vendor) "Return the vendor of the target." (part 1))
(define (target-os) "Return the system of the target." (part 2))
(define (target-endianness) "Return little or big."
  (if (member (target-cpu) '("powerpc" "powerpc64" "s390x" "mips" "sparc" "sparc64")) 'big 'little))
(define (target-word-size) "Return the bytes of a pointer."
  (if (member (target-cpu) '("i386" "i486" "i586" "i686" "armv7l" "arm" "mips" "mipsel" "powerpc")) 4 8))
(define (target-max-size-t) "Return the greatest size." (- (expt 2 (* 8 (target-word-size))) 1))
(define (target-max-size-t/scm) "Return the greatest number of words." (quotient (target-max-size-t) (target-word-size)))
(define (target-max-vector-length) "Return the greatest length of a vector." (- (expt 2 (- (* 8 (target-word-size)) 8)) 1))
(define (target-most-positive-fixnum) "Return the greatest fixnum." (- (expt 2 (- (* 8 (target-word-size)) 3)) 1))
(define (target-most-negative-fixnum) "Return the smallest fixnum." (- (expt 2 (- (* 8 (target-word-size)) 3))))
(define (target-fixnum? n) "Return #t when N is a fixnum." (<= (target-most-negative-fixnum) n (target-most-positive-fixnum)))
