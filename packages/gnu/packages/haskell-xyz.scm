;;; Commentary:
;;;
;;; Libraries for Haskell.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages haskell-xyz)
  #:use-module (guix build-system haskell)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ghc-split
  (package
    (name "ghc-split")
    (version "0.2.3.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/h/haskell-split/haskell-split_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0n9ip49laq5jwqw0c43lhf69ii8y4lwci9j6d5bjnjim23bai2mz"))))
    (build-system haskell-build-system)
    (arguments '(#:tests? #f))          ;they want QuickCheck
    (synopsis "Splitting of lists")
    (description "This library splits lists in Haskell at elements, sublists or predicates, in many ways.")
    (home-page "https://hackage.haskell.org/package/split")
    (license license:bsd-3)))
