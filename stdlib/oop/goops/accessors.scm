;;; Commentary:
;;;
;;; Classes whose slots all have an accessor of their name.
;;;
;;; Code:

(define-module (oop goops accessors)
  #:use-module (oop goops)
  #:export (define-class-with-accessors define-class-with-accessors-keywords))

(eval-when (expand load eval)
  (define (with-options slot keywords?)
    ;; SLOT with #:accessor, and #:init-keyword if KEYWORDS?, unless it has them.
    (syntax-case slot ()
      ((name option ...)
       (let* ((given (syntax->datum #'(option ...)))
              (accessor (if (memq #:accessor given) #'() #'(#:accessor name)))
              (keyword (if (or (not keywords?) (memq #:init-keyword given))
                           #'()
                           (list #'#:init-keyword
                                 (datum->syntax #'name (symbol->keyword (syntax->datum #'name)))))))
         (with-syntax (((more ...) (append accessor keyword)))
           #'(name option ... more ...))))
      (name (with-options #'(name) keywords?))))
  (define (convert-items items keywords?)
    (syntax-case items ()
      (() '())
      ((first . rest)
       (if (keyword? (syntax->datum #'first)) items
           (cons (with-options #'first keywords?) (convert-items #'rest keywords?)))))))

(define-syntax define-class-with-accessors
  (lambda (form)
    (syntax-case form ()
      ((_ name supers . items)
       (with-syntax ((items (convert-items #'items #f)))
         #'(define-class name supers . items))))))
(define-syntax define-class-with-accessors-keywords
  (lambda (form)
    (syntax-case form ()
      ((_ name supers . items)
       (with-syntax ((items (convert-items #'items #t)))
         #'(define-class name supers . items))))))
