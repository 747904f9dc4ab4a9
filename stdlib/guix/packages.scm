;;; Commentary:
;;;
;;; Packages and origins, as recipes see them: the records, what they depend on, their variants, bags and derivations.
;;; This module is the sum of four: definitions (the records), bags (lowering), sources and rewriting.
;;; Interface: (guix packages) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix packages)
  #:use-module (guix utils)
  #:use-module (guix search-paths)
  #:use-module (guix packages definitions)
  #:use-module (guix packages locations)
  #:use-module (guix packages bags)
  #:use-module (guix packages sources)
  #:use-module (guix packages rewriting)
  #:use-module ((srfi srfi-1) #:select (delete))
  #:re-export (%current-system
               %current-target-system
               search-path-specification
               ;; Recipes that use this module mean these, whatever else they import under the same names.
               define-public
               delete

               ;; Records.
               content-hash content-hash? content-hash-algorithm content-hash-value

               origin origin? this-origin
               origin-uri origin-method origin-hash origin-sha256 origin-file-name origin-actual-file-name
               origin-patches origin-patch-flags origin-patch-inputs origin-patch-guile
               origin-snippet origin-modules
               base32 base64

               package package? this-package
               package-name package-upstream-name
               package-version package-full-name package-source package-build-system package-arguments
               package-inputs package-native-inputs package-propagated-inputs
               package-outputs package-native-search-paths package-search-paths
               package-replacement package-synopsis package-description package-license package-home-page
               package-supported-systems package-properties package-location
               hidden-package hidden-package? package-superseded deprecated-package
               package-field-location package-definition-location
               this-package-input this-package-native-input
               lookup-package-input lookup-package-native-input lookup-package-propagated-input
               lookup-package-direct-input package-direct-inputs package-direct-sources
               modify-inputs prepend replace inputs-sans-labels
               package/inherit package-with-patches package-with-extra-patches package-with-c-toolchain
               package-patched-vulnerabilities

               %supported-systems %cuirass-supported-systems
               %32bit-supported-systems %64bit-supported-systems
               %hurd-systems

               &package-error package-error? package-error-package
               &package-license-error package-license-error? package-error-invalid-license
               &package-input-error package-input-error? package-error-invalid-input
               &package-cross-build-system-error package-cross-build-system-error?
               &package-cyclic-dependency-error package-cyclic-dependency-error? package-error-dependency-cycle

               ;; Lowering.
               transitive-input-references
               package-transitive-sources
               package-transitive-inputs package-transitive-target-inputs
               package-transitive-native-inputs package-transitive-propagated-inputs
               package-transitive-native-search-paths package-transitive-supported-systems
               package-development-inputs package-closure supported-package?

               package->bag bag->derivation bag-transitive-inputs bag-transitive-host-inputs
               bag-transitive-build-inputs bag-transitive-target-inputs bag-direct-inputs
               package-grafts

               default-guile default-guile-derivation set-guile-for-build
               package->derivation package->cross-derivation
               package-derivation package-cross-derivation package-output
               package-file

               ;; Sources.
               origin->derivation package-source-derivation

               ;; Variants.
               package-mapping package-input-rewriting package-input-rewriting/spec))
