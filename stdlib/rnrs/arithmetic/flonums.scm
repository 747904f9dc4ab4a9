;;; Commentary:
;;;
;;; (rnrs arithmetic flonums) of R6RS: arithmetic on inexact reals.
;;;
;;; Code:

(define-module (rnrs arithmetic flonums)
  #:version (6)
  #:use-module (rnrs base)
  #:use-module (rnrs conditions)
  #:use-module (rnrs exceptions)
  #:export (flonum? real->flonum fixnum->flonum
            fl=? fl<? fl<=? fl>? fl>=? flinteger? flzero? flpositive? flnegative? flodd? fleven?
            flfinite? flinfinite? flnan? flmax flmin fl+ fl* fl- fl/ flabs
            fldiv-and-mod fldiv flmod fldiv0-and-mod0 fldiv0 flmod0 flnumerator fldenominator
            flfloor flceiling fltruncate flround flexp fllog flsin flcos fltan flasin flacos flatan
            flsqrt flexpt
            &no-infinities make-no-infinities-violation no-infinities-violation?
            &no-nans make-no-nans-violation no-nans-violation?))

(define (flonum? x) "Return #t when X is an inexact real." (and (real? x) (inexact? x)))
(define (real->flonum x) "Return the flonum nearest to X." (exact->inexact x))
(define (fixnum->flonum n) "Return the flonum nearest to N." (exact->inexact n))
(define (check . numbers)
  (for-each (lambda (x) (if (not (flonum? x)) (raise (make-assertion-violation)))) numbers))

(define-syntax-rule (define-checked (name operation doc) ...)
  (begin (define (name . numbers) doc (apply check numbers) (apply operation numbers)) ...))
(define-checked
  (fl=? = "Return #t when the flonums are equal.")
  (fl<? < "Return #t when the flonums increase.")
  (fl<=? <= "Return #t when the flonums do not decrease.")
  (fl>? > "Return #t when the flonums decrease.")
  (fl>=? >= "Return #t when the flonums do not increase.")
  (flinteger? integer? "Return #t when the flonum has no fraction.")
  (flzero? zero? "Return #t when the flonum is zero.")
  (flpositive? positive? "Return #t when the flonum is above zero.")
  (flnegative? negative? "Return #t when the flonum is below zero.")
  (flodd? odd? "Return #t when the flonum is odd.")
  (fleven? even? "Return #t when the flonum is even.")
  (flfinite? finite? "Return #t when the flonum is finite.")
  (flinfinite? infinite? "Return #t when the flonum is infinite.")
  (flnan? nan? "Return #t when the flonum is no number.")
  (fl+ %sum "Return the sum.")
  (fl* %product "Return the product.")
  (fl- - "Return the difference.")
  (fl/ / "Return the quotient.")
  (flabs abs "Return the absolute value.")
  (fldiv-and-mod div-and-mod "Return fldiv and flmod.")
  (fldiv div "Return the quotient, rounded so that the rest is not negative.")
  (flmod mod "Return the rest of fldiv.")
  (fldiv0-and-mod0 div0-and-mod0 "Return fldiv0 and flmod0.")
  (fldiv0 div0 "Return the quotient rounded to the nearest.")
  (flmod0 mod0 "Return the rest of fldiv0.")
  (flnumerator numerator "Return the numerator.")
  (fldenominator denominator "Return the denominator.")
  (flfloor floor "Round down.")
  (flceiling ceiling "Round up.")
  (fltruncate truncate "Round towards zero.")
  (flround round "Round to the nearest, ties to even.")
  (flexp exp "Return e to the power.")
  (flsin sin "Return the sine.")
  (flcos cos "Return the cosine.")
  (fltan tan "Return the tangent.")
  (flatan atan "Return the arc tangent."))
(define (%sum . numbers) (if (null? numbers) 0.0 (apply + numbers)))
(define (%product . numbers) (if (null? numbers) 1.0 (apply * numbers)))
(define (real-or-nan x) (if (real? x) x +nan.0))
(define (fllog x . base) "Return the logarithm of X." (apply check x base) (if (and (zero? x) (not (and (pair? base) (zero? (car base))))) (apply fllog-of-zero base) (real-or-nan (apply (@ (scheme inexact) log) x base))))
(define* (fllog-of-zero #:optional (base 2.0)) (if (< base 1.0) +inf.0 -inf.0))
(define (flasin x) "Return the arc sine of X." (check x) (real-or-nan (asin x)))
(define (flacos x) "Return the arc cosine of X." (check x) (real-or-nan (acos x)))
(define (flsqrt x) "Return the square root of X." (check x) (real-or-nan (sqrt x)))
(define (flexpt x y) "Return X to the power Y." (check x y) (real-or-nan (expt x y)))
(define (flmax x . others)
  "Return the greatest flonum."
  (apply check x others)
  (apply max x others))
(define (flmin x . others)
  "Return the smallest flonum."
  (apply check x others)
  (apply min x others))

(define-condition-type &no-infinities &implementation-restriction
  make-no-infinities-violation no-infinities-violation?)
(define-condition-type &no-nans &implementation-restriction
  make-no-nans-violation no-nans-violation?)
