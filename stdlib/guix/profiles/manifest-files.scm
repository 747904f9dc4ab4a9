;;; Commentary:
;;;
;;; Manifests as text: the file `manifest' of a profile, of formats 2 to 4, and code that makes a manifest again.
;;; Part of (guix profiles).
;;;
;;; Code:

(define-module (guix profiles manifest-files)
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix profiles manifests)
  #:use-module (guix search-paths)
  #:use-module ((guix store) #:select (store-path-package-name))
  #:use-module ((guix utils) #:select (package-name->name+version))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (%manifest-format-version
            manifest->gexp
            sexp->manifest
            read-manifest
            profile-manifest
            manifest->code))

(define %manifest-format-version
  ;; The format that is written.
  4)

(define* (manifest->gexp manifest #:optional (format-version %manifest-format-version))
  "Return a gexp for the S-expression that stands for MANIFEST in the format FORMAT-VERSION, 3 or 4."
  (unless (memv format-version '(3 4))
    (raise (formatted-message (G_ "cannot emit manifests formatted as version ~a") format-version)))

  (define compact? (= format-version 4))

  (define (fields dependencies search-paths properties)
    (if compact?
        (filter-map (match-lambda
                      ((name ()) #f)
                      ((name value) #~(#$name #$value)))
                    `((propagated-inputs ,dependencies)
                      (search-paths ,search-paths)
                      (properties ,properties)))
        (list #~(propagated-inputs #$dependencies)
              #~(search-paths #$search-paths)
              #~(properties #$@properties))))

  ;; Profiles can propagate big trees many times over; all but the first are written as references.
  (define written (make-hash-table))                    ;item, by identity, to the entry it was last written for

  (define (entry->gexp entry)
    (let* ((item (manifest-entry-item entry))
           (previous (hashq-ref written item))
           (name (manifest-entry-name entry))
           (version (manifest-entry-version entry))
           (output (manifest-entry-output entry)))
      (cond ((and compact? previous (manifest-entry=? previous entry))
             #~(repeated #$name #$version (ungexp item output)))
            (else
             (hashq-set! written item entry)
             (let ((dependencies (map-in-order entry->gexp (manifest-entry-dependencies entry))))
               #~(#$name #$version #$output
                         #$(if (string? item) item #~(ungexp item (or output "out")))
                         #$@(fields dependencies
                                    (map search-path-specification->sexp (manifest-entry-search-paths entry))
                                    (manifest-entry-properties entry))))))))

  #~(manifest (version #$format-version)
              (packages #$(map-in-order entry->gexp (manifest-entries manifest)))))


;;;
;;; Reading.
;;;

(define (field-value fields name)
  (match (assq name fields)
    ((_ value) value)
    (_ '())))

(define* (make-entry name version output item search-paths properties
                     #:optional (parent (delay #f)) (dependencies-of (const '())))
  "Return an entry; (DEPENDENCIES-OF PROMISE) returns its dependencies, to which it is the parent that PROMISE gives."
  (letrec ((entry (manifest-entry
                   (name name) (version version) (output output) (item item)
                   (dependencies (dependencies-of (delay entry)))
                   (search-paths (map sexp->search-path-specification search-paths))
                   (parent parent)
                   (properties properties))))
    entry))

(define (item->entry item parent)
  ;; Format 2 tells nothing of dependencies but their names in the store.
  (call-with-values (lambda () (package-name->name+version (store-path-package-name item)))
    (lambda (name version)
      (make-entry name version "out" item '() '() parent))))

(define (entry-reader/2)
  (match-lambda
    ((name version output item ('propagated-inputs dependencies) ('search-paths search-paths) . _)
     (make-entry name version output item search-paths '() (delay #f)
                 (lambda (self) (map (cut item->entry <> self) dependencies))))))

(define (entry-reader/3)
  (define* (read-entry sexp #:optional (parent (delay #f)))
    (match sexp
      ((name version output item ('propagated-inputs dependencies) ('search-paths search-paths) . others)
       (make-entry name version output item search-paths
                   (or (assoc-ref others 'properties) '())
                   parent
                   (lambda (self) (map (cut read-entry <> self) dependencies))))))
  read-entry)

(define (entry-reader/4)
  (define known (make-hash-table))

  (define* (read-entry sexp #:optional (parent (delay #f)))
    (match sexp
      (('repeated . (and key (_ _ _)))
       (or (hash-ref known key)
           (raise (formatted-message (G_ "invalid repeated entry in profile: ~s") sexp))))
      ((name version output item . fields)
       (let ((entry (make-entry name version output item
                                (field-value fields 'search-paths)
                                (field-value fields 'properties)
                                parent
                                (lambda (self)
                                  (map-in-order (cut read-entry <> self)
                                                (field-value fields 'propagated-inputs))))))
         (hash-set! known (list name version item) entry)
         entry))))
  read-entry)

(define (sexp->manifest sexp)
  "Return the manifest that SEXP, what a profile's `manifest' holds, stands for."
  (define (unsupported)
    (raise (condition (&message (message "unsupported manifest format")))))

  (match sexp
    (('manifest ('version version . _) ('packages entries))
     (let ((reader (match version
                     (2 (entry-reader/2))
                     (3 (entry-reader/3))
                     (4 (entry-reader/4))
                     (_ (unsupported)))))
       (catch 'match-error
         (lambda () (manifest (map-in-order reader entries)))
         (lambda _ (unsupported)))))
    (_ (unsupported))))

(define (read-manifest port)
  "Return the manifest read from PORT."
  (sexp->manifest (read port)))

(define (profile-manifest profile)
  "Return the manifest of PROFILE, an empty one when it has none."
  (let ((file (string-append profile "/manifest")))
    (if (file-exists? file)
        (call-with-input-file file read-manifest)
        (manifest '()))))


;;;
;;; As code.
;;;

(define* (manifest->code manifest #:key (entry-package-version (const "")))
  "Return code, a `begin' form, that makes about the same manifest as MANIFEST.  (ENTRY-PACKAGE-VERSION ENTRY) returns
the version to ask for, an empty string for any."
  (define entries (manifest-entries manifest))

  (define (transformations entry)
    (assq-ref (manifest-entry-properties entry) 'transformations))

  (define names
    ;; Alist from transformation options to the procedure for them, the last first.
    (fold (lambda (options names)
            (acons options
                   (string->symbol (string-append "transform" (number->string (+ 1 (length names)))))
                   names))
          '()
          (delete-duplicates (filter-map transformations entries))))

  (define (specification entry)
    (match (entry-package-version entry)
      ("" (manifest-entry-name entry))
      (version (string-append (manifest-entry-name entry) "@" version))))

  (define (specification+output entry)
    (match (manifest-entry-output entry)
      ("out" (specification entry))
      (output (string-append (specification entry) ":" output))))

  (define (entry->expression entry)
    (let* ((package `(specification->package ,(specification entry)))
           (package (match (assoc-ref names (transformations entry))
                      (#f package)
                      (name (list name package)))))
      (match (manifest-entry-output entry)
        ("out" package)
        (output `(list ,package ,output)))))

  (if (null? names)
      `(begin (specifications->manifest (list ,@(map specification+output entries))))
      `(begin
         (use-modules (guix transformations))
         ,@(map (match-lambda
                  ((options . name) `(define ,name (options->transformation ',options))))
                names)
         (packages->manifest (list ,@(map entry->expression entries))))))
