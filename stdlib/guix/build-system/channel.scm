;;; Commentary:
;;;
;;; The build system that makes a package of a channel: what `time-machine' would run, as a package.
;;; Interface: (guix build-system channel) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system channel)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module ((guix gexp) #:select (lower-object))
  #:use-module (guix monads)
  #:use-module ((guix store) #:select (%store-monad store-lift))
  #:export (channel-build-system))

(define (in-channels name)
  "Return a procedure that calls the procedure NAME of (guix channels), which is loaded then."
  (lambda arguments
    (apply ((collection-variable '(guix channels) name)) arguments)))

(define channel? (in-channels 'channel?))
(define channel-instance? (in-channels 'channel-instance?))
(define checkout->channel-instance (in-channels 'checkout->channel-instance))
(define latest-channel-instances (in-channels 'latest-channel-instances))
(define channel-instances->derivation (in-channels 'channel-instances->derivation))

(define (source->instances source commit authenticate?)
  "Return as a monadic value the list of channel instances that SOURCE stands for: a channel, an instance, or a checkout,
as a file name or a file-like object, of COMMIT."
  (define (checkout directory)
    (list (checkout->channel-instance directory #:commit commit)))

  (cond ((channel-instance? source)
         (with-monad %store-monad (return (list source))))
        ((channel? source)
         ((store-lift latest-channel-instances) (list source) #:authenticate? authenticate?))
        ((string? source)
         (with-monad %store-monad (return (checkout source))))
        (else
         (mlet %store-monad ((directory (lower-object source)))
           (return (checkout directory))))))

(define* (build-channels name inputs
                         #:key source system commit (authenticate? #t)
                         #:allow-other-keys)
  "Return as a monadic value the derivation of the channel SOURCE."
  (mlet %store-monad ((instances (source->instances source commit authenticate?)))
    (channel-instances->derivation instances)))

(define (lower name . arguments)
  "Return a bag for NAME: it has no inputs."
  (bag
    (name name)
    (system (keyword-argument arguments #:system))
    (build build-channels)
    (arguments (list #:source (keyword-argument arguments #:source)
                     #:authenticate? (keyword-argument arguments #:authenticate? (const #t))
                     #:commit (keyword-argument arguments #:commit)))))

(define channel-build-system
  (build-system
    (name 'channel)
    (description "Turn a channel instance into a package.")
    (lower lower)))
