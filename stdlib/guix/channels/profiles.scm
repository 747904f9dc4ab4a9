;;; Commentary:
;;;
;;; Profiles of channels: one entry for each instance, whose item has the modules where Guile looks for them.
;;; The part of (guix channels) that needs packages and profiles; `strata pull' does without these builds.
;;;
;;; Code:

(define-module (guix channels profiles)
  #:use-module (guix channels)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix profiles)
  #:use-module (guix store)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (instances->manifest
            instances->derivation
            entry->channel
            profile->channels))

(define (metadata instance)
  ((@@ (guix channels) channel-instance-metadata) instance))
(define (dependencies metadata)
  ((@@ (guix channels) channel-metadata-dependencies) metadata))
(define (directory metadata)
  ((@@ (guix channels) channel-metadata-directory) metadata))

(define (instance-name instance)
  (channel-name (channel-instance-channel instance)))

(define (required-instances instance instances)
  "Return those of INSTANCES that the modules of INSTANCE need: the channel `guix', and those that it names."
  (let ((names (cons 'guix (map channel-name (dependencies (metadata instance))))))
    (if (eq? 'guix (instance-name instance))
        '()
        (filter (lambda (other)
                  (and (not (eq? other instance)) (memq (instance-name other) names)))
                instances))))

(define (instance->object instance instances)
  "Return the object that is built of INSTANCE: its modules as a directory, and what it requires of INSTANCES."
  (define checkout (channel-instance-checkout instance))
  (define source
    (if (direct-store-path? checkout)
        checkout
        (local-file checkout (symbol->string (instance-name instance)) #:recursive? #t)))

  (computed-file
   (symbol->string (instance-name instance))
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (guix build utils))
         (let ((modules (string-append #$output "/share/guile/site/3.0")))
           (mkdir-p (dirname modules))
           (symlink (string-append #$source #$(directory (metadata instance))) modules)
           (call-with-output-file (string-append #$output "/required-channels")
             (lambda (port)
               (write '#$(map (lambda (required) (instance->object required instances))
                              (required-instances instance instances))
                      port))))))
   #:options '(#:local-build? #t)))

(define* (instances->manifest instances #:key system)
  "Return as a monadic value the manifest of a profile with INSTANCES."
  (with-monad %store-monad
    (return
     (manifest
      (map (lambda (instance)
             (let ((commit (channel-instance-commit instance)))
               (manifest-entry
                 (name (symbol->string (instance-name instance)))
                 (version (string-take commit (min 7 (string-length commit))))
                 (item (instance->object instance instances))
                 (properties `((source ,(channel-instance->sexp instance)))))))
           instances)))))

(define (instances->derivation instances)
  "Return as a monadic value the derivation of the profile with INSTANCES."
  (mlet %store-monad ((manifest (instances->manifest instances)))
    (profile-derivation manifest #:hooks %channel-profile-hooks)))

(define (entry->channel entry)
  "Return the channel that ENTRY of a manifest records, or #f."
  (match (assq-ref (manifest-entry-properties entry) 'source)
    ((sexp) (sexp->channel sexp (string->symbol (manifest-entry-name entry))))
    (_ #f)))

(define (profile->channels profile)
  "Return the channels that the manifest of PROFILE records."
  (filter-map entry->channel (reverse (manifest-entries (profile-manifest profile)))))
