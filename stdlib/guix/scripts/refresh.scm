;;; Commentary:
;;;
;;; What `strata refresh' does in Scheme: saying what upstream has released, and editing definitions accordingly; what depends
;;; on packages.  Options are parsed by runtime/cli/commands/refresh.ts.  Behaviour: (guix scripts refresh) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix scripts refresh)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (gnu packages)
  #:use-module ((guix build-system gnu) #:select (standard-packages))
  #:use-module (guix diagnostics)
  #:use-module (guix gnupg)
  #:use-module (guix graph)
  #:use-module (guix hash)
  #:use-module (guix i18n)
  #:use-module (guix monads)
  #:use-module (guix network-failures)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix scripts user-code)
  #:use-module (guix scripts graph)
  #:use-module (guix source-files)
  #:use-module (guix store)
  #:use-module (guix upstream)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-34)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:export (guix-refresh
            updater-table
            print-updaters
            select-packages
            check-for-updates
            update-packages
            print-dependents
            dependents
            print-dependencies
            dependencies))


;;; Updaters.

(define (updaters-named names)
  "Return the updaters called NAMES, strings; all for the empty list."
  (if (null? names)
      (force %updaters)
      (map (lambda (name)
             (or (find (lambda (updater)
                         (string=? name (symbol->string (upstream-updater-name updater))))
                       (force %updaters))
                 (raise (formatted-message (G_ "~a: no such updater") name))))
           names)))

(define (percentage part whole)
  (if (zero? whole) 0. (* 100. (/ part whole))))

(define (updater-table)
  "Return the list of (NAME DESCRIPTION PERCENT) of all updaters, with how much of the collection each is for, and the
percentage that they cover together."
  (let* ((packages (fold-packages cons '()))
         (total (length packages))
         (matches (map (lambda (updater)
                         (filter (upstream-updater-predicate updater) packages))
                       (force %updaters)))
         (covered (make-hash-table)))
    (for-each (lambda (package) (hashq-set! covered package #t)) (concatenate matches))
    (list (map (lambda (updater matches)
                 (list (upstream-updater-name updater)
                       (G_ (upstream-updater-description updater))
                       (percentage (length matches) total)))
               (force %updaters) matches)
          (percentage (hash-count (const #t) covered) total))))

(define (print-updaters)
  "Print what `updater-table' returns."
  (match (updater-table)
    ((updaters covered)
     (format #t (G_ "Available updaters:~%~%"))
     (for-each (match-lambda
                 ((name description percent)
                  (format #t (G_ "  - ~a: ~a (~2,1f% coverage)~%") name description percent)))
               updaters)
     (format #t (G_ "~%~2,1f% of the packages are covered by these updaters.~%") covered))))


;;; Packages.

(define (all-packages)
  "Return all packages but those that others took the place of; hidden ones, too."
  (fold-packages (lambda (package packages)
                   (if (package-superseded package) packages (cons package packages)))
                 '()
                 #:select? (const #t)))

(define (core-names)
  "Return the names of the packages that everything is built with."
  (let ((core (filter-map (match-lambda
                            ((_ (? package? package) . _) package)
                            (_ #f))
                          (standard-packages))))
    ;; By names: what the collection has under them is what changes when they do.
    (delete-duplicates
     (map package-name
          (append core
                  (append-map (lambda (package)
                                (filter package? (map second (package-transitive-inputs package))))
                              core))))))

(define (newest-packages select?)
  "Return the newest version of each package for which SELECT? returns true."
  (let ((newest (make-hash-table)))
    (fold-packages (lambda (package _)
                     (when (select? package)
                       (let ((other (hash-ref newest (package-name package))))
                         (unless (and other
                                      (version>? (package-version other) (package-version package)))
                           (hash-set! newest (package-name package) package)))))
                   #f)
    (sort (hash-map->list (lambda (name package) package) newest)
          (lambda (a b) (string<? (package-name a) (package-name b))))))

(define (manifest-packages file)
  "Return the packages of the manifest in FILE."
  (filter package?
          (map manifest-entry-item
               (manifest-entries (load-manifest file)))))

(define (packages-selected subset)
  (match subset
    (#f (newest-packages (const #t)))
    ("core" (let ((names (core-names)))
              (newest-packages (lambda (package) (member (package-name package) names)))))
    ("non-core" (let ((names (core-names)))
                  (newest-packages (lambda (package) (not (member (package-name package) names))))))))

(define (with-dependencies packages)
  "Return PACKAGES and all that they depend on."
  (run-with-store #f
    (mlet %store-monad ((edges (node-edges %bag-node-type (all-packages))))
      (return (filter package? (node-transitive-edges packages edges))))))

(define* (select-packages things #:key subset recursive?)
  "Return the packages that THINGS stand for, pairs (KIND . TEXT) as in (guix scripts build); without any, those of SUBSET,
\"core\" or \"non-core\", or all.  With RECURSIVE?, what they depend on comes with them."
  (let ((packages (if (null? things)
                      (packages-selected subset)
                      (append-map (match-lambda
                                    (('package . specification)
                                     (list (specification->package specification)))
                                    (('expression . text)
                                     (match (evaluate-expression text)
                                       ((? package? package) (list package))
                                       (_ (raise (formatted-message (G_ "expression ~s does not evaluate to a package")
                                                                    text)))))
                                    (('manifest . file) (manifest-packages file)))
                                  things))))
    (if recursive?
        (with-dependencies packages)
        packages)))


;;; What upstream has.

(define (version-place package)
  "Return where the version of PACKAGE is written."
  (or (package-field-location package 'version)
      (package-location package)))

(define (place->list place)
  (match place
    (#f '(#f #f #f))
    (place (list (shown-file-name (location-file place)) (location-line place) (location-column place)))))

(define (find-release package updaters)
  "Return the first release of PACKAGE that one of UPDATERS knows, and that updater; #f and the first updater that is for such
packages, or #f, if none does."
  (let ((applicable (filter (lambda (updater) ((upstream-updater-predicate updater) package))
                            updaters)))
    (let loop ((updaters applicable))
      (match updaters
        (() (values #f (match applicable (() #f) ((first . _) first))))
        ((updater . rest)
         (match (despite-network-failures (package-name package) #f
                  ((upstream-updater-latest updater) package))
           (#f (loop rest))
           (source (values source updater))))))))

(define (release-status package updaters)
  "Return how PACKAGE stands to what UPDATERS know: a symbol, the updater or #f, and the latest release or #f."
  (call-with-values (lambda () (find-release package updaters))
    (lambda (source updater)
      (values (cond ((not updater) 'no-updater)
                    ((not source) 'unknown)
                    (else
                     (case (version-compare (upstream-source-version source) (package-version package))
                       ((>) 'upgradable)
                       ((=) 'current)
                       (else 'ahead))))
              updater source))))

(define (report-status package status updater source warn?)
  "Tell the user the STATUS of PACKAGE; with WARN?, even when there is nothing to do."
  (define name (package-name package))
  (define version (package-version package))

  (case status
    ((upgradable)
     (info (version-place package) (G_ "~a would be upgraded from ~a to ~a~%")
           name version (upstream-source-version source)))
    ((current)
     (when warn?
       (info (version-place package) (G_ "~a is already the latest version of ~a~%") version name)))
    ((ahead)
     (when warn?
       (warning (version-place package) (G_ "~a is greater than the latest known version of ~a (~a)~%")
                version name (upstream-source-version source))))
    ((unknown)
     (when warn?
       (warning (package-location package)
                (G_ "'~a' updater failed to determine available releases for ~a~%")
                (upstream-updater-name updater) name)))
    ((no-updater)
     (when warn?
       (warning (package-location package) (G_ "no updater for ~a~%") name)))))

(define (source-addresses source)
  (match (and source (upstream-source-urls source))
    (((? string? urls) ...) urls)
    (_ '())))

(define* (check-for-updates things #:key (types '()) subset recursive? rows?)
  "Tell of what THINGS stand for, as for `select-packages', what would be upgraded, by the updaters called TYPES or by all.
With ROWS?, return instead the list of (NAME VERSION STATUS UPDATER LATEST URLS FILE LINE COLUMN) of all."
  (let ((updaters (updaters-named types))
        (warn? (and (pair? things) (not recursive?))))
    (filter-map (lambda (package)
                  (call-with-values (lambda () (release-status package updaters))
                    (lambda (status updater source)
                      (if rows?
                          `(,(package-name package) ,(package-version package) ,status
                            ,(and=> updater upstream-updater-name)
                            ,(and=> source upstream-source-version)
                            ,(source-addresses source)
                            ,@(place->list (version-place package)))
                          (begin
                            (report-status package status updater source warn?)
                            #f)))))
                (select-packages things #:subset subset #:recursive? recursive?))))


;;; Updates.

(define (report-input-change package change)
  "Tell the user that the inputs of PACKAGE may want CHANGE."
  (let* ((type (upstream-input-change-type change))
         (field (case type
                  ((native) 'native-inputs)
                  ((propagated) 'propagated-inputs)
                  (else 'inputs))))
    (info (package-field-location package field)
          (match (cons (upstream-input-change-action change) type)
            (('add . 'regular) (G_ "~a: consider adding this input: ~a~%"))
            (('add . 'native) (G_ "~a: consider adding this native input: ~a~%"))
            (('add . 'propagated) (G_ "~a: consider adding this propagated input: ~a~%"))
            (('remove . 'regular) (G_ "~a: consider removing this input: ~a~%"))
            (('remove . 'native) (G_ "~a: consider removing this native input: ~a~%"))
            (('remove . 'propagated) (G_ "~a: consider removing this propagated input: ~a~%")))
          (package-name package) (upstream-input-change-name change))))

(define* (update-package store package updaters #:key key-download warn?)
  "Edit the file that defines PACKAGE if UPDATERS know a later version.  Return that version, or #f."
  (if (lookup-updater package updaters)
      (call-with-values
          (lambda ()
            (call-despite-network-failures (package-name package) #f
              (lambda () (package-update store package updaters #:key-download key-download))))
        (lambda* (version #:optional file source)
          (cond ((not version) #f)
                ((and file (file-exists? file))
                 (info (version-place package) (G_ "~a: updating from version ~a to version ~a...~%")
                       (package-name package) (package-version package) version)
                 (for-each (lambda (change) (report-input-change package change))
                           (upstream-source-input-changes source))
                 (update-package-source package source (file-hash* file)))
                (else
                 (warning (G_ "~a: version ~a could not be downloaded and authenticated; not updating~%")
                          (package-name package) version)
                 #f))))
      (begin
        (when warn?
          (report-status package 'no-updater #f #f #t))
        #f)))

(define (place<? a b)
  "Return true if package A is before B, in an earlier file or line."
  (match (list (package-location a) (package-location b))
    ((a b)
     (and a b
          (if (string=? (location-file a) (location-file b))
              (< (location-line a) (location-line b))
              (string<? (location-file a) (location-file b)))))))

(define* (update-packages things #:key (types '()) subset recursive?
                          key-download key-server keyring gpg)
  "Edit the definitions of the packages that THINGS stand for, as for `select-packages', for which there are later versions by
the updaters called TYPES or by all.  KEY-DOWNLOAD, KEY-SERVER, KEYRING and GPG, strings or #f, are about OpenPGP keys.  Return
the list of (NAME OLD-VERSION NEW-VERSION FILE) of those that were edited."
  (parameterize ((%openpgp-key-server (or key-server (%openpgp-key-server)))
                 (%gpg-command (or gpg (%gpg-command)))
                 (current-keyring (or keyring
                                      (string-append (config-directory) "/upstream/trustedkeys.kbx"))))
    (let ((updaters (updaters-named types))
          (warn? (and (pair? things) (not recursive?))))
      (with-store store
        (filter-map (lambda (package)
                      (match (update-package store package updaters
                                             #:key-download (string->symbol (or key-download "interactive"))
                                             #:warn? warn?)
                        (#f #f)
                        (version
                         (list (package-name package) (package-version package) version
                               (location-file (package-location package))))))
                    ;; From the last one on: the places of those before stay right.
                    (sort (select-packages things #:subset subset #:recursive? recursive?)
                          (lambda (a b) (place<? b a))))))))


;;; What depends on what.

(define (full-names packages)
  (map package-full-name packages))

(define (dependents packages)
  "Return two lists: of the packages that have to be rebuilt when PACKAGES change, and of those among them that nothing else
depends on: to build them is to build all."
  (let* ((edges (run-with-store #f
                  (node-back-edges %bag-node-type (package-closure (all-packages)))))
         (dependents (run-with-store #f
                       (with-monad %store-monad
                         (return (node-transitive-edges packages edges))))))
    (values dependents
            (filter (lambda (package) (null? (edges package))) dependents))))

(define* (print-dependents things #:key subset recursive? rows?)
  "Print what depends on the packages that THINGS stand for, as for `select-packages'.  With ROWS?, return the list of the names
of these, of all that depends on them, and of what to build for it."
  (define packages (select-packages things #:subset subset #:recursive? recursive?))

  (call-with-values (lambda () (dependents packages))
    (lambda (dependents covering)
      (cond
       (rows?
        (map full-names (list packages dependents covering)))
       (else
        (match dependents
          (()
           (format #t (N_ "No dependents other than itself: ~{~a~}~%"
                          "No dependents other than themselves: ~{~a~^ ~}~%"
                          (length packages))
                   (full-names packages)))
          ((package)
           (format #t (G_ "A single dependent package: ~a~%") (package-full-name package)))
          (_
           (format #t (N_ "Building the following ~d package would ensure ~d dependent packages are rebuilt: ~{~a~^ ~}~%"
                          "Building the following ~d packages would ensure ~d dependent packages are rebuilt: ~{~a~^ ~}~%"
                          (length covering))
                   (length covering) (length dependents) (full-names covering))))
        #f)))))

(define (dependencies packages)
  "Return all packages that PACKAGES are built from, and PACKAGES."
  (run-with-store #f
    (mlet %store-monad ((edges (node-edges %bag-node-type (fold-packages cons '()))))
      (return (node-transitive-edges packages edges)))))

(define* (print-dependencies things #:key subset recursive? rows?)
  "Print what the packages that THINGS stand for, as for `select-packages', are built from.  With ROWS?, return the list of
their names and of those."
  (define packages (select-packages things #:subset subset #:recursive? recursive?))
  (define needed (filter package? (dependencies packages)))

  (cond
   (rows? (map full-names (list packages needed)))
   (else
    (match packages
      ((package)
       (format #t (G_ "~a depends on the following ~d packages: ~{~a~^ ~}~%")
               (package-full-name package) (length needed) (full-names needed)))
      (_
       (format #t (G_ "The following ~d packages all are dependent packages: ~{~a~^ ~}~%")
               (length needed) (full-names needed))))
    #f)))

(define-command (guix-refresh . args)
  (category packaging)
  (synopsis "update existing package definitions")
  (apply run-command "refresh" args))
