;;; Commentary:
;;;
;;; What builders of packages begin with: their inputs and outputs as data.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp builders)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp syntax)
  #:use-module (ice-9 match)
  #:export (input-tuples->gexp outputs->gexp with-build-variables))

(define* (input-tuples->gexp inputs #:key native?)
  "Return a gexp that expands to an alist of INPUTS, a list of (LABEL GEXP-INPUT)."
  (match inputs
    (((labels references) ...)
     ;; Made directly: lists of hundreds of inputs need not be searched for references.
     (make-gexp references '() '()
                (lambda items
                  (list 'quote (map cons labels items)))
                (source-properties inputs)))))

(define (outputs->gexp outputs)
  "Return a gexp that expands to an alist of OUTPUTS, a list of names, and their directories."
  (make-gexp (map gexp-output outputs) '() '()
             (lambda references
               (cons 'list
                     (map (lambda (name reference)
                            (list 'cons name reference))
                          outputs references)))
             (source-properties outputs)))

(define (with-build-variables inputs outputs body)
  "Return a gexp that defines `%build-inputs', from INPUTS, a list of (LABEL GEXP-INPUT), `%outputs' and `%output', from
OUTPUTS, a list of names, and then has BODY: recipes of the older style refer to these variables."
  #~(begin
      (define %build-inputs #$(input-tuples->gexp inputs))
      (define %outputs #$(outputs->gexp outputs))
      (define %output (assoc-ref %outputs "out"))
      #$body))
