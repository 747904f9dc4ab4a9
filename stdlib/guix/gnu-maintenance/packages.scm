;;; Commentary:
;;;
;;; The list of GNU's packages, as GNU's maintainers keep it.  Interface: part of (guix gnu-maintenance) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix gnu-maintenance packages)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix network-failures)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (web uri)
  #:export (gnu-package-descriptor?
            gnu-package-name
            gnu-package-mundane-name
            gnu-package-copyright-holder
            gnu-package-savannah
            gnu-package-fsd
            gnu-package-language
            gnu-package-logo
            gnu-package-doc-category
            gnu-package-doc-summary
            gnu-package-doc-description
            gnu-package-doc-urls
            gnu-package-download-url

            official-gnu-packages
            find-package
            gnu-package?))

(define %records-url
  "https://web.cvs.savannah.gnu.org/viewvc/*checkout*/www/www/prep/gnumaint/rec/")

(define-record-type* <gnu-package-descriptor>
  gnu-package-descriptor make-gnu-package-descriptor
  gnu-package-descriptor?
  (name             gnu-package-name)
  (mundane-name     gnu-package-mundane-name)
  (copyright-holder gnu-package-copyright-holder)
  (savannah         gnu-package-savannah)
  (fsd              gnu-package-fsd)
  (language         gnu-package-language)               ;list of strings
  (logo             gnu-package-logo)
  (doc-category     gnu-package-doc-category)
  (doc-summary      gnu-package-doc-summary)
  (doc-description  gnu-package-doc-description)
  (doc-urls         gnu-package-doc-urls)               ;list of strings
  (download-url     gnu-package-download-url))

(define (read-package-records port)
  "Return the list of the records that PORT has about a package, as alists.  Others tell about the file."
  (let loop ((records '()))
    (match (recutils->alist port)
      (() (reverse records))
      (record (loop (if (assoc-ref record "package") (cons record records) records))))))

(define* (official-gnu-packages #:optional (fetch http-fetch/cached))
  "Return the list of GNU's packages.  FETCH is called with a URI, and #:text? #t, to get the two files that list them."
  (define (records file)
    (let* ((port (fetch (string->uri (string-append %records-url file)) #:text? #t))
           (records (read-package-records port)))
      (close-port port)
      records))

  (define (without-redirections blurb)
    ;; "redirect gnome" says that another package's text is good enough for this one; it is not here.
    (and blurb (not (string-prefix? "redirect " blurb)) blurb))

  (let ((descriptions (map (lambda (record)
                             (cons (assoc-ref record "package")
                                   (without-redirections (assoc-ref record "blurb"))))
                           (records "pkgblurbs.rec"))))
    (map (lambda (record)
           (alist->record (acons "description"
                                 (assoc-ref descriptions (assoc-ref record "package"))
                                 record)
                          make-gnu-package-descriptor
                          '("package" "mundane_name" "copyright_holder" "savannah" "fsd" "language" "logo"
                            "doc_category" "doc_summary" "description" "doc_url" "download_url")
                          '("doc_url" "language")))
         (records "gnupackages.rec"))))

(define (find-package name)
  "Return what is known of the GNU package called NAME, or #f."
  (find (lambda (package) (string=? name (gnu-package-name package)))
        (official-gnu-packages)))

(define official-names
  (mlambda ()
    (map gnu-package-name
         (despite-network-failures (G_ "while fetching the list of GNU packages") '()
           (official-gnu-packages)))))

(define (url-host url)
  (and=> (and (string? url) (string->uri url)) uri-host))

(define (gnu-home-page? package)
  (->bool (member (url-host (package-home-page package)) '("www.gnu.org" "gnu.org"))))

(define (mirror-of-gnu? url)
  "Return `yes' or `no' when URL is at a mirror of GNU's packages or of others', `unknown' in other cases."
  (cond ((not (and (string? url) (string-prefix? "mirror://" url))) 'unknown)
        ((member (url-host url) '("gnu" "gnupg" "gcc" "gnome")) 'yes)
        ;; GNU R and its packages.
        ((equal? (url-host url) "cran") 'unknown)
        (else 'no)))

(define gnu-package?
  (mlambdaq (package)
    "Return true if PACKAGE is one of GNU's.  When its home page and its source do not tell, GNU's list is fetched."
    (or (gnu-home-page? package)
        (match (package-source package)
          ((? origin? origin)
           (case (mirror-of-gnu? (origin-uri origin))
             ((yes) #t)
             ((no) #f)
             (else (->bool (member (package-upstream-name package) (official-names))))))
          (_ #f)))))
