;;; Commentary:
;;;
;;; Transfers.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages curl)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages perl)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages tls)
  #:use-module ((guix licenses) #:prefix license:))

(define-public curl
  (package
    (name "curl")
    (version "7.88.1")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/c/curl/curl_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1izkpf1fspa9br4v85gjm0lsl6yfiq0zh448bcyx7ibbwdr8pcyd"))))
    (build-system gnu-build-system)
    (arguments
     '(#:tests? #f                       ;they take longer than the build
       #:configure-flags '("--with-openssl" "--disable-static")))
    (native-inputs (list perl pkg-config))
    (inputs (list openssl zlib))
    (synopsis "Transfers by URL")
    (description "Curl gets and sends files as their URLs say, as a program and as a library.")
    (home-page "https://curl.haxx.se/")
    (license (license:non-copyleft "file://COPYING"))))
