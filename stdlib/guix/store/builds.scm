;;; Commentary:
;;;
;;; Builds: what is built, with what in their place, many of them together, and where their logs go.
;;; Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store builds)
  #:use-module (guix store conditions)
  #:use-module (guix store connections)
  #:use-module (guix store queries)
  #:use-module (strata store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (build-things build-mode ensure-path current-build-output-port
            with-build-handler map/accumulate-builds))

(define current-build-output-port
  (make-parameter (current-error-port)))

(define (build-mode-number name)
  "Return the number of the mode of `build-things' called NAME, a symbol."
  (case name
    ((normal) 0)
    ((repair) 1)
    ((check) 2)
    (else (error "no such build mode" name))))

(define-syntax build-mode
  ;; (build-mode NAME) is the number of the mode called NAME, a word or what evaluates to one.
  (lambda (s)
    (syntax-case s (normal repair check)
      ((_ normal) #'0)
      ((_ repair) #'1)
      ((_ check)  #'2)
      ((_ name)   #'(build-mode-number name))
      (id
       (identifier? #'id)
       #'build-mode-number))))

(define current-build-prompt
  ;; The tag of the innermost build handler's prompt, or #f.
  (make-parameter #f))

(define-syntax-rule (with-build-handler handler exp ...)
  ;; Evaluate EXP with HANDLER in the place of builds: (HANDLER CONTINUE STORE THINGS MODE) is called for each
  ;; `build-things', and (CONTINUE #t) does what was asked for, (CONTINUE #f) goes on without.
  (call-with-build-handler handler (lambda () exp ...)))

(define (call-with-build-handler handler thunk)
  (let ((tag (make-prompt-tag "build handler")))
    ;; Outside of the prompt: what continues later finds the tag of the handler it then has.
    (parameterize ((current-build-prompt tag))
      (call-with-prompt tag
        thunk
        (lambda (continue store things mode)
          ;; What follows the build may build more.
          (call-with-build-handler handler
                                   (lambda () (handler continue store things mode))))))))

;; What `map/accumulate-builds' has for an element that waits for a build.
(define-record-type <unresolved>
  (unresolved things continue)
  unresolved?
  (things unresolved-things)
  (continue unresolved-continue))

(define usual-cutoff
  ;; How many elements may wait before what they need is built.
  (make-parameter 32))

(define (same-connection? one other)
  (eq? (store-connection-handle one) (store-connection-handle other)))

(define (first-batch store proc lst cutoff)
  "Return what PROC makes of the first elements of LST, until more than CUTOFF of them wait for a build of STORE, and the
elements that remain."
  (define (wait continue store* things mode)
    (if (and (same-connection? store store*) (= mode (build-mode normal)))
        (unresolved things continue)
        (continue #t)))
  (let loop ((rest lst) (results '()) (waiting 0))
    (if (or (null? rest) (> waiting cutoff))
        (values (reverse results) rest)
        (let ((result (with-build-handler wait (proc (car rest)))))
          (loop (cdr rest)
                (cons result results)
                (if (unresolved? result) (+ waiting 1) waiting))))))

(define* (map/accumulate-builds store proc lst #:key (cutoff (usual-cutoff)))
  "Apply PROC, which may build, to the elements of LST, and build what they need together instead of one after the
other.  When more than CUTOFF elements wait for builds, these are done before the elements that follow."
  (define (resume result)
    ;; What it waited for is there.
    (if (unresolved? result)
        ((unresolved-continue result) #f)
        result))
  (let-values (((results rest)
                ;; Elements that map themselves wait for fewer: the same builds are needed by many of them.
                (parameterize ((usual-cutoff (quotient cutoff 2)))
                  (first-batch store proc lst cutoff))))
    (match (append-map unresolved-things (filter unresolved? results))
      (() results)
      (things
       (build-things store (delete-duplicates things))
       (append (map/accumulate-builds store resume results #:cutoff cutoff)
               (map/accumulate-builds store proc rest #:cutoff cutoff))))))

(define (standard-error? port)
  (and (file-port? port)
       (eqv? 2 (false-if-exception (fileno port)))))

(define (call-with-build-log store port thunk)
  "Call THUNK, and write what is said by the builds that STORE does in it to PORT."
  (let ((handle (store-connection-handle store)))
    (if (standard-error? port)
        (thunk)
        (dynamic-wind
          (lambda () (%keep-build-log handle))
          thunk
          (lambda () (display (%take-build-log handle) port))))))

(define* (build-things store things #:optional (mode (build-mode normal)))
  "Build THINGS, a list of store items: derivation file names, or pairs of one and an output name.  Return true
when all of them were built; otherwise raise a &store-protocol-error."
  (if (and (current-build-prompt)
           (not (abort-to-prompt (current-build-prompt) store things mode)))
      #t
      (call-with-build-log store (current-build-output-port)
                           (lambda ()
                             (%build-things (store-connection-handle store) things mode)))))

(define (ensure-path store path)
  "Make sure that PATH is valid, by a substitute if need be, and return true."
  (unless (valid-path? store path)
    (build-things store (list path)))
  (or (valid-path? store path)
      (raise (condition
              (&store-protocol-error
               (message (string-append "path `" path "' does not exist and cannot be created"))
               (status 1))))))
