;;; Commentary:
;;;
;;; Profiles: sets of packages merged into one directory, with generations.
;;; This module is the sum of five: manifests (the records), manifest-files (their text), hooks, building and generations.
;;; Interface: (guix profiles) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix profiles)
  #:use-module (guix profiles manifests)
  #:use-module (guix profiles manifest-files)
  #:use-module (guix profiles hooks)
  #:use-module (guix profiles building)
  #:use-module (guix profiles generations)
  #:re-export (;; Errors.
               &profile-error profile-error? profile-error-profile
               &profile-not-found-error profile-not-found-error?
               &profile-collision-error profile-collision-error? profile-collision-error-entry
               profile-collision-error-conflict
               &unmatched-pattern-error unmatched-pattern-error? unmatched-pattern-error-pattern
               unmatched-pattern-error-manifest
               &missing-generation-error missing-generation-error? missing-generation-error-generation

               ;; Manifests.
               manifest make-manifest manifest? manifest-entries manifest-transitive-entries
               <manifest-entry> manifest-entry manifest-entry? manifest-entry-name manifest-entry-version
               manifest-entry-output manifest-entry-item manifest-entry-dependencies
               manifest-entry-search-paths manifest-entry-parent manifest-entry-properties
               manifest-entry=? lower-manifest-entry
               manifest-pattern manifest-pattern? manifest-pattern-name manifest-pattern-version
               manifest-pattern-output
               concatenate-manifests map-manifest-entries manifest-remove manifest-add manifest-lookup
               manifest-installed? manifest-matching-entries manifest-search-paths check-for-collisions
               package->manifest-entry package->development-manifest packages->manifest
               manifest-transaction manifest-transaction? manifest-transaction-install
               manifest-transaction-remove manifest-transaction-install-entry
               manifest-transaction-remove-pattern manifest-transaction-null?
               manifest-transaction-removal-candidate? manifest-transaction-effects
               manifest-perform-transaction

               ;; Their text.
               %manifest-format-version manifest->code profile-manifest

               ;; Profiles.
               ca-certificate-bundle linux-module-database %default-profile-hooks
               profile-derivation profile profile? profile-name profile-content profile-hooks
               profile-locales? profile-allow-collisions? profile-relative-symlinks?
               profile-search-paths load-profile

               ;; Generations.
               generation-number generation-profile generation-numbers profile-generations
               relative-generation-spec->number relative-generation previous-generation-number
               generation-time generation-file-name switch-to-generation roll-back delete-generation
               %user-profile-directory %profile-directory %current-profile
               ensure-profile-directory canonicalize-profile user-friendly-profile))

;; Guix's own code reaches for these with `@@'.
(define manifest->gexp (@@ (guix profiles manifest-files) manifest->gexp))
(define read-manifest (@@ (guix profiles manifest-files) read-manifest))
