;;; Commentary:
;;;
;;; The store from Scheme: connections, additions, queries, builds, and the store monad.
;;; A connection is either the store of this very process or a daemon's.  The work is done by the
;;; primitives of (strata store).  This module is the sum of others: conditions, connections, paths, queries,
;;; additions, maintenance, builds and monad.  Interface: (guix store) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix store conditions)
  #:use-module (guix store connections)
  #:use-module (guix store paths)
  #:use-module (guix store queries)
  #:use-module (guix store additions)
  #:use-module (guix store maintenance)
  #:use-module (guix store builds)
  #:use-module (guix store monad)
  #:re-export (mlet mlet* mbegin mwhen munless mparameterize
               >>= return with-monad lift0 lift1 lift2 lift3 lift4 lift5 lift6 lift7 lift
               listm foldm mapm sequence anym

               %daemon-socket-uri
               %gc-roots-directory %default-substitute-urls

               store-connection? store-connection-handle store-connection-object-cache
               store-connection-version store-connection-major-version store-connection-minor-version
               open-connection connect-to-daemon port->connection close-connection
               with-store call-with-store with-store/non-blocking
               set-build-options set-build-options*
               allocate-store-connection-cache store-connection-cache
               set-store-connection-cache set-store-connection-cache! cache-lookup-recorder
               current-build-output-port

               &store-error store-error?
               &store-connection-error store-connection-error?
               store-connection-error-file store-connection-error-code
               &store-protocol-error store-protocol-error?
               store-protocol-error-message store-protocol-error-status

               store-connection-socket current-store-protocol-version mcached

               path-info? path-info-deriver path-info-hash path-info-references
               path-info-registration-time path-info-nar-size
               valid-path? query-path-hash hash-part->path query-path-info query-path-info*
               references references/cached references* requisites referrers topologically-sorted
               substitutable? substitutable-path substitutable-deriver substitutable-references
               substitutable-download-size substitutable-nar-size
               has-substitutes? substitutable-paths substitutable-path-info
               query-failed-paths clear-failed-paths verify-store built-in-builders
               ensure-path find-roots optimize-store
               collect-garbage delete-paths export-path export-paths import-paths
               valid-derivers query-derivation-outputs live-paths dead-paths
               add-text-to-store add-data-to-store add-to-store
               add-file-tree-to-store file-mapping->tree %add-file-tree-to-store
               build-things build build-mode hash-algo
               with-build-handler map/accumulate-builds mapm/accumulate-builds
               add-temp-root add-indirect-root add-permanent-root remove-permanent-root

               %store-prefix store-path output-path fixed-output-path
               store-path? direct-store-path? direct-store-path derivation-path?
               store-path-package-name store-path-base store-path-hash-part
               derivation-log-file log-file

               %store-monad store-bind store-return store-lift store-lower store-parameterize
               run-with-store
               text-file binary-file interned-file interned-file-tree
               %guile-for-build
               %graft? set-grafting grafting? without-grafting
               current-system set-current-system
               current-target-system set-current-target)
  #:export (;; Names from before 1.0.
            nix-server? nix-server-version nix-server-major-version nix-server-minor-version
            nix-server-socket
            &nix-error nix-error? &nix-connection-error nix-connection-error?
            nix-connection-error-file nix-connection-error-code
            &nix-protocol-error nix-protocol-error?
            nix-protocol-error-message nix-protocol-error-status))

;; Names from before 1.0.
(define-syntax-rule (define-former-names (former name) ...)
  (begin (define-syntax former (identifier-syntax name)) ...))

(define-former-names
  (&nix-error &store-error)
  (nix-error? store-error?)
  (&nix-connection-error &store-connection-error)
  (nix-connection-error? store-connection-error?)
  (nix-connection-error-file store-connection-error-file)
  (nix-connection-error-code store-connection-error-code)
  (&nix-protocol-error &store-protocol-error)
  (nix-protocol-error? store-protocol-error?)
  (nix-protocol-error-message store-protocol-error-message)
  (nix-protocol-error-status store-protocol-error-status)
  (nix-server? store-connection?)
  (nix-server-version store-connection-version)
  (nix-server-major-version store-connection-major-version)
  (nix-server-minor-version store-connection-minor-version)
  (nix-server-socket store-connection-socket))
