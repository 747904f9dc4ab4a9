;;; Record types with keywords, and exceptions as records.

;; Types that their unique identifier names: there is one of each.
(define prefab-record-types (make-hash-table))

(define* (make-record-type type-name fields #:optional printer
                           #:key parent uid extensible? allow-duplicate-field-names? opaque?)
  "Return a new record type called TYPE-NAME with FIELDS."
  (define (make)
    (%make-record-type type-name fields (or printer #f) (or parent #f) (or uid #f)
                       (and extensible? #t) (or opaque? (and parent (record-type-opaque? parent)))))
  (cond ((not uid) (make))
        ((hashq-ref prefab-record-types uid)
         => (lambda (type)
              (if (not (and (equal? (record-type-name type) type-name)
                            (equal? (record-type-fields type) fields)
                            (not parent) (not printer) (not extensible?) (not opaque?)))
                  (scm-error 'misc-error "make-record-type" "incompatible with the type of the same uid: ~S"
                             (list type) #f))
              type))
        (else
         (let ((type (make)))
           (hashq-set! prefab-record-types uid type)
           type))))
