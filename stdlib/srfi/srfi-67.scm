;;; Commentary:
;;;
;;; SRFI 67, compare procedures: a procedure of two objects that returns -1, 0 or 1 describes a total order, and all else
;;; follows from it: predicates, chains, minima, orders of lists, vectors and pairs.
;;;
;;; Code:

(define-module (srfi srfi-67)
  #:export (if3 if=? if<? if>? if<=? if>=? if-not=?
            =? <? >? <=? >=? not=?
            </<? </<=? <=/<? <=/<=? >/>? >/>=? >=/>? >=/>=?
            chain=? chain<? chain>? chain<=? chain>=? pairwise-not=?
            min-compare max-compare kth-largest
            compare-by< compare-by> compare-by<= compare-by>= compare-by=/< compare-by=/>
            refine-compare select-compare cond-compare
            boolean-compare char-compare char-compare-ci symbol-compare
            integer-compare rational-compare real-compare complex-compare number-compare
            list-compare list-compare-as-vector vector-compare vector-compare-as-list
            pair-compare pair-compare-car pair-compare-cdr
            default-compare debug-compare)
  #:replace (string-compare string-compare-ci))

(cond-expand-provide (current-module) '(srfi-67))

;; Three-way branches

(define (bad-sign sign)
  (error "expected -1, 0 or 1 from a compare procedure, got" sign))

(define-syntax if3
  (syntax-rules ()
    ((_ c less equal greater)
     (let ((sign c))
       (case sign
         ((-1) less)
         ((0) equal)
         ((1) greater)
         (else (bad-sign sign)))))))

(define-syntax-rule (define-branch name (sign ...) (other ...))
  (define-syntax name
    (syntax-rules ()
      ((_ c consequent) (name c consequent (if #f #f)))
      ((_ c consequent alternate)
       (let ((s c))
         (case s
           ((sign ...) consequent)
           ((other ...) alternate)
           (else (bad-sign s))))))))
(define-branch if=? (0) (-1 1))
(define-branch if<? (-1) (0 1))
(define-branch if>? (1) (-1 0))
(define-branch if<=? (-1 0) (1))
(define-branch if>=? (0 1) (-1))
(define-branch if-not=? (-1 1) (0))

;; Predicates: (<? [compare] [x y]); what lacks its objects is a predicate that waits for them.

(define-syntax-rule (define-predicate name branch)
  (define name
    (case-lambda
      (()
       (lambda (x y) (branch (default-compare x y) #t #f)))
      ((compare)
       (if (not (procedure? compare)) (error "expected a compare procedure, got" compare))
       (lambda (x y) (branch (compare x y) #t #f)))
      ((x y) (branch (default-compare x y) #t #f))
      ((compare x y)
       (if (not (procedure? compare)) (error "expected a compare procedure, got" compare))
       (branch (compare x y) #t #f)))))
(define-predicate =? if=?)
(define-predicate <? if<?)
(define-predicate >? if>?)
(define-predicate <=? if<=?)
(define-predicate >=? if>=?)
(define-predicate not=? if-not=?)

;; Predicates of three objects: (</<=? [compare] [x y z]).  All three are compared, so that their types are checked.

(define-syntax-rule (define-predicate-of-three name first second)
  (define name
    (let ((test (lambda (compare x y z)
                  (let ((left (compare x y)) (right (compare y z)))
                    (compare x z)
                    (first left (second right #t #f) #f)))))
      (case-lambda
        (() (lambda (x y z) (test default-compare x y z)))
        ((compare) (lambda (x y z) (test compare x y z)))
        ((x y z) (test default-compare x y z))
        ((compare x y z) (test compare x y z))))))
(define-predicate-of-three </<? if<? if<?)
(define-predicate-of-three </<=? if<? if<=?)
(define-predicate-of-three <=/<? if<=? if<?)
(define-predicate-of-three <=/<=? if<=? if<=?)
(define-predicate-of-three >/>? if>? if>?)
(define-predicate-of-three >/>=? if>? if>=?)
(define-predicate-of-three >=/>? if>=? if>?)
(define-predicate-of-three >=/>=? if>=? if>=?)

;; Any number of objects

(define-syntax-rule (define-chain name branch doc)
  (define (name compare . objects)
    doc
    (cond ((null? objects) #t)
          ((null? (cdr objects)) (compare (car objects) (car objects)) #t)
          (else
           (let loop ((x (car objects)) (rest (cdr objects)) (holds? #t))
             (if (null? rest)
                 holds?
                 ;; Go on after a failure: the types of the others are checked too.
                 (let ((sign (compare x (car rest))))
                   (loop (car rest) (cdr rest) (and (branch sign #t #f) holds?)))))))))
(define-chain chain=? if=? "Return #t when OBJECTS are all equal by COMPARE.")
(define-chain chain<? if<? "Return #t when OBJECTS increase by COMPARE.")
(define-chain chain>? if>? "Return #t when OBJECTS decrease by COMPARE.")
(define-chain chain<=? if<=? "Return #t when OBJECTS do not decrease by COMPARE.")
(define-chain chain>=? if>=? "Return #t when OBJECTS do not increase by COMPARE.")

(define (pairwise-not=? compare . objects)
  "Return #t when no two of OBJECTS are equal by COMPARE."
  (let ((sorted (sort objects (lambda (x y) (if<? (compare x y) #t #f)))))
    (if (and (pair? sorted) (null? (cdr sorted)))
        (compare (car sorted) (car sorted)))
    (or (null? sorted)
        (let loop ((x (car sorted)) (rest (cdr sorted)))
          (or (null? rest)
              (if=? (compare x (car rest))
                    #f
                    (loop (car rest) (cdr rest))))))))

(define (min-compare compare first . others)
  "Return the smallest of the objects by COMPARE, the first of several."
  (if (null? others) (compare first first))
  (let loop ((least first) (rest others))
    (if (null? rest)
        least
        (loop (if<=? (compare least (car rest)) least (car rest)) (cdr rest)))))
(define (max-compare compare first . others)
  "Return the largest of the objects by COMPARE, the first of several."
  (if (null? others) (compare first first))
  (let loop ((most first) (rest others))
    (if (null? rest)
        most
        (loop (if>=? (compare most (car rest)) most (car rest)) (cdr rest)))))
(define (kth-largest compare k first . others)
  "Return the object at index K, from the end if negative, of the objects sorted by COMPARE."
  (let ((objects (cons first others)))
    (if (null? others) (compare first first))
    (list-ref (stable-sort objects (lambda (x y) (if<? (compare x y) #t #f)))
              (modulo k (length objects)))))

;; Compare procedures from predicates: (compare-by< < [x y])

(define compare-by<
  (case-lambda
    ((less?) (lambda (x y) (compare-by< less? x y)))
    ((less? x y) (if (less? x y) -1 (if (less? y x) 1 0)))))
(define compare-by>
  (case-lambda
    ((greater?) (lambda (x y) (compare-by> greater? x y)))
    ((greater? x y) (if (greater? x y) 1 (if (greater? y x) -1 0)))))
(define compare-by<=
  (case-lambda
    ((at-most?) (lambda (x y) (compare-by<= at-most? x y)))
    ((at-most? x y) (if (at-most? x y) (if (at-most? y x) 0 -1) 1))))
(define compare-by>=
  (case-lambda
    ((at-least?) (lambda (x y) (compare-by>= at-least? x y)))
    ((at-least? x y) (if (at-least? x y) (if (at-least? y x) 0 1) -1))))
(define compare-by=/<
  (case-lambda
    ((same? less?) (lambda (x y) (compare-by=/< same? less? x y)))
    ((same? less? x y) (if (same? x y) 0 (if (less? x y) -1 1)))))
(define compare-by=/>
  (case-lambda
    ((same? greater?) (lambda (x y) (compare-by=/> same? greater? x y)))
    ((same? greater? x y) (if (same? x y) 0 (if (greater? x y) 1 -1)))))

;; Combining

(define-syntax refine-compare
  (syntax-rules ()
    ((_) 0)
    ((_ c) c)
    ((_ c c* ...) (if3 c -1 (refine-compare c* ...) 1))))

(define-syntax select-compare
  (syntax-rules (else)
    ((_ x y clause ...)
     (let ((x* x) (y* y))
       (%select x* y* clause ...)))))
(define-syntax %select
  (syntax-rules (else)
    ((_ x y) 0)
    ((_ x y (else c ...)) (refine-compare c ...))
    ((_ x y (type? c ...) clause ...)
     (let* ((of-type? type?) (x? (of-type? x)) (y? (of-type? y)))
       (cond ((and x? y?) (refine-compare c ...))
             (x? -1)
             (y? 1)
             (else (%select x y clause ...)))))))

(define-syntax cond-compare
  (syntax-rules (else)
    ((_) 0)
    ((_ (else c ...)) (refine-compare c ...))
    ((_ ((x-test y-test) c ...) clause ...)
     (let ((x? x-test) (y? y-test))
       (cond ((and x? y?) (refine-compare c ...))
             (x? -1)
             (y? 1)
             (else (cond-compare clause ...)))))))

;; Atoms

(define (check who type? x)
  (if (not (type? x)) (error (string-append "not " who ":") x)))
(define-syntax-rule (define-compare (name x y) (what type?) less? doc)
  (define (name x y)
    doc
    (check what type? x)
    (check what type? y)
    (compare-by< less? x y)))

(define (boolean-compare x y)
  "Compare two booleans: #f comes before #t."
  (check "boolean" boolean? x)
  (check "boolean" boolean? y)
  (cond ((eq? x y) 0) (x 1) (else -1)))
(define-compare (char-compare x y) ("char" char?) char<? "Compare two characters.")
(define-compare (char-compare-ci x y) ("char" char?) char-ci<? "Compare two characters but for case.")
(define-compare (string-compare x y) ("string" string?) string<? "Compare two strings.")
(define-compare (string-compare-ci x y) ("string" string?) string-ci<? "Compare two strings but for case.")
(define-compare (symbol-compare x y) ("symbol" symbol?)
  (lambda (a b) (string<? (symbol->string a) (symbol->string b)))
  "Compare the names of two symbols.")
(define-compare (integer-compare x y) ("integer" integer?) < "Compare two integers.")
(define-compare (rational-compare x y) ("rational" rational?) < "Compare two rational numbers.")
(define-compare (real-compare x y) ("real" real?) < "Compare two real numbers.")
(define (complex-compare x y)
  "Compare two numbers by their real parts, then by their imaginary parts."
  (check "complex" complex? x)
  (check "complex" complex? y)
  (if (and (real? x) (real? y))
      (real-compare x y)
      (refine-compare (real-compare (real-part x) (real-part y))
                      (real-compare (imag-part x) (imag-part y)))))
(define (number-compare x y)
  "Compare two numbers."
  (complex-compare x y))

;; Sequences: (list-compare [compare] x y [empty? head tail]), (vector-compare [compare] x y [size ref])

(define (lexicographic compare x y empty? head tail)
  (let loop ((x x) (y y))
    (cond ((empty? x) (if (empty? y) 0 -1))
          ((empty? y) 1)
          (else (if3 (compare (head x) (head y)) -1 (loop (tail x) (tail y)) 1)))))
(define (compare-lengths x y empty? tail)
  (let loop ((x x) (y y))
    (cond ((empty? x) (if (empty? y) 0 -1))
          ((empty? y) 1)
          (else (loop (tail x) (tail y))))))
(define-syntax-rule (define-list-compare name (compare x y empty? head tail) body)
  (define name
    (case-lambda
      ((x y) (name default-compare x y null? car cdr))
      ((compare x y) (name compare x y null? car cdr))
      ((x y empty? head tail) (name default-compare x y empty? head tail))
      ((compare x y empty? head tail) body))))
(define-list-compare list-compare (compare x y empty? head tail)
  (lexicographic compare x y empty? head tail))
(define-list-compare list-compare-as-vector (compare x y empty? head tail)
  (refine-compare (compare-lengths x y empty? tail)
                  (lexicographic compare x y empty? head tail)))

(define-syntax-rule (define-vector-compare name (compare x y size ref) body)
  (define name
    (case-lambda
      ((x y) (name default-compare x y vector-length vector-ref))
      ((compare x y) (name compare x y vector-length vector-ref))
      ((x y size ref) (name default-compare x y size ref))
      ((compare x y size ref) body))))
(define (compare-elements compare x y ref count)
  (let loop ((k 0))
    (if (= k count)
        0
        (if3 (compare (ref x k) (ref y k)) -1 (loop (+ k 1)) 1))))
(define-vector-compare vector-compare (compare x y size ref)
  (refine-compare (integer-compare (size x) (size y))
                  (compare-elements compare x y ref (size x))))
(define-vector-compare vector-compare-as-list (compare x y size ref)
  (refine-compare (compare-elements compare x y ref (min (size x) (size y)))
                  (integer-compare (size x) (size y))))

;; Pairs

(define (pair-compare-car compare)
  "Return a procedure that compares the cars of two pairs by COMPARE."
  (lambda (x y) (compare (car x) (car y))))
(define (pair-compare-cdr compare)
  "Return a procedure that compares the cdrs of two pairs by COMPARE."
  (lambda (x y) (compare (cdr x) (cdr y))))
(define pair-compare
  (case-lambda
    ((x y) (pair-compare default-compare x y))
    ((compare x y)
     ;; Lists, proper or not.
     (select-compare x y
       (null?)
       (pair? (compare (car x) (car y))
              (pair-compare compare (cdr x) (cdr y)))
       (else (compare x y))))
    ((compare-car compare-cdr x y)
     (refine-compare (compare-car (car x) (car y))
                     (compare-cdr (cdr x) (cdr y))))))

(define (default-compare x y)
  "Compare two objects made of the empty list, pairs, booleans, characters, strings, symbols, numbers and vectors."
  (select-compare x y
    (null?)
    (pair? (default-compare (car x) (car y))
           (default-compare (cdr x) (cdr y)))
    (boolean? (boolean-compare x y))
    (char? (char-compare x y))
    (string? (string-compare x y))
    (symbol? (symbol-compare x y))
    (number? (number-compare x y))
    (vector? (vector-compare default-compare x y))
    (else (error "unrecognized type in default-compare" x y))))

(define (debug-compare compare)
  "Return a procedure that compares as COMPARE does and checks that what it has seen so far is a total order."
  (define (sign x y)
    (let ((sign (compare x y)))
      (if (not (memv sign '(-1 0 1))) (bad-sign sign))
      sign))
  (define seen? #f)
  (define seen #f)
  (define (fail what . objects)
    (apply error (string-append "compare procedure is not " what) compare objects))
  (define (at-most? sign) (<= sign 0))
  (lambda (x y)
    (if (not (eqv? 0 (sign x x))) (fail "reflexive" x))
    (if (not (eqv? 0 (sign y y))) (fail "reflexive" y))
    (let ((xy (sign x y)) (yx (sign y x)))
      (if (not (eqv? xy (- yx))) (fail "anti-symmetric" x y))
      (if seen?
          (let ((xz (sign x seen)) (zx (sign seen x)) (yz (sign y seen)) (zy (sign seen y)))
            (if (not (eqv? xz (- zx))) (fail "anti-symmetric" x seen))
            (if (not (eqv? yz (- zy))) (fail "anti-symmetric" y seen))
            (for-each
             (lambda (ab bc ac a b c)
               (if (and (at-most? ab) (at-most? bc) (not (at-most? ac)))
                   (fail "transitive" a b c)))
             (list xy xz yx yz zx zy) (list yz zy xz zx xy yx) (list xz xy yz yx zy zx)
             (list x x y y seen seen) (list y seen x seen x y) (list seen y seen x y x))))
      (set! seen? #t)
      (set! seen y)
      xy)))
