;;; Commentary:
;;;
;;; The bootstrap seed as packages: C library, compiler, linker, tools and the runtime of build scripts.
;;; The items are unpacked from pinned binary packages by the daemon itself (bootstrap/seed.json has names and hashes);
;;; here they get the names under which recipes know them.  The collection's own builds start from these.
;;;
;;; Code:

(define-module (gnu packages bootstrap)
  #:use-module (guix packages)
  #:use-module (guix build-system)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (ice-9 exceptions)
  #:use-module (strata store)
  #:use-module (ice-9 match)
  #:export (seed-build-system
            seed-package
            %bootstrap-guile
            %bootstrap-glibc
            %bootstrap-gcc
            %bootstrap-gcc-lib
            %bootstrap-binutils
            %bootstrap-tools
            %bootstrap-ld-wrapper))

(define (seed-derivation store item)
  "Return the derivation of ITEM of the seed."
  (read-derivation-from-file (%seed-derivation (store-connection-handle store) item)))

(define* (lower-seed name #:key system target outputs item #:allow-other-keys)
  "Return the bag of a package that is ITEM of the seed."
  (and (not target)
       (bag
         (name name)
         (system system)
         (outputs outputs)
         (arguments `(#:item ,item))
         (build (lambda* (name inputs #:key item system #:allow-other-keys)
                  (lambda (store)
                    (unless (string=? system "x86_64-linux")
                      (raise-exception
                       (make-exception-with-message
                        (format #f "the bootstrap seed exists for x86_64-linux only, not for ~a" system))))
                    (values (seed-derivation store item) store)))))))

(define seed-build-system
  (build-system
    (name 'seed)
    (description "Items of the bootstrap seed")
    (lower lower-seed)))

(define* (seed-package name version item license #:key (search-paths '())
                       (synopsis (string-append "Bootstrap binaries of " name)))
  "Return a package NAME at VERSION that is ITEM, a string, of the seed."
  (package
    (name name)
    (version version)
    (source #f)
    (build-system seed-build-system)
    (arguments (list #:item item))
    (native-search-paths search-paths)
    (supported-systems '("x86_64-linux"))
    (synopsis synopsis)
    (description
     "These are binaries from a fixed release of Debian GNU/Linux, relocated into the store.  Packages are built with
them until the collection has built its own.")
    (home-page #f)
    (license license)))

(define %bootstrap-glibc
  (seed-package "glibc" "2.36" "glibc" license:lgpl2.1+))

(define %bootstrap-gcc-lib
  (seed-package "gcc-lib" "12.2.0" "gcc-lib" license:gpl3+))

(define %bootstrap-gcc
  (seed-package "gcc" "12.2.0" "gcc" license:gpl3+
                #:search-paths
                (list (search-path-specification
                       (variable "C_INCLUDE_PATH")
                       (files '("include")))
                      (search-path-specification
                       (variable "CPLUS_INCLUDE_PATH")
                       ;; The C library's headers, which come after, must not hide the next ones from C++'s.
                       (files '("include/c++/12" "include/x86_64-linux-gnu/c++/12" "include")))
                      (search-path-specification
                       (variable "LIBRARY_PATH")
                       (files '("lib" "lib64"))))))

(define %bootstrap-binutils
  (seed-package "binutils" "2.40" "binutils" license:gpl3+))

(define %bootstrap-ld-wrapper
  (seed-package "ld-wrapper" "0" "ld-wrapper" license:gpl3+
                #:synopsis "Linker wrapper that records the directories of shared libraries"))

(define %bootstrap-tools
  (seed-package "bootstrap-tools" "0" "tools" license:gpl3+))

(define %bootstrap-guile
  ;; The interpreter that runs build scripts: strata's own, on its pinned Node.
  (seed-package "guile-bootstrap" "0.1.0" "guile" license:gpl3+
                #:search-paths (list (search-path-specification
                                      (variable "GUILE_LOAD_PATH")
                                      (files '("share/guile/site/3.0")))
                                     (search-path-specification
                                      (variable "GUILE_LOAD_COMPILED_PATH")
                                      (files '("lib/guile/3.0/site-ccache"))))
                #:synopsis "Scheme interpreter that runs build scripts"))
