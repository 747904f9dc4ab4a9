;;; Commentary:
;;;
;;; Programs and systems in containers: G-expressions run in name spaces of their own.  Containers of whole systems come
;;; with the work on systems.
;;; Interface: (gnu system linux-container) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system linux-container)
  #:use-module (gnu build linux-container)
  #:use-module (gnu system file-systems)
  #:use-module (gnu system unavailable)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix modules)
  #:use-module (guix monads)
  #:use-module (guix store)
  #:use-module (guix store places)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:export (system-container
            containerized-operating-system
            container-script
            eval/container))

(define requisites* (store-lift requisites))

(define* (eval/container exp
                         #:key
                         (mappings '())
                         (namespaces %namespaces)
                         (guest-uid 0) (guest-gid 0))
  "Return as a monadic value the status, as of `waitpid', of a process that evaluates EXP, a gexp, in NAMESPACES, as GUEST-UID
and GUEST-GID.  It sees the store items that EXP refers to and MAPPINGS, <file-system-mapping> objects."
  (mlet* %store-monad ((lowered (lower-gexp exp))
                       (inputs -> (cons (lowered-gexp-guile lowered)
                                        (lowered-gexp-inputs lowered)))
                       (_ (built-derivations inputs))
                       (items (requisites* (append (append-map derivation-input-output-paths inputs)
                                                   (lowered-gexp-sources lowered)))))
    (define guile
      (match (derivation-input-output-paths (lowered-gexp-guile lowered))
        ((directory) (string-append directory "/bin/guile"))))

    (define (options flag directories)
      (append-map (lambda (directory) (list flag directory)) directories))

    (define (read-only item)
      (file-system-mapping
       (source (place-of-item item))
       (target item)
       (writable? #f)))

    (return
     (call-with-container (map file-system-mapping->bind-mount
                               (append (map read-only items) mappings))
       (lambda ()
         (apply execl guile "guile"
                (append (options "-L" (lowered-gexp-load-path lowered))
                        (options "-C" (lowered-gexp-load-compiled-path lowered))
                        (list "-c" (object->string (lowered-gexp-sexp lowered))))))
       #:namespaces namespaces
       #:guest-uid guest-uid
       #:guest-gid guest-gid))))

(define-syntax-rule (define-unavailable (name missing) ...)
  (begin
    (define (name . arguments)
      "Refuse: whole systems cannot be run yet."
      (unavailable 'name missing))
    ...))

(define-unavailable
  (system-container "services of a system")
  (containerized-operating-system "services of a system")
  (container-script "services of a system"))
