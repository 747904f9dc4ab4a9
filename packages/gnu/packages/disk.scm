;;; Commentary:
;;;
;;; Disks and their partitions.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages disk)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages linux)
  #:use-module (gnu packages pkg-config)
  #:use-module ((guix licenses) #:prefix license:))

(define-public parted
  (package
    (name "parted")
    (version "3.5")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/parted/parted_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "18h51i3x5cbqhlj5rm23m9sfw63gaaby5czln5w6qpqj3ifdsf29"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags #~(list "--disable-device-mapper" "--without-readline")))
    (native-inputs (list pkgconf))
    (inputs (list util-linux))
    (synopsis "Editor of partition tables")
    (description "Parted makes, removes and resizes the partitions of a disk.")
    (home-page "https://www.gnu.org/software/parted/")
    (license license:gpl3+)))
