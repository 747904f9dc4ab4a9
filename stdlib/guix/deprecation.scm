;;; Commentary:
;;;
;;; Names that still work and say which to use instead.  Interface: (guix deprecation) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix deprecation)
  #:use-module (guix i18n)
  #:use-module (guix diagnostics)
  #:export (define-deprecated
            define-deprecated/public
            define-deprecated/alias
            define-deprecated/public-alias
            warn-about-old-daemon
            warn-about-deprecation))

(define (warn-about-old-daemon)
  "Warn that the daemon is too old."
  (warning (G_ "the daemon is too old to download binary substitutes soon; upgrade it~%")))

(define* (warn-about-deprecation variable properties #:key replacement)
  "Warn that VARIABLE, used where the source properties PROPERTIES say, is deprecated in favor of REPLACEMENT."
  (let ((location (source-properties->location properties)))
    (if replacement
        (warning location (G_ "'~a' is deprecated, use '~a' instead~%") variable replacement)
        (warning location (G_ "'~a' is deprecated~%") variable))))

(eval-when (expand load eval)
  (define (deprecated-transformer name replacement target)
    "Return the macro transformer of NAME, which stands for TARGET, an identifier, and warns at each use."
    (lambda (s)
      (warn-about-deprecation name (syntax-source s) #:replacement replacement)
      (syntax-case s ()
        ((_ . arguments) #`(#,target . arguments))
        (_ target)))))

(define-syntax define-deprecated/alias
  ;; (define-deprecated/alias OLD NEW): OLD is NEW, whatever that is, with a warning.
  (syntax-rules ()
    ((_ deprecated replacement)
     (define-syntax deprecated
       (deprecated-transformer 'deprecated 'replacement #'replacement)))))

(define-syntax define-deprecated/public-alias
  ;; Likewise, and OLD is exported.
  (syntax-rules ()
    ((_ deprecated replacement)
     (begin
       (define-deprecated/alias deprecated replacement)
       (export deprecated)))))

(define-syntax %define-deprecated
  ;; EXPORTED? tells whether the value's own name is exported too: packages are found by variables, and the deprecated
  ;; name is a macro.
  (lambda (s)
    (syntax-case s ()
      ((_ exported? (name . formals) replacement body ...)
       #'(%define-deprecated exported? name replacement (lambda* formals body ...)))
      ((_ exported? name replacement value)
       (identifier? #'name)
       (with-syntax ((real (datum->syntax #'name
                                          (symbol-append '% (syntax->datum #'name) '/deprecated))))
         #`(begin
             (define real
               (begin
                 (lambda () replacement) ;must be bound
                 value))
             (define-syntax name
               (deprecated-transformer 'name 'replacement #'real))
             #,@(if (syntax->datum #'exported?)
                    #'((export real name))
                    #'()))))
      ((_ exported? name alias)
       (identifier? #'alias)
       #'(%define-deprecated exported? name alias alias)))))

(define-syntax-rule (define-deprecated spec ...)
  ;; (define-deprecated OLD NEW [VALUE]), (define-deprecated (OLD . FORMALS) NEW BODY ...).
  (%define-deprecated #f spec ...))

(define-syntax-rule (define-deprecated/public spec ...)
  ;; Likewise, and the names are exported.
  (%define-deprecated #t spec ...))
