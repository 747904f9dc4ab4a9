;;; Commentary:
;;;
;;; Perl, which build procedures are written in.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages perl)
  #:use-module (guix build-system gnu)
  #:use-module (guix build-system perl)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module ((guix licenses) #:prefix license:))

(define-public perl
  (package
    (name "perl")
    (version "5.36.0")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/perl/perl_" version ".orig.tar.xz"))
              (file-name (string-append name "-" version ".tar.xz"))
              (sha256
               (base32 "1w5w3542s9xsn6wvwybr8xjvw18h9qaclb2b82365qp8pv66sf0g"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:phases
           #~(modify-phases %standard-phases
               (replace 'configure
                 (lambda _
                   (invoke "sh" "Configure" "-des" "-Duseshrplib" "-Dcc=gcc"
                           ;; Where the search path below has them.
                           "-Dinstallstyle=lib/perl5"
                           (string-append "-Dprefix=" #$output)
                           (string-append "-Dman1dir=" #$output "/share/man/man1")
                           (string-append "-Dman3dir=" #$output "/share/man/man3")))))))
    (native-search-paths
     (list (search-path-specification
            (variable "PERL5LIB")
            (files '("lib/perl5/site_perl")))))
    (synopsis "Programming language for text and more")
    (description
     "Perl is an interpreted language with regular expressions at its heart, used by many build
procedures.")
    (home-page "https://www.perl.org/")
    (license license:perl-license)))

(define-public perl-try-tiny
  (package
    (name "perl-try-tiny")
    (version "0.31")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/libt/libtry-tiny-perl/libtry-tiny-perl_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "1ghidhh2wasxbmjsdsyfcy20wgli3m58dkj6ixnv4xa0i8fx601k"))))
    (build-system perl-build-system)
    (synopsis "Handling of exceptions in Perl")
    (description "Try::Tiny has @code{try}, @code{catch} and @code{finally} without the pitfalls of @code{eval}.")
    (home-page "https://metacpan.org/release/Try-Tiny")
    (license license:expat)))
