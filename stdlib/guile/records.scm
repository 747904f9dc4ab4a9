;;; Record types with keywords, and exceptions as records.

(define* (make-record-type type-name fields #:optional printer
                           #:key parent uid extensible? allow-duplicate-field-names? opaque?)
  "Return a new record type called TYPE-NAME with FIELDS."
  (%make-record-type type-name fields (or printer #f) (or parent #f) (or uid #f)
                     (and extensible? #t) (and opaque? #t)))
