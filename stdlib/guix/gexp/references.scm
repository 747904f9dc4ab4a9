;;; Commentary:
;;;
;;; What a G-expression refers to, its parts included: inputs, outputs, modules and extensions.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp references)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:autoload   (guix diagnostics) (warning)
  #:use-module ((guix i18n) #:select (N_))
  #:use-module ((guix store) #:select (direct-store-path?))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (gexp-modules gexp-extensions gexp-inputs gexp-outputs))

(define (references-from-last gexp)
  ;; The order in which things are met shows in builders' texts: it is that of Guix, the last reference first.
  (reverse (gexp-references gexp)))

(define (fold-tree-elements proc init tree)
  "Call (PROC ELEMENT RESULT) for each element of TREE, nested lists and pairs, in order."
  (match tree
    ((head . tail)
     (fold-tree-elements proc (fold-tree-elements proc init head) tail))
    (() init)
    (element (proc element init))))

(define* (gexp-attribute gexp attribute #:key (same? equal?) (inspect (const #t)))
  "Return the elements of ATTRIBUTE of GEXP and of the G-expressions it contains, each once by SAME?.  (INSPECT GEXP
ELEMENTS) is called for each of them."
  (define (add thing result)
    (match thing
      ((? gexp? gexp) (append (collect gexp) result))
      (_ result)))

  (define (collect gexp)
    (let ((own (attribute gexp)))
      (inspect gexp own)
      (delete-duplicates
       (append own
               (reverse
                (fold (lambda (reference result)
                        (match reference
                          (($ <gexp-input> thing) (fold-tree-elements add result thing))
                          (_ result)))
                      '()
                      (references-from-last gexp))))
       same?)))

  (if (gexp? gexp)
      (collect gexp)
      '()))

(define (same-module? one other)
  "Return true if ONE and OTHER, names of modules or (NAME => FILE), stand for the same module."
  (match (list one other)
    (((name '=> _) (other-name '=> _)) (equal? name other-name))
    (_ (equal? one other))))

(define (warn-about-modules-of-host gexp modules)
  "Warn if MODULES, imported by GEXP, has some that differ from host to host."
  (match (filter (match-lambda
                   ((or ('guix 'config) ('ice-9 . _)) #t)
                   (_ #f))
                 modules)
    (() #t)
    (suspects
     (warning (gexp-location gexp)
              (N_ "importing module~{ ~a~} from the host~%"
                  "importing modules~{ ~a~} from the host~%"
                  (length suspects))
              suspects))))

(define (gexp-modules gexp)
  "Return the list of Guile module names GEXP relies on, its references included."
  (gexp-attribute gexp gexp-self-modules
                  #:same? same-module? #:inspect warn-about-modules-of-host))

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

(define (same-input? one other)
  (match (list one other)
    ((($ <gexp-input> thing output native?) ($ <gexp-input> other-thing other-output other-native?))
     (and (if (string? thing) (equal? thing other-thing) (eq? thing other-thing))
          (equal? output other-output)
          (eq? (->bool native?) (->bool other-native?))))))

(define (gexp-inputs gexp)
  "Return the list of <gexp-input> that GEXP refers to, those of the G-expressions it contains included: file-like objects
and store items, each once."
  (define (lowerable? thing)
    (or (file-like? thing)
        (and (string? thing) (direct-store-path? thing))))

  (define (inner-inputs gexp native?)
    (map (match-lambda
           ((and input ($ <gexp-input> thing output _))
            (if native? (%gexp-input thing output #t) input)))
         (gexp-inputs gexp)))

  (define (add-reference reference result)
    (match reference
      (($ <gexp-input> (? gexp? gexp) _ native?)
       (append (inner-inputs gexp native?) result))
      (($ <gexp-input> (? lowerable?))
       (cons reference result))
      (($ <gexp-input> (? pair? things) _ native?)
       ;; What is in a list is as native as the reference to the list.
       (fold-tree-elements (lambda (thing result)
                             (match thing
                               (($ <gexp-input> inner output)
                                (cons (%gexp-input inner output native?) result))
                               ((? lowerable?)
                                (cons (%gexp-input thing "out" native?) result))
                               ((? gexp?)
                                (append (gexp-inputs thing) result))
                               (_ result)))
                           result things))
      (_ result)))

  (delete-duplicates (fold-right add-reference '() (references-from-last gexp))
                     same-input?))
