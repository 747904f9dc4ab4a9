;;; Commentary:
;;;
;;; Manifests: what a profile holds, or is to hold, and transactions, which change them.
;;; Part of (guix profiles).
;;;
;;; Code:

(define-module (guix profiles manifests)
  #:use-module (guix derivations)
  #:use-module (guix gexp)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix records)
  #:use-module (guix search-paths)
  #:use-module (guix store)
  #:use-module ((guix utils) #:select (version>=?))
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (<manifest> manifest make-manifest manifest? manifest-entries manifest-transitive-entries

            <manifest-entry> manifest-entry manifest-entry?
            manifest-entry-name manifest-entry-version manifest-entry-output manifest-entry-item
            manifest-entry-dependencies manifest-entry-search-paths manifest-entry-parent
            manifest-entry-properties manifest-entry=? lower-manifest-entry

            manifest-pattern manifest-pattern? manifest-pattern-name manifest-pattern-version
            manifest-pattern-output

            concatenate-manifests map-manifest-entries manifest-remove manifest-add manifest-lookup
            manifest-installed? manifest-matching-entries manifest-search-paths check-for-collisions

            package->manifest-entry packages->manifest package->development-manifest

            manifest-transaction manifest-transaction? manifest-transaction-install
            manifest-transaction-remove manifest-transaction-install-entry
            manifest-transaction-remove-pattern manifest-transaction-null?
            manifest-transaction-removal-candidate? manifest-transaction-effects
            manifest-perform-transaction

            &profile-error profile-error? profile-error-profile
            &profile-not-found-error profile-not-found-error?
            &profile-collision-error profile-collision-error? profile-collision-error-entry
            profile-collision-error-conflict
            &unmatched-pattern-error unmatched-pattern-error? unmatched-pattern-error-pattern
            unmatched-pattern-error-manifest
            &missing-generation-error missing-generation-error? missing-generation-error-generation))

(define-condition-type &profile-error &error
  profile-error?
  (profile profile-error-profile))

(define-condition-type &profile-not-found-error &profile-error
  profile-not-found-error?)

(define-condition-type &missing-generation-error &profile-error
  missing-generation-error?
  (generation missing-generation-error-generation))

(define-condition-type &profile-collision-error &error
  profile-collision-error?
  (entry profile-collision-error-entry)
  (conflict profile-collision-error-conflict))

(define-condition-type &unmatched-pattern-error &error
  unmatched-pattern-error?
  (pattern unmatched-pattern-error-pattern)
  (manifest unmatched-pattern-error-manifest))


;;;
;;; Records.
;;;

(define-record-type <manifest>
  (manifest entries)
  manifest?
  (entries manifest-entries))

(define make-manifest manifest)

