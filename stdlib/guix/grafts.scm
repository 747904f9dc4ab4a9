;;; Commentary:
;;;
;;; Grafts: replacing what built packages refer to, without building them again.  A graft says which store item takes the
;;; place of which; grafting a derivation makes derivations that copy its outputs with the references rewritten, and
;;; likewise for its dependencies between it and what is replaced.  Interface: (guix grafts) of GNU Guix 1.4.
;;; What the copies do is in (guix build graft).
;;;
;;; Code:

(define-module (guix grafts)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix records)
  #:use-module (guix sets)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9 gnu)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 match)
  #:re-export (%graft?
               without-grafting
               set-grafting
               grafting?)
  #:export (graft graft? graft-origin graft-origin-output graft-replacement graft-replacement-output
            graft-derivation graft-derivation/shallow
            %graft-with-utf8-locale?))

(define-record-type* <graft> graft make-graft
  graft?
  (origin graft-origin)                         ;derivation | store item
  (origin-output graft-origin-output            ;string | #f
                 (default "out"))
  (replacement graft-replacement)               ;derivation | store item
  (replacement-output graft-replacement-output  ;string | #f
                      (default "out")))

(define (item-of thing output)
  "Return the store item of OUTPUT of THING, or THING when it is an item itself."
  (if (derivation? thing)
      (derivation->output-path thing output)
      thing))

(define (graft-origin-item graft)
  "Return the store item that GRAFT replaces."
  (item-of (graft-origin graft) (graft-origin-output graft)))

(set-record-type-printer! <graft>
                          (lambda (graft port)
                            (format port "#<graft ~a ==> ~a>"
                                    (graft-origin-item graft)
                                    (item-of (graft-replacement graft)
                                             (graft-replacement-output graft)))))

