;;; Commentary:
;;;
;;; The records behind G-expressions: the expressions themselves, what they refer to, and the errors about these.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp definitions)
  #:use-module (guix utils)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (<gexp> make-gexp gexp? gexp-references gexp-self-modules gexp-self-extensions gexp-proc
            %gexp-location gexp-location

            <gexp-input> %gexp-input gexp-input gexp-input? gexp-input-thing gexp-input-output gexp-input-native?
            <gexp-output> gexp-output gexp-output? gexp-output-name

            self-quoting? raise-invalid-input

            &gexp-error gexp-error?
            &gexp-input-error gexp-input-error? gexp-error-invalid-input))

(define-record-type <gexp>
  (make-gexp references modules extensions proc location)
  gexp?
  (references gexp-references)           ;list of <gexp-input> and <gexp-output>
  (modules gexp-self-modules)            ;list of module names, or (NAME => FILE)
  (extensions gexp-self-extensions)      ;list of lowerable things
  (proc gexp-proc)                       ;procedure from resolved references to an S-expression
  (location %gexp-location))             ;alist or #f

(define (write-gexp gexp port)
  (display "#<gexp " port)
  ;; Spliced references cannot be shown in place.
  (let ((sexp (false-if-exception
               (apply (gexp-proc gexp) (gexp-references gexp)))))
    (when sexp (write sexp port)))
  (let ((location (gexp-location gexp)))
    (when location
      (format port " ~a" (location->string location))))
  (format port " ~a>" (number->string (object-address gexp) 16)))

(set-record-type-printer! <gexp> write-gexp)

(define (gexp-location gexp)
  "Return the source code location of GEXP, or #f."
  (source-properties->location (%gexp-location gexp)))

;; A reference from a G-expression to something: an object, an output, native or not.
(define-record-type <gexp-input>
  (%gexp-input thing output native?)
  gexp-input?
  (thing gexp-input-thing)
  (output gexp-input-output)
  (native? gexp-input-native?))

(set-record-type-printer! <gexp-input>
                          (match-lambda*
                            ((input port)
                             (format port "#<gexp-input ~a~s:~a>"
                                     (if (gexp-input-native? input) "native " "")
                                     (gexp-input-thing input)
                                     (gexp-input-output input)))))

(define* (gexp-input thing #:optional (output "out") #:key native?)
  "Return a new gexp input for OUTPUT of THING; NATIVE? tells whether it is a native input when cross-compiling."
  (%gexp-input thing output native?))

;; A reference to one of the derivation's own outputs.
(define-record-type <gexp-output>
  (gexp-output name)
  gexp-output?
  (name gexp-output-name))

(set-record-type-printer! <gexp-output>
                          (lambda (output port)
                            (format port "#<gexp-output ~a>" (gexp-output-name output))))

(define-condition-type &gexp-error &error
  gexp-error?)

(define-condition-type &gexp-input-error &gexp-error
  gexp-input-error?
  (input gexp-error-invalid-input))

(define* (raise-invalid-input thing #:optional location)
  "Raise an error: THING, which the G-expression at LOCATION refers to, stands for nothing in a builder."
  (raise (apply make-compound-condition
                (condition (&gexp-input-error (input thing)))
                (condition (&message (message (format #f "invalid G-expression input: ~s" thing))))
                (condition (&fix-hint
                            (hint (if (procedure? thing)
                                      "a procedure cannot go into a build: call it, or write its code in the G-expression"
                                      "packages, origins, files (local-file, plain-file, ...), strings, numbers, symbols and lists can"))))
                (if location
                    (list (condition (&error-location (location location))))
                    '()))))

(define (self-quoting? x)
  "Return true if X stands for itself in a builder."
  (or (symbol? x) (string? x) (number? x) (boolean? x) (null? x) (keyword? x) (char? x)
      (bytevector? x) (vector? x) (unspecified? x)))
