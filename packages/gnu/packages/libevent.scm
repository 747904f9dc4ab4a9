;;; Commentary:
;;;
;;; Libraries for events.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages libevent)
  #:use-module (guix build-system cmake)
  #:use-module (guix download)
  #:use-module (guix packages)
  #:use-module ((guix licenses) #:prefix license:))

(define-public libuv
  (package
    (name "libuv")
    (version "1.44.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libu/libuv1/libuv1_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "112l92acwpdf5niyl57x2lp4riicjiarvwqbi7xqbgh4xw34p6yp"))))
    (build-system cmake-build-system)
    (arguments
     '(#:tests? #f))                     ;they want a network
    (synopsis "Asynchronous input and output")
    (description "Libuv waits for files, sockets, processes and timers, on many systems.")
    (home-page "https://libuv.org/")
    (license license:expat)))