(define %graft-with-utf8-locale?
  ;; Whether grafting runs in a UTF-8 locale, where the collection has one: file names are decoded then.
  (make-parameter #t))

(define (utf8-locales)
  "Return the package of UTF-8 locales among the collection's final inputs, or #f."
  (and (%graft-with-utf8-locale?)
       (and=> (module-variable (resolve-interface '(gnu packages commencement))
                               'glibc-utf8-locales-final)
              variable-ref)))

(define* (graft-derivation/shallow store drv grafts
                                   #:key
                                   (name (derivation-name drv))
                                   (outputs (derivation-output-names drv))
                                   (guile (%guile-for-build))
                                   (system (%current-system)))
  "Return a derivation called NAME that applies GRAFTS to OUTPUTS of DRV, and not to what they depend on."
  (define locales (utf8-locales))

  (define replacements
    (map (lambda (graft)
           #~(#$(gexp-input* (graft-origin graft) (graft-origin-output graft))
              . #$(gexp-input* (graft-replacement graft) (graft-replacement-output graft))))
         grafts))

  (define build
    (with-imported-modules '((guix build graft)
                             (guix build utils))
      #~(begin
          (use-modules (guix build graft)
                       (guix build utils)
                       (ice-9 match))

          (define %outputs #$(outputs->gexp outputs))
          (define old-outputs
            '#$(map (lambda (output)
                      #~(#$output . #$(gexp-input* drv output)))
                    outputs))

          #+(if locales
                #~(begin
                    (setenv "GUIX_LOCPATH" #+(file-append locales "/lib/locale"))
                    (setlocale LC_ALL "en_US.utf8"))
                #~#t)
          ;; An output's references to itself and to the others follow it.
          (graft old-outputs %outputs
                 (append '#$replacements
                         (map (match-lambda
                                ((name . file)
                                 (cons (assoc-ref old-outputs name) file)))
                              %outputs))))))

  (run-with-store store
    (gexp->derivation name build
                      #:system system
                      #:guile-for-build guile
                      ;; Cheap to do, and done only for what is here already.
                      #:local-build? #t
                      #:substitutable? #f
                      #:properties `((type . graft)
                                     (graft (count . ,(length grafts)))))
    #:system system))

(define (gexp-input* thing output)
  "Return a gexp that stands for OUTPUT of THING, a derivation, or for THING, a store item."
  (if (derivation? thing)
      #~(ungexp thing output)
      thing))


;;;
;;; Grafting recursively.
;;;

(define (output-references store drv outputs)
  "Return the references of OUTPUTS of DRV other than to its outputs, building it when it has to be asked."
  (define items (map (cut derivation->output-path drv <>) outputs))
  (define (all-references)
    (append-map (cut references/cached store <>) items))

  (let ((references (guard (c ((store-protocol-error? c)
                               ;; Not built or substituted yet.
                               (build-derivations store (list drv))
                               (all-references)))
                      (all-references)))
        (own (map cdr (derivation->output-paths drv))))
    (remove (cut member <> own) references)))

(define (item-producers drv items)
  "Return (DERIVATION . OUTPUT) pairs for those of ITEMS that the dependencies of DRV produce, searched breadth-first."
  (let loop ((pending (list drv)) (items items) (found '()) (visited (setq)))
    (cond ((or (null? pending) (null? items)) found)
          ((set-contains? visited (car pending))
           (loop (cdr pending) items found visited))
          (else
           (let ((inputs (map derivation-input-derivation (derivation-inputs (car pending)))))
             (let visit ((outputs (append-map (lambda (input)
                                                (map (match-lambda
                                                       ((output . item) (list item input output)))
                                                     (derivation->output-paths input)))
                                              inputs))
                         (items items)
                         (found found))
               (match outputs
                 (()
                  (loop (append (cdr pending) inputs) items found
                        (set-insert (car pending) visited)))
                 (((item input output) . rest)
                  (if (member item items)
                      (visit rest (delete item items) (cons (cons input output) found))
                      (visit rest items found))))))))))

(define* (graft-derivation store drv grafts
                           #:key
                           (guile (%guile-for-build))
                           (outputs (derivation-output-names drv))
                           (system (%current-system)))
  "Apply GRAFTS to OUTPUTS of DRV and to all their dependencies, recursively, and return the resulting derivation: DRV
itself when nothing that it refers to is replaced."
  (define cache (make-hash-table))

  (define (replaces-output? graft drv output)
    (let ((item (assoc-ref (derivation->output-paths drv) output)))
      (and item
           (derivation? (graft-origin graft))
           (string=? item (graft-origin-item graft)))))

  (define (cumulative drv outputs grafts)
    "Return GRAFTS with those that applying them to the dependencies of DRV results in."
    (let* ((key (cons (derivation-file-name drv) outputs))
           (known (find (match-lambda ((for . _) (equal? for grafts)))
                        (hash-ref cache key '()))))
      (match known
        ((_ . result) result)
        (#f
         (let ((result (compute drv outputs grafts)))
           (hash-set! cache key (acons grafts result (hash-ref cache key '())))
           result)))))

  (define (compute drv outputs grafts)
    (match (output-references store drv outputs)
      (() grafts)
      (references
       (let* ((of-inputs (append-map (match-lambda
                                       ((input . output)
                                        ;; What is to be replaced is not grafted itself.
                                        (if (any (cut replaces-output? <> input output) grafts)
                                            grafts
                                            (cumulative input (list output) grafts))))
                                     (item-producers drv references)))
              ;; References to sources, which no derivation produces, are replaced too.
              (all (delete-duplicates (append of-inputs grafts)))
              ;; Only these: otherwise equal results would come from different derivations.
              (applicable (filter (lambda (graft)
                                    (member (graft-origin-item graft) references))
                                  all)))
         (if (null? applicable)
             all
             (let ((new (graft-derivation/shallow store drv applicable
                                                  #:outputs outputs
                                                  #:guile guile
                                                  #:system system)))
               (append (map (lambda (output)
                              (graft
                                (origin drv)
                                (origin-output output)
                                (replacement new)
                                (replacement-output output)))
                            outputs)
                       all)))))))

  (match (cumulative drv outputs grafts)
    ((first . _)
     ;; When DRV was grafted, the graft that stands for it comes first.
     (if (equal? drv (graft-origin first))
         (graft-replacement first)
         drv))
    (() drv)))
