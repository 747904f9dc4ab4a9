;;; Commentary:
;;;
;;; What `strata challenge' does: compare what was built here with what servers of substitutes have for the same store items.
;;; Interface: (guix scripts challenge) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts challenge)
  #:use-module (guix base32)
  #:use-module (guix build utils)
  #:use-module (guix colors)
  #:use-module (guix diagnostics)
  #:use-module (guix grafts)
  #:use-module (guix http-client)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix narinfo)
  #:use-module (guix progress)
  #:use-module (guix scripts)
  #:use-module ((guix scripts size) #:select (ensure-store-item))
  #:use-module (guix serialization)
  #:use-module (guix store)
  #:use-module (guix substitutes)
  #:use-module (guix ui)
  #:use-module ((guix utils) #:select (%current-system call-with-decompressed-port call-with-temporary-directory))
  #:use-module (gcrypt hash)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (web uri)
  #:export (compare-contents
            comparison-report? comparison-report-item comparison-report-result
            comparison-report-local-sha256 comparison-report-narinfos
            comparison-report-match? comparison-report-mismatch? comparison-report-inconclusive?
            differing-files call-with-mismatches
            guix-challenge))

(define-record-type <comparison-report>
  (comparison-report item result local-sha256 narinfos)
  comparison-report?
  (item         comparison-report-item)
  (result       comparison-report-result)       ;match, mismatch, inconclusive
  (local-sha256 comparison-report-local-sha256) ;#f when it was not built here
  (narinfos     comparison-report-narinfos))

(define (comparison-report-match? report) (eq? 'match (comparison-report-result report)))
(define (comparison-report-mismatch? report) (eq? 'mismatch (comparison-report-result report)))
(define (comparison-report-inconclusive? report) (eq? 'inconclusive (comparison-report-result report)))

(define (narinfo-sha256 narinfo)
  (narinfo-hash->sha256 (narinfo-hash narinfo)))

(define (hash-if-built-here store item)
  "Return the hash of ITEM if there is a log of its build in STORE, or #f."
  (guard (c ((store-protocol-error? c) #f))
    (and (log-file store item)
         (query-path-hash store item))))

(define (compare-contents items servers)
  "Return, as a monadic value, the list of comparison reports of ITEMS, with what those of SERVERS, a list of URLs, have that
know them.  Who signed that does not matter, because nothing is taken."
  (define narinfos
    (append-map (cut lookup-narinfos <> items) servers))

  (define (compare item local)
    (let* ((found  (filter (lambda (narinfo) (string=? item (narinfo-path narinfo))) narinfos))
           (hashes (map narinfo-sha256 found))
           (all    (if local (cons local hashes) hashes)))
      (comparison-report item
                         ;; One opinion is none, and this machine's own is not that of a server.
                         (cond ((or (null? found) (null? (cdr all))) 'inconclusive)
                               ((every (cut bytevector=? (car all) <>) (cdr all)) 'match)
                               (else 'mismatch))
                         local
                         found)))

  (lambda (store)
    (values (map (lambda (item) (compare item (hash-if-built-here store item))) items)
            store)))


;;;
;;; Differences.
;;;

(define (call-with-archive narinfo proc)
  "Call PROC with a port that has the archive of NARINFO, and return what it returns."
  (let*-values (((uri compression size) (narinfo-best-uri narinfo))
                ((port actual-size) (http-fetch uri)))
    (let* ((reporter (progress-reporter/file (narinfo-path narinfo)
                                             (and size (max size (or actual-size 0)))
                                             (current-error-port)
                                             #:abbreviation (const (uri-host uri))))
           (result   (call-with-decompressed-port (string->symbol compression)
                         (progress-report-port reporter port)
                       proc)))
      (close-port port)
      (erase-current-line (current-error-port))
      result)))

(define (sha256-of port size)
  "Return the hash of the next SIZE bytes of PORT."
  (let-values (((hash-port hash) (open-sha256-port)))
    (dump-port port hash-port size)
    (close-port hash-port)
    (hash)))

(define (archive-files port)
  "Return the list of (NAME TYPE CONTENTS) of the files in the archive at PORT; CONTENTS is a hash or a link's target."
  (reverse
   (fold-archive (lambda (file type contents files)
                   (match type
                     ((or 'directory 'directory-complete) files)
                     ('symlink (cons (list file type contents) files))
                     (_ (match contents
                          ((port . size)
                           (cons (list file type (sha256-of port size)) files))))))
                 '()
                 port
                 "")))

(define (item-files item)
  "Return the same of the store item ITEM."
  (let-values (((port get-archive) (open-bytevector-output-port)))
    (write-file item port)
    (archive-files (open-bytevector-input-port (get-archive)))))

(define (differing-files report)
  "Return the names, inside the item that REPORT is about, of the files that are not everywhere the same."
  (match (delete-duplicates
          (append (if (comparison-report-local-sha256 report)
                      (list (item-files (comparison-report-item report)))
                      '())
                  (map (cut call-with-archive <> archive-files) (comparison-report-narinfos report))))
    ((one other . _)
     (delete-duplicates (map first (lset-xor equal? one other))))
    (_ '())))

(define (make-writable directory)
  "Let all below DIRECTORY be removed."
  (file-system-fold (const #t)
                    (lambda (file status result)
                      (unless (eq? 'symlink (stat:type status))
                        (make-file-writable file)))
                    (lambda (directory status result) (make-file-writable directory))
                    (const #t) (const #t)
                    (lambda (file status errno result)
                      (leave (G_ "failed to delete '~a': ~a~%") file (strerror errno)))
                    #t
                    directory))

(define (call-with-mismatches report proc)
  "Call PROC with the names of two files or directories, the one being what a server has for the item of REPORT and the
other what this machine, or else another server, has."
  (define local (comparison-report-local-sha256 report))
  (define-values (one other)
    (match (comparison-report-narinfos report)
      ((first . rest)
       (let ((reference (or local (narinfo-sha256 first))))
         (define unlike
           (find (lambda (narinfo) (not (bytevector=? reference (narinfo-sha256 narinfo))))
                 (cons first rest)))
         (if local
             (values unlike #f)
             (values first unlike))))))
  (define (unpack narinfo directory)
    (call-with-archive narinfo (cut restore-file <> directory))
    (make-writable directory))

  (call-with-temporary-directory
   (lambda (directory)
     (define (unpacked name narinfo)
       (let ((file (string-append directory "/" name)))
         (unpack narinfo file)
         file))
     (proc (unpacked "one" one)
           (if other
               (unpacked "other" other)
               (comparison-report-item report))))))

(define (show-differing-files report)
  (match (differing-files report)
    (() #t)
    (files
     (format #t (N_ "  differing file:~%" "  differing files:~%" (length files)))
     (format #t "~{    ~a~%~}" files))))

(define (show-differences-with command)
  "Return a procedure that runs COMMAND, a list, on what a report says is not the same."
  (lambda (report)
    (call-with-mismatches report
      (lambda files
        (apply system* (append command files))))))


;;;
;;; Output.
;;;

(define good (coloring-procedure (color BOLD GREEN)))
(define bad (coloring-procedure (color BOLD RED)))

(define (say . args)
  (apply format (current-error-port) args))

(define* (show-report report #:key verbose? show-differences)
  "Say what REPORT says: of what is the same only if VERBOSE?, of what is not with what SHOW-DIFFERENCES writes."
  (define item (comparison-report-item report))
  (define local (comparison-report-local-sha256 report))
  (define (show-hashes)
    (if local
        (say (G_ "  local hash: ~a~%") (bytevector->nix-base32-string local))
        (say (G_ "  no local build for '~a'~%") item))
    (for-each (lambda (narinfo)
                (say "  ~50a: ~a~%"
                     (uri->string (narinfo-best-uri narinfo))
                     (bytevector->nix-base32-string (narinfo-sha256 narinfo))))
              (comparison-report-narinfos report)))

  (match (comparison-report-result report)
    ('mismatch
     (say (bad (G_ "~a contents differ:~%")) item)
     (show-hashes)
     (show-differences report))
    ('match
     (when verbose?
       (say (good (G_ "~a contents match:~%")) item)
       (show-hashes)))
    ('inconclusive
     (if local
         (warning (G_ "could not challenge '~a': no substitutes~%") item)
         (warning (G_ "could not challenge '~a': no local build~%") item)))))

(define (show-totals reports)
  (define total (length reports))
  (define (line style text predicate)
    (let ((count (count predicate reports)))
      (say (style text) count (* 100. (/ count total)))))
  (say (highlight (G_ "~h store items were analyzed:~%")) total)
  (line highlight (G_ "  - ~h (~,1f%) were identical~%") comparison-report-match?)
  (line (if (any comparison-report-mismatch? reports) bad good)
        (G_ "  - ~h (~,1f%) differed~%") comparison-report-mismatch?)
  (line highlight (G_ "  - ~h (~,1f%) were inconclusive~%") comparison-report-inconclusive?))


;;;
;;; The command.
;;;

(define (diff-mode text)
  (match text
    ("none" (const #t))
    ("simple" show-differing-files)
    ("diffoscope" (show-differences-with '("diffoscope" "--exclude-directory-metadata=yes")))
    ((? (cut string-prefix? "/" <>)) (show-differences-with (string-tokenize text)))
    (_ (leave (G_ "~a: unknown diff mode~%") text))))

(define %options
  (list (option '("diff") #t #f
                (lambda (opt name argument result . rest)
                  (apply values (acons 'diff (diff-mode argument) result) rest)))
        (option '("substitute-urls") #t #f
                (lambda (opt name argument result . rest)
                  (apply values (acons 'urls (string-tokenize argument) result) rest)))
        (option '(#\v "verbose") #f #f
                (lambda (opt name argument result . rest)
                  (apply values (acons 'verbose? #t result) rest)))))

(define-command (guix-challenge . args)
  (category packaging)
  (synopsis "challenge substitute servers, comparing their binaries")
  (with-error-handling
    (let* ((options (parse-command-line args %options
                                        `(((urls . ,%default-substitute-urls)
                                           (diff . ,show-differing-files)))
                                        #:build-options? #f))
           (things  (reverse (filter-map (match-lambda
                                           (('argument . thing) thing)
                                           (_ #f))
                                         options))))
      (when (null? things)
        (warning (G_ "no arguments specified, nothing to do~%"))
        (exit 0))
      ;; What servers have is not grafted.
      (parameterize ((%graft? #f))
        (with-store store
          (set-build-options store #:use-substitutes? #f)
          (let ((reports (run-with-store store
                           (mlet* %store-monad ((items   (mapm %store-monad ensure-store-item things))
                                                (reports (compare-contents items (assq-ref options 'urls))))
                             (return reports)))))
            (for-each (cut show-report <>
                           #:verbose? (assq-ref options 'verbose?)
                           #:show-differences (assq-ref options 'diff))
                      reports)
            (say "\n")
            (show-totals reports)
            (exit (cond ((any comparison-report-mismatch? reports) 2)
                        ((every comparison-report-match? reports) 0)
                        (else 1)))))))))
