;;; Commentary:
;;;
;;; XML.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages xml)
  #:use-module (guix build-system cmake)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages compression)
  #:use-module ((guix licenses) #:prefix license:))

(define-public expat
  (package
    (name "expat")
    (version "2.5.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/e/expat/expat_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0mqpvyxigni8r1wkpy0gspfld9xv5s9a9ln56l5d2zq6qw2yw05b"))))
    (build-system cmake-build-system)
    (arguments
     (list #:configure-flags #~'("-DEXPAT_BUILD_DOCS=OFF")
           #:phases
           #~(modify-phases %standard-phases
               ;; The archive is of the whole project, before Autoconf.
               (add-after 'unpack 'enter-directory
                 (lambda _
                   (chdir "expat"))))))
    (synopsis "XML parser for streams")
    (description "Expat reads XML piece by piece and calls functions for what it finds.")
    (home-page "https://libexpat.github.io/")
    (license license:expat)))

(define-public libxml2
  (package
    (name "libxml2")
    (version "2.9.14")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libx/libxml2/libxml2_" version "+dfsg.orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1sbrqawsyzmi4l6sl7lkksinw5q3had436s87g8qkaxir3g17sag"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;Debian's archive is without the test suites of W3C
       #:configure-flags '("--disable-static" "--without-python")))
    (inputs (list zlib))
    (synopsis "Parser of XML")
    (description "Libxml2 reads, checks and writes XML and HTML, whole or piece by piece.")
    (home-page "http://xmlsoft.org/")
    (license license:expat)))

(define-public libxslt
  (package
    (name "libxslt")
    (version "1.1.35")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libx/libxslt/libxslt_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "0yfx6hgwx4qcq7mrxb7ywabhpl64qj5h2idab746lb47k8zg6iw2"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;Debian's archive of libxml2 is without what they want
       #:configure-flags '("--disable-static" "--without-python" "--without-crypto")))
    (propagated-inputs (list libxml2))
    (synopsis "Transformations of XML")
    (description "Libxslt turns documents in XML into others, as style sheets in XSLT say.")
    (home-page "http://xmlsoft.org/XSLT/")
    (license license:expat)))
