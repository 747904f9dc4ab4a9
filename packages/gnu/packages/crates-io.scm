;;; Commentary:
;;;
;;; Crates, the packages of Rust.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages crates-io)
  #:use-module (guix build-system cargo)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public rust-fnv-1
  (package
    (name "rust-fnv")
    (version "1.0.7")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/r/rust-fnv/rust-fnv_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1hc2mcqha06aibcaza94vbi81j6pr9a1bbxrxjfhc91zin8yr7iz"))))
    (build-system cargo-build-system)
    (arguments
     (list #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'remove-original-manifest
                 ;; Cargo will not pack it a second time.
                 (lambda _
                   (delete-file "Cargo.toml.orig"))))))
    (synopsis "Hash function for short keys")
    (description "This library has the hash function of Fowler, Noll and Vo, which is fast on short keys.")
    (home-page "https://github.com/servo/rust-fnv")
    (license (list license:expat license:asl2.0))))
