;;; Commentary:
;;;
;;; Known vulnerabilities of programs: reading the lists that NIST publishes as JSON, and looking packages up in them.
;;; Format: <https://nvd.nist.gov/vuln/data-feeds>.  Interface: (guix cve) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix cve)
  #:use-module (guix diagnostics)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix utils)
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (web uri)
  #:export (json->cve-items

            cve-item?
            cve-item-cve
            cve-item-configurations
            cve-item-published-date
            cve-item-last-modified-date

            cve?
            cve-id
            cve-data-type
            cve-data-format
            cve-references

            cve-reference?
            cve-reference-url
            cve-reference-tags

            vulnerability?
            vulnerability-id
            vulnerability-packages

            json->vulnerabilities
            current-vulnerabilities
            vulnerabilities->lookup-proc))


;;; Items of the lists.

(define (string->date* text)
  (string->date text "~Y-~m-~dT~H:~M~z"))

(define (json->references value)
  (map json->cve-reference
       ;; Items that were rejected may have none.
       (vector->list (or (assoc-ref value "reference_data") #()))))

(define-json-mapping <cve-item> cve-item cve-item?
  json->cve-item
  (cve                cve-item-cve                "cve" json->cve)
  (configurations     cve-item-configurations     "configurations" json->configurations)
  (published-date     cve-item-published-date     "publishedDate" string->date*)
  (last-modified-date cve-item-last-modified-date "lastModifiedDate" string->date*))

(define-json-mapping <cve> cve cve?
  json->cve
  (id          cve-id          "CVE_data_meta" (lambda (value) (assoc-ref value "ID")))
  (data-type   cve-data-type   "data_type" string->symbol)
  (data-format cve-data-format "data_format" string->symbol)
  (references  cve-references  "references" json->references))

(define-json-mapping <cve-reference> cve-reference cve-reference?
  json->cve-reference
  (url  cve-reference-url)
  (tags cve-reference-tags "tags" vector->list))

(define (json->cve-items json)
  "Return the list of the <cve-item> records in JSON, a string or an input port."
  (let ((value (json->scm json)))
    (define (require key expected message)
      (unless (equal? expected (assoc-ref value key))
        (raise (message (assoc-ref value key)))))

    (require "CVE_data_type" "CVE"
             (lambda (_) (condition (&message (message "invalid CVE feed")))))
    (require "CVE_data_format" "MITRE"
             (lambda (format) (formatted-message (G_ "unsupported CVE format: '~a'") format)))
    (require "CVE_data_version" "4.0"
             (lambda (version) (formatted-message (G_ "unsupported CVE data version: '~a'") version)))
    (map json->cve-item (vector->list (assoc-ref value "CVE_Items")))))


;;; Configurations: trees of (or ...), (and ...) and (PACKAGE VERSIONS), where VERSIONS is `_', a version, (OPERATOR VERSION)
;;; or (and ...) of two of these.

(define %application-rx
  ;; VENDOR, PRODUCT, VERSION, and what is more of the version, as the "p1" of OpenSSH.
  (make-regexp "^cpe:2\\.3:a:([^:]+):([^:]+):([^:]+):([^:]+):"))

(define (cpe->package cpe)
  "Return the name of the application that CPE, a Common Platform Enumeration, is about, and its version, `_' for any; #f twice
if it is about something else."
  (match (regexp-exec %application-rx cpe)
    (#f (values #f #f))
    (m (values (match:substring m 2)
               (match (match:substring m 3)
                 ("*" '_)
                 (version
                  ;; An asterisk, or a hyphen before the rest.
                  (string-append version (string-drop (match:substring m 4) 1))))))))

(define (bound value inclusive inclusive-key exclusive exclusive-key)
  "Return the constraint that one of two members of VALUE makes, or #f."
  (cond ((assoc-ref value inclusive-key) => (lambda (version) (list inclusive version)))
        ((assoc-ref value exclusive-key) => (lambda (version) (list exclusive version)))
        (else #f)))

(define (json->constraint value)
  "Return what VALUE, an element of \"cpe_match\", says, as (PACKAGE VERSIONS), or #f if it is about no application."
  (match (assoc-ref value "cpe23Uri")
    (#f #f)
    (cpe
     (call-with-values (lambda () (cpe->package cpe))
       (lambda (package version)
         (and package
              (list package
                    (match (filter identity
                                   (list (bound value '>= "versionStartIncluding" '> "versionStartExcluding")
                                         (bound value '<= "versionEndIncluding" '< "versionEndExcluding")))
                      (() version)
                      ((one) one)
                      (both (cons 'and both))))))))))

(define (json->configuration node)
  "Return the configuration that NODE is, or #f if there is no application in it."
  (define parts
    (cond ((assoc-ref node "cpe_match")
           => (lambda (matches) (filter-map json->constraint (vector->list matches))))
          ((assoc-ref node "children")
           => (lambda (children) (filter-map json->configuration (vector->list children))))
          (else '())))

  (match parts
    (() #f)
    ((one) one)
    (_ (cons (match (assoc-ref node "operator")
               ("OR" 'or)
               ("AND" 'and))
             parts))))

(define (json->configurations value)
  (filter-map json->configuration (vector->list (assoc-ref value "nodes"))))

(define (version-matches? version versions)
  "Return true if VERSION, a string, is one of VERSIONS."
  (match versions
    ('_ #t)
    ((? string? prefix) (version-prefix? prefix version))
    (('or alternatives ...) (any (lambda (versions) (version-matches? version versions)) alternatives))
    (('and all ...) (every (lambda (versions) (version-matches? version versions)) all))
    (('< limit) (version>? limit version))
    (('<= limit) (version>=? limit version))
    (('> limit) (version>? version limit))
    (('>= limit) (version>=? version limit))))


;;; Vulnerabilities.

(define-record-type <vulnerability>
  (vulnerability id packages)
  vulnerability?
  (id       vulnerability-id)           ;string
  (packages vulnerability-packages))    ;list of (PACKAGE VERSIONS)

(define (add-constraint constraint packages)
  "Return PACKAGES, a list of (PACKAGE VERSIONS), with CONSTRAINT, one more, merged with what there is of that package."
  (match constraint
    ((package versions)
     (match (assoc package packages)
       (#f (append packages (list constraint)))
       ((and old (_ previous))
        (let ((merged (if (eq? versions '_)
                          constraint
                          (list package (list 'or versions previous)))))
          (map (lambda (entry) (if (eq? entry old) merged entry)) packages)))))))

(define (configuration->packages configuration packages)
  "Return PACKAGES with what CONFIGURATION is about added."
  (match configuration
    (('or parts ...) (fold configuration->packages packages parts))
    ;; The others are what it runs on, as a rule.
    (('and first . _) (configuration->packages first packages))
    (constraint (add-constraint constraint packages))))

(define (cve-item->vulnerability item)
  "Return the <vulnerability> that ITEM is for applications, or #f."
  (match (cve-item-configurations item)
    (() #f)
    (configurations
     (vulnerability (cve-id (cve-item-cve item))
                    (fold add-constraint '()
                          (append-map (lambda (configuration)
                                        (configuration->packages configuration '()))
                                      configurations))))))

(define (json->vulnerabilities json)
  "Return the list of the vulnerabilities of applications in JSON, a string or an input port."
  (filter-map cve-item->vulnerability (json->cve-items json)))


;;; NIST's lists, one a year, kept in a shorter form.

(define (feed-uri year)
  (string->uri (format #f "https://nvd.nist.gov/feeds/json/cve/1.1/nvdcve-1.1-~a.json.gz" year)))

(define (write-summary input output)
  "Write the vulnerabilities in INPUT, compressed JSON, to OUTPUT."
  (call-with-decompressed-port 'gzip input
    (lambda (input)
      (write `(vulnerabilities 1
                               ,(map (lambda (vulnerability)
                                       (list 'v (vulnerability-id vulnerability)
                                             (vulnerability-packages vulnerability)))
                                     (json->vulnerabilities input)))
             output))))

(define (fetch-vulnerabilities year ttl timeout)
  "Return the vulnerabilities of YEAR; a list that is older than TTL seconds is fetched anew."
  (let* ((port (http-fetch/cached (feed-uri year)
                                  #:ttl ttl
                                  #:timeout timeout
                                  #:write-cache write-summary
                                  #:cache-miss
                                  (lambda (uri)
                                    (format (current-error-port)
                                            (G_ "fetching CVE database for ~a...~%") year))))
         (summary (read port)))
    (close-port port)
    (match summary
      (('vulnerabilities 1 (('v ids packages) ...))
       (map vulnerability ids packages)))))

(define* (current-vulnerabilities #:key (timeout 10))
  "Return the vulnerabilities that were published this year and in the three years before.  TIMEOUT, in seconds, is for
connecting to the server."
  (let* ((now (current-date))
         (month (* 3600 24 (date-month now))))
    (append-map (lambda (age)
                  (fetch-vulnerabilities (- (date-year now) age)
                                         ;; Old lists change seldom.
                                         (if (zero? age) (* 30 60) (* age month))
                                         timeout))
                (iota 4))))

(define (vulnerabilities->lookup-proc vulnerabilities)
  "Return a procedure that takes the name of a package and maybe its version and returns those of VULNERABILITIES that it has."
  (define table (make-hash-table))

  (for-each (lambda (vulnerability)
              (for-each (match-lambda
                          ((package versions)
                           (hash-set! table package
                                      (acons vulnerability versions
                                             (hash-ref table package '())))))
                        (vulnerability-packages vulnerability)))
            vulnerabilities)

  (lambda* (package #:optional version)
    (filter-map (match-lambda
                  ((vulnerability . versions)
                   (and (or (not version) (version-matches? version versions))
                        vulnerability)))
                (hash-ref table package '()))))
