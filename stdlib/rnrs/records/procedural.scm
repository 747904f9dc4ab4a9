;;; Commentary:
;;;
;;; (rnrs records procedural) of R6RS: record types made by procedures.
;;;
;;; Code:

(define-module (rnrs records procedural)
  #:version (6)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:autoload   (rnrs base) (assertion-violation)
  #:export (make-record-type-descriptor make-record-constructor-descriptor
            (rnrs:record-constructor . record-constructor)
            (rnrs:record-accessor . record-accessor)
            record-mutator
            %constructor-descriptor-of)
  #:re-export (record-type-descriptor? record-predicate))

(define nongenerative-types (make-hash-table))

(define (make-record-type-descriptor name parent uid sealed? opaque? fields)
  "Return a record type: FIELDS is a vector of (mutable NAME) and (immutable NAME)."
  (let ((known (and uid (hashq-ref nongenerative-types uid))))
    (or known
        (let ((made (make-record-type name (vector->list fields) #f
                                      #:parent parent #:uid uid #:extensible? (not sealed?)
                                      #:opaque? (or opaque? (and parent (record-type-opaque? parent)))
                                      #:allow-duplicate-field-names? #t)))
          (if uid (hashq-set! nongenerative-types uid made))
          made))))

(define-record-type constructor-descriptor
  (make-descriptor type parent protocol)
  constructor-descriptor?
  (type descriptor-type)
  (parent descriptor-parent)
  (protocol descriptor-protocol))

(define (make-record-constructor-descriptor type parent protocol)
  "Return a constructor descriptor of TYPE: PARENT is that of its parent or #f, PROTOCOL a procedure or #f."
  (let ((super (record-type-parent type)))
    (make-descriptor type
                     (or parent (and super (make-record-constructor-descriptor super #f #f)))
                     protocol)))

(define (own-field-count type)
  (let ((parent (record-type-parent type)))
    (- (length (record-type-fields type))
       (if parent (length (record-type-fields parent)) 0))))

(define (rnrs:record-constructor descriptor)
  "Return the constructor that DESCRIPTOR describes."
  (let* ((type (descriptor-type descriptor))
         (make (record-constructor type)))
    ;; Builds from the outermost type: each level takes what its children add behind its fields.
    (let build ((descriptor descriptor) (finish (lambda (fields) (apply make fields))))
      (let* ((type (descriptor-type descriptor))
             (parent (descriptor-parent descriptor))
             (count (own-field-count type))
             (protocol (descriptor-protocol descriptor)))
        (if (not parent)
            (let ((new (lambda fields (finish fields))))
              ((or protocol (lambda (new) new)) new))
            (let ((new (lambda parent-arguments
                         (lambda own
                           (apply (build parent (lambda (inherited) (finish (append inherited own))))
                                  parent-arguments))))
                  (default (lambda (new)
                             (lambda arguments
                               (let ((split (- (length arguments) count)))
                                 (apply (apply new (list-head arguments split)) (list-tail arguments split)))))))
              ((or protocol default) new)))))))

(define (field-position type k)
  (let ((parent (record-type-parent type)))
    (+ k (if parent (length (record-type-fields parent)) 0))))
(define (rnrs:record-accessor type k)
  "Return the accessor of field number K that TYPE itself defines."
  (record-accessor type (field-position type k)))
(define (record-mutator type k)
  "Return the mutator of field number K that TYPE itself defines."
  (let ((position (field-position type k)))
    (if (not (record-type-field-mutable? type position))
        (assertion-violation 'record-mutator "this field is immutable" type k))
    (record-modifier type position)))

(define %constructor-descriptor-of (make-object-property))