(define-record-type* <manifest-entry> manifest-entry make-manifest-entry
  manifest-entry?
  (name manifest-entry-name)
  (version manifest-entry-version)
  (output manifest-entry-output (default "out"))
  (item manifest-entry-item)                            ;package, file-like object or store item
  (dependencies manifest-entry-dependencies (default '()))
  (search-paths manifest-entry-search-paths (default '()))
  (parent manifest-entry-parent (default (delay #f)))   ;promise of an entry or #f
  (properties manifest-entry-properties (default '()))) ;alist

(define-record-type* <manifest-pattern> manifest-pattern make-manifest-pattern
  manifest-pattern?
  (name manifest-pattern-name)
  (version manifest-pattern-version (default #f))       ;#f for any
  (output manifest-pattern-output (default "out")))     ;#f for any

(define (manifest-entry=? a b)
  "Return true if the entries A and B are the same but for their properties."
  (and (string=? (manifest-entry-name a) (manifest-entry-name b))
       (string=? (manifest-entry-version a) (manifest-entry-version b))
       (string=? (manifest-entry-output a) (manifest-entry-output b))
       (equal? (manifest-entry-item a) (manifest-entry-item b))
       (equal? (manifest-entry-search-paths a) (manifest-entry-search-paths b))
       (let ((ours (manifest-entry-dependencies a))
             (theirs (manifest-entry-dependencies b)))
         (and (= (length ours) (length theirs))
              (every manifest-entry=? ours theirs)))))

(define (entry-key entry)
  (list (manifest-entry-name entry) (manifest-entry-output entry)))

(define (manifest-transitive-entries manifest)
  "Return the entries of MANIFEST, each followed by those it propagates, every entry once."
  (define seen (make-hash-table))                       ;key to entries that have it

  (define (first-time? entry)
    (let* ((key (entry-key entry))
           (others (hash-ref seen key '())))
      (and (not (any (cut manifest-entry=? entry <>) others))
           (hash-set! seen key (cons entry others)))))

  (define (visit entry result)
    (if (first-time? entry)
        (fold visit (cons entry result) (manifest-entry-dependencies entry))
        result))

  (reverse (fold visit '() (manifest-entries manifest))))

(define (concatenate-manifests manifests)
  "Return the manifest with the entries of each of MANIFESTS in turn."
  (make-manifest (append-map manifest-entries manifests)))

(define (map-manifest-entries proc manifest)
  "Return MANIFEST with each entry replaced by what PROC makes of it."
  (make-manifest (map proc (manifest-entries manifest))))


;;;
;;; From packages to entries.
;;;

(define (default-properties package)
  ;; How a package was transformed is part of what the profile holds.
  (match (assq 'transformations (package-properties package))
    ((and ('transformations . (? pair?)) pair) (list pair))
    (_ '())))

(define* (package->manifest-entry package #:optional (output "out")
                                  #:key (parent (delay #f))
                                  (properties (default-properties package)))
  "Return a manifest entry for OUTPUT of PACKAGE, with what that propagates."
  (letrec ((entry
            (manifest-entry
             (name (package-name package))
             (version (package-version package))
             (output output)
             (item package)
             (dependencies
              (delete-duplicates
               (map (match-lambda
                      ((_ input . outputs)
                       (package->manifest-entry input
                                                (match outputs (() "out") ((output . _) output))
                                                #:parent (delay entry))))
                    (package-propagated-inputs package))))
             (search-paths (package-transitive-native-search-paths package))
             (parent parent)
             (properties properties))))
    entry))

(define (packages->manifest packages)
  "Return the manifest of PACKAGES, each a package or a list of a package and an output."
  (define (foreign-entry thing . output)
    ;; Packages of another revision of the collection come from a module that is not loaded but by those who use it.
    (match (resolve-module '(guix inferior) #f #f #:ensure #f)
      (#f (scm-error 'wrong-type-arg "packages->manifest" "Wrong package object: ~S" (list thing) (list thing)))
      (module (apply (module-ref (resolve-interface '(guix inferior)) 'inferior-package->manifest-entry)
                     thing output))))

  (make-manifest
   (delete-duplicates
    (map (match-lambda
           ((? package? package) (package->manifest-entry package))
           (((? package? package) output) (package->manifest-entry package output))
           ((thing output) (foreign-entry thing output))
           (thing (foreign-entry thing)))
         packages)
    manifest-entry=?)))

(define* (package->development-manifest package #:optional (system (%current-system)) #:key target)
  "Return the manifest of what building PACKAGE for SYSTEM, or for TARGET, needs: its inputs, implicit ones too."
  (make-manifest
   (filter-map (match-lambda
                 ((_ (? package? input) . outputs)
                  (apply package->manifest-entry input (take outputs (min 1 (length outputs)))))
                 (_ #f))
               (package-development-inputs package system #:target target))))


;;;
;;; Looking up.
;;;

(define (pattern-matcher pattern)
  "Return a predicate for the entries that PATTERN stands for."
  (match pattern
    (($ <manifest-pattern> name version output)
     (lambda (entry)
       (and (string=? name (manifest-entry-name entry))
            (or (not output)
                (not (manifest-entry-output entry))
                (string=? output (manifest-entry-output entry)))
            (or (not version)
                (string=? version (manifest-entry-version entry))))))))

(define (manifest-lookup manifest pattern)
  "Return the first entry of MANIFEST that matches PATTERN, or #f."
  (find (pattern-matcher pattern) (manifest-entries manifest)))

(define (manifest-installed? manifest pattern)
  "Return #t if an entry of MANIFEST matches PATTERN, #f otherwise."
  (->bool (manifest-lookup manifest pattern)))

(define (manifest-matching-entries manifest patterns)
  "Return the entries of MANIFEST that match one of PATTERNS; raise an `&unmatched-pattern-error' for a pattern that
matches none."
  ;; The last pattern is looked at first, as in Guix: when several match nothing, it is the one that is named.
  (fold-right (lambda (pattern result)
                (match (filter (pattern-matcher pattern) (manifest-entries manifest))
                  (() (raise (condition (&unmatched-pattern-error (pattern pattern) (manifest manifest)))))
                  (entries (append entries result))))
              '()
              patterns))

(define (manifest-remove manifest patterns)
  "Return MANIFEST without the entries that match one of PATTERNS."
  (let ((matchers (map pattern-matcher patterns)))
    (make-manifest (remove (lambda (entry)
                             (any (cut <> entry) matchers))
                           (manifest-entries manifest)))))

(define (manifest-add manifest entries)
  "Return MANIFEST with ENTRIES before, in the place of those of the same name and output."
  (make-manifest
   (fold (lambda (entry result)
           (cons entry
                 (remove (lambda (other)
                           (equal? (entry-key entry) (entry-key other)))
                         result)))
         (manifest-entries manifest)
         entries)))

(define (manifest-search-paths manifest)
  "Return the specifications of the search paths of MANIFEST, that of PATH first."
  (delete-duplicates
   (cons $PATH (append-map manifest-entry-search-paths (manifest-entries manifest)))))


;;;
;;; Lowering, and entries that exclude each other.
;;;

(define* (lower-manifest-entry entry system #:key target)
  "Return as a monadic value ENTRY with store items in the place of packages, for SYSTEM and TARGET."
  (match (manifest-entry-item entry)
    ((? string?)
     (with-monad %store-monad (return entry)))
    (item
     (mlet %store-monad ((drv (lower-object item system #:target target))
                         (dependencies (mapm/accumulate-builds
                                        (cut lower-manifest-entry <> system #:target target)
                                        (manifest-entry-dependencies entry))))
       (return (manifest-entry
                (inherit entry)
                (item (derivation->output-path drv (manifest-entry-output entry)))
                (dependencies dependencies)))))))

(define (colliding-candidates manifest)
  "Return pairs of entries of MANIFEST, of all that it propagates too, of one name and output and with different items."
  (define rank (make-hash-table))                       ;key to the entry that others are compared with

  ;; An entry comes before what it propagates, and a later one before an earlier.
  (let visit ((entries (manifest-entries manifest)))
    (for-each (lambda (entry)
                (visit (manifest-entry-dependencies entry))
                (hash-set! rank (entry-key entry) entry))
              entries))
  (filter-map (lambda (entry)
                (let ((other (hash-ref rank (entry-key entry))))
                  (and (not (eq? (manifest-entry-item entry) (manifest-entry-item other)))
                       (cons entry other))))
              (manifest-transitive-entries manifest)))

(define* (check-for-collisions manifest system #:key target)
  "Return a true monadic value unless two entries of MANIFEST, of what it propagates too, exclude each other; then raise a
`&profile-collision-error'."
  (define lower (cut lower-manifest-entry <> system #:target target))

  (mlet %store-monad ((pairs (mapm/accumulate-builds
                              (match-lambda
                                ((entry . other)
                                 (mlet %store-monad ((entry (lower entry))
                                                     (other (lower other)))
                                   (return (cons entry other)))))
                              (colliding-candidates manifest))))
    (match (find (match-lambda
                   ((entry . other)
                    (not (string=? (manifest-entry-item entry) (manifest-entry-item other)))))
                 pairs)
      (#f (return #t))
      ((entry . conflict)
       (raise (condition (&profile-collision-error (entry entry) (conflict conflict))))))))


;;;
;;; Transactions.
;;;

(define-record-type* <manifest-transaction> manifest-transaction make-manifest-transaction
  manifest-transaction?
  (install manifest-transaction-install (default '()))  ;list of entries
  (remove manifest-transaction-remove (default '())))   ;list of patterns

(define (manifest-transaction-install-entry entry transaction)
  "Return TRANSACTION which installs ENTRY too."
  (manifest-transaction
   (inherit transaction)
   (install (cons entry (manifest-transaction-install transaction)))))

(define (manifest-transaction-remove-pattern pattern transaction)
  "Return TRANSACTION which removes what matches PATTERN too."
  (manifest-transaction
   (inherit transaction)
   (remove (cons pattern (manifest-transaction-remove transaction)))))

(define (manifest-transaction-null? transaction)
  "Return true if TRANSACTION changes nothing."
  (and (null? (manifest-transaction-install transaction))
       (null? (manifest-transaction-remove transaction))))

(define (manifest-transaction-removal-candidate? entry transaction)
  "Return true if TRANSACTION removes ENTRY."
  (any (lambda (pattern) ((pattern-matcher pattern) entry))
       (manifest-transaction-remove transaction)))

(define (manifest-transaction-effects manifest transaction)
  "Return four values, what TRANSACTION does to MANIFEST: the entries removed, those installed, and pairs of an entry and
the one in its place, upgrades and downgrades."
  (define (same-pair? a b)
    (and (manifest-entry=? (car a) (car b))
         (manifest-entry=? (cdr a) (cdr b))))

  (define changes
    ;; Pairs of what is there, or #f, and what comes.
    (map (lambda (entry)
           (cons (manifest-lookup manifest
                                  (manifest-pattern (name (manifest-entry-name entry))
                                                    (output (manifest-entry-output entry))))
                 entry))
         (manifest-transaction-install transaction)))

  (define upgrade?
    (match-lambda
      ((old . new) (version>=? (manifest-entry-version new) (manifest-entry-version old)))))

  (call-with-values (lambda () (partition car changes))
    (lambda (replacing installing)
      (call-with-values (lambda () (partition upgrade? replacing))
        (lambda (upgrades downgrades)
          (values (delete-duplicates
                   (manifest-matching-entries manifest (manifest-transaction-remove transaction))
                   manifest-entry=?)
                  (delete-duplicates (map cdr installing) manifest-entry=?)
                  (delete-duplicates upgrades same-pair?)
                  (delete-duplicates downgrades same-pair?)))))))

(define (manifest-perform-transaction manifest transaction)
  "Return MANIFEST as TRANSACTION changes it."
  (manifest-add (manifest-remove manifest (manifest-transaction-remove transaction))
                (manifest-transaction-install transaction)))
