;;; Commentary:
;;;
;;; (rnrs enums) of R6RS: sets of symbols out of a fixed universe.
;;;
;;; Code:

(define-module (rnrs enums)
  #:version (6)
  #:use-module (srfi srfi-1)
  #:use-module ((rnrs base) #:select (assertion-violation))
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:export (make-enumeration enum-set-universe enum-set-indexer enum-set-constructor enum-set->list
            enum-set-member? enum-set-subset? enum-set=? enum-set-union enum-set-intersection
            enum-set-difference enum-set-complement enum-set-projection define-enumeration))

;; Members are kept in the order of the universe.
(define-record-type enum-set
  (%make-set universe members all)
  enum-set?
  (universe universe)
  ;; The set of all symbols of the universe; #f in that set itself.
  (all all-of)
  (members members))
(set-record-type-printer! enum-set
  (lambda (set port) (format port "#<enum-set ~S>" (members set))))

(define (subset set names)
  (%make-set (universe set) (filter (lambda (name) (memq name names)) (universe set)) (enum-set-universe set)))

(define (make-enumeration symbols)
  "Return the set of all SYMBOLS, which is its own universe."
  (let ((symbols (delete-duplicates symbols eq?)))
    (%make-set symbols symbols #f)))
(define (enum-set-universe set) "Return the set of all symbols SET may have." (or (all-of set) set))
(define (enum-set-indexer set)
  "Return a procedure that gives the position of a symbol in the universe of SET, or #f."
  (let ((all (universe set)))
    (lambda (name) (list-index (lambda (other) (eq? other name)) all))))
(define (enum-set-constructor set)
  "Return a procedure that makes a set of a list of symbols of the universe of SET."
  (lambda (names)
    (for-each (lambda (name)
                (if (not (memq name (universe set)))
                    (scm-error 'misc-error "enum-set-constructor" "Enum-set does not contain ~S" (list name) #f)))
              names)
    (subset set names)))
(define (enum-set->list set) "Return the symbols of SET." (list-copy (members set)))
(define (enum-set-member? name set) "Return #t when NAME is in SET." (and (memq name (members set)) #t))
(define (enum-set-subset? a b)
  "Return #t when A is a part of B, in its symbols and in its universe."
  (and (lset<= eq? (universe a) (universe b)) (lset<= eq? (members a) (members b))))
(define (enum-set=? a b) "Return #t when A and B are equal." (and (enum-set-subset? a b) (enum-set-subset? b a)))
(define (same-universe! who a b)
  (if (not (lset= eq? (universe a) (universe b)))
      (assertion-violation (string->symbol who) "these sets are not of the same universe" a b)))
(define (enum-set-union a b) "Return the union of A and B."
  (same-universe! "enum-set-union" a b)
  (subset a (append (members a) (members b))))
(define (enum-set-intersection a b) "Return the intersection of A and B."
  (same-universe! "enum-set-intersection" a b)
  (subset a (lset-intersection eq? (members a) (members b))))
(define (enum-set-difference a b) "Return what is in A but not in B."
  (same-universe! "enum-set-difference" a b)
  (subset a (lset-difference eq? (members a) (members b))))
(define (enum-set-complement set) "Return what is not in SET." (subset set (lset-difference eq? (universe set) (members set))))
(define (enum-set-projection a b) "Return A with the symbols and the universe of B." (subset b (members a)))

(define-syntax define-enumeration
  (syntax-rules ()
    ((_ type-name (symbol ...) constructor)
     (begin
       (define enumeration (make-enumeration '(symbol ...)))
       (define-syntax type-name
         (lambda (form)
           (syntax-case form ()
             ((_ name)
              (if (memq (syntax->datum #'name) '(symbol ...))
                  #''name
                  (syntax-violation 'type-name "not a symbol of this enumeration" form #'name))))))
       (define-syntax constructor
         (lambda (form)
           (syntax-case form ()
             ((_ member (... ...))
              (for-each
               (lambda (name)
                 (if (not (memq (syntax->datum name) '(symbol ...)))
                     (syntax-violation 'constructor "not a symbol of this enumeration" form name)))
               #'(member (... ...)))
              #'((enum-set-constructor enumeration) '(member (... ...)))))))))))
