;;; Commentary:
;;;
;;; Which channels this process takes packages from, and where packages come from.  The profile is the one that `strata
;;; pull' made, or the one that the environment variable STRATA_CHANNELS names.
;;; Interface: (guix describe) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix describe)
  #:use-module (guix channels)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix source-files)
  #:use-module (guix utils)
  #:use-module ((strata channels) #:select (%channels-profile))
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (current-channels
            current-profile
            current-profile-date
            current-profile-entries
            manifest-entry-provenance
            manifest-entry-with-provenance
            package-channels
            package-path-entries
            package-provenance))

(define (current-profile)
  "Return the directory of the profile of channels in use, or #f."
  (%channels-profile))

(define (current-profile-date)
  "Return when the current profile was made, in seconds since 1970, or #f."
  (and=> (and=> (current-profile) (lambda (profile) (lstat profile))) stat:mtime))

(define current-profile-entries
  (let ((entries (delay (match (current-profile)
                          (#f '())
                          (profile (manifest-entries (profile-manifest profile)))))))
    (lambda ()
      "Return the entries of the profile of channels in use."
      (force entries))))

(define (current-channels)
  "Return the channels in use; the empty list when nothing was pulled."
  (filter-map manifest-entry-channel (current-profile-entries)))

(define (package-path-entries)
  "Return two values: the directories of modules of the channels in use except `guix', and those of compiled modules."
  (values (filter-map (lambda (entry)
                        (let ((modules (string-append (current-profile) "/modules/" (manifest-entry-name entry))))
                          (and (not (string=? "guix" (manifest-entry-name entry)))
                               (file-exists? modules)
                               modules)))
                      (current-profile-entries))
          '()))

(define (entry-source entry)
  (match (assq 'source (manifest-entry-properties entry))
    (('source source) source)
    (_ #f)))

(define (entries-of package)
  "Return the entries of the profile that have the file PACKAGE is defined in."
  (let ((file (and=> (and=> (package-location package) location-file) source-file)))
    (filter (lambda (entry)
              (let ((modules (string-append (current-profile) "/modules/" (manifest-entry-name entry) "/")))
                (and file
                     (or (string-prefix? modules file)
                         (string-prefix? (string-append (manifest-entry-item entry) "/") file)))))
            (current-profile-entries))))

(define (package-channels package)
  "Return the channels that PACKAGE is from; the empty list when that is not known."
  (filter-map manifest-entry-channel (entries-of package)))

(define (package-provenance package)
  "Return what to record of where PACKAGE is from, the channel `guix' first; #f when that is not known."
  (define (guix? entry)
    (string=? "guix" (manifest-entry-name entry)))

  (let* ((entries (entries-of package))
         (main    (and=> (find guix? (current-profile-entries)) entry-source))
         (extra   (filter-map entry-source (remove guix? entries))))
    (match (append (if main (list main) '()) (take extra (min 1 (length extra))))
      (() #f)
      (sources sources))))

(define (manifest-entry-with-provenance entry)
  "Return ENTRY with the property `provenance', as far as it is known."
  (let* ((properties (manifest-entry-properties entry))
         (item       (manifest-entry-item entry))
         (provenance (and (not (assq 'provenance properties))
                          (package? item)
                          (package-provenance item))))
    (if provenance
        (manifest-entry (inherit entry)
                        (properties `((provenance ,@provenance) ,@properties)))
        entry)))

(define (manifest-entry-provenance entry)
  "Return the channels that ENTRY records as those it is from."
  (match (assq-ref (manifest-entry-properties entry) 'provenance)
    ((main extras ...)
     (append (filter-map sexp->channel (list main) '(guix))
             (filter-map (lambda (sexp number)
                           ;; Early records have no names.
                           (sexp->channel sexp (symbol-append 'channel (string->symbol (number->string number)))))
                         extras
                         (iota (length extras) 1))))
    (_ '())))
