;;; Commentary:
;;;
;;; Ruby.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages ruby)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (gnu packages compression)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ruby
  (package
    (name "ruby")
    (version "3.1.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/r/ruby3.1/ruby3.1_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "19c5sr4cp4fqgb93iq2b5srwp7cr6p02b3g4x915rwa0cvpi601m"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:configure-flags '(list "--enable-shared" "--disable-install-doc")
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'name-shell
                 ;; The one of its programs, and of the makefiles that it writes.
                 (lambda _
                   (substitute* '("ext/pty/pty.c" "lib/mkmf.rb" "process.c" "template/Makefile.in")
                     (("/bin/sh") (which "sh"))))))))
    (inputs (list zlib))
    (native-search-paths
     (list (search-path-specification
            (variable "GEM_PATH")
            (files '("lib/ruby/vendor_ruby")))))
    (synopsis "Programming language of objects")
    (description "Ruby is an interpreted language in which everything is an object.")
    (home-page "https://www.ruby-lang.org/")
    (license license:ruby)))
