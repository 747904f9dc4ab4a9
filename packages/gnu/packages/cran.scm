;;; Commentary:
;;;
;;; Packages for R.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages cran)
  #:use-module (guix build-system r)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public r-magrittr
  (package
    (name "r-magrittr")
    (version "2.0.3")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/r/r-cran-magrittr/r-cran-magrittr_" version
                                  ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1ljmrrm36y31db5z4cl863ap8k3jcaxk0qzy3f0cn6iag4zzigx2"))))
    (build-system r-build-system)
    (synopsis "Pipes for R")
    (description "This package has an operator that hands a value to the next function, so that code reads in the
order in which it runs.")
    (home-page "https://magrittr.tidyverse.org")
    (license license:expat)))

(define-public r-r6
  (package
    (name "r-r6")
    (version "2.5.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/r/r-cran-r6/r-cran-r6_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0j5z0b0myzjyyykk310xsa9n2mcm9bz8yqbq4xgz2yzdq8lvv4ld"))))
    (build-system r-build-system)
    (synopsis "Classes with references for R")
    (description "R6 has classes whose objects are changed in place, with public and private members.")
    (home-page "https://r6.r-lib.org")
    (license license:expat)))
