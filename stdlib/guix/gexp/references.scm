;;; Commentary:
;;;
;;; What a G-expression refers to, its parts included: inputs, outputs, modules and extensions.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp references)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (gexp-modules gexp-extensions gexp-inputs gexp-native-inputs gexp-outputs))

(define (gexp-attribute gexp self-attribute)
  "Return the elements of SELF-ATTRIBUTE of GEXP and of the G-expressions it contains, each once."
  (define (add things seen)
    (fold (lambda (thing seen) (if (member thing seen) seen (cons thing seen))) seen things))
  (define (visit thing seen)
    (match thing
      ((? gexp? gexp)
       (fold visit (add (self-attribute gexp) seen) (gexp-references gexp)))
      (($ <gexp-input> (? gexp? gexp)) (visit gexp seen))
      (($ <gexp-input> (things ...)) (fold visit seen things))
      ((things ...) (fold visit seen things))
      (_ seen)))
  (if (gexp? gexp)
      (reverse (visit gexp '()))
      '()))

(define (gexp-modules gexp)
  "Return the list of Guile module names GEXP relies on, its references included."
  (gexp-attribute gexp gexp-self-modules))

(define (gexp-extensions gexp)
  "Return the list of Guile extensions (packages) GEXP relies on, its references included."
  (gexp-attribute gexp gexp-self-extensions))

(define (gexp-outputs gexp)
  "Return the outputs referred to by GEXP as a list of strings."
  (define (visit thing outputs)
    (match thing
      (($ <gexp-output> name) (if (member name outputs) outputs (cons name outputs)))
      ((? gexp? gexp) (fold visit outputs (gexp-references gexp)))
      (($ <gexp-input> thing) (visit thing outputs))
      ((things ...) (fold visit outputs things))
      (_ outputs)))
  (reverse (visit gexp '())))

(define (gexp-inputs* gexp native?)
  (let loop ((references (gexp-references gexp)) (result '()))
    (match references
      (() (reverse result))
      (((? gexp-input? input) . rest)
       (loop rest
             (match (gexp-input-thing input)
               ((? gexp? inner) (append (reverse (gexp-inputs* inner native?)) result))
               ((things ...)
                (append (reverse (filter (lambda (input)
                                           (and (file-like? (gexp-input-thing input))
                                                (eq? native? (->bool (gexp-input-native? input)))))
                                         (map (lambda (thing)
                                                (if (gexp-input? thing)
                                                    thing
                                                    (%gexp-input thing (gexp-input-output input)
                                                                 (gexp-input-native? input))))
                                              things)))
                        result))
               ((? file-like?)
                (if (eq? native? (->bool (gexp-input-native? input)))
                    (cons input result)
                    result))
               (_ result))))
      ((_ . rest) (loop rest result)))))

(define (gexp-inputs exp)
  "Return the list of <gexp-input> that EXP refers to, native ones last."
  (append (gexp-inputs* exp #f) (gexp-inputs* exp #t)))

(define (gexp-native-inputs exp)
  "Return the list of native <gexp-input> that EXP refers to."
  (gexp-inputs* exp #t))
