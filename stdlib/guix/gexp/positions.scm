;;; Commentary:
;;;
;;; From a place in a builder's text back to the recipe: which form of which file it was lowered from.
;;;
;;; Nothing is kept for this in the store, and lowering only notes which G-expression each builder or script was made from:
;;; see (guix gexp origins).  When a build has failed, the shape of the builder's text is made again from that
;;; G-expression, each list with the G-expression it belongs to and its path there; the source is read again to turn the
;;; path into a line.  Code that recipes give as quoted lists is searched for in the package's definition.  For scripts that
;;; are run later, all of their places are kept beside the store: see build-side/recipe-places.ts.
;;;
;;; Code:

(define-module (guix gexp positions)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp origins)
  #:use-module (guix packages definitions)
  #:use-module (guix source-files)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (failure-locations
            scripts-made
            script-places
            shape
            gexp-path->location
            search-in-package))


;;;
;;; The shape of a builder's text.
;;;

(define-record-type <hole>
  ;; What stands for a reference of a G-expression in its body.
  (hole index)
  hole?
  (index hole-index))

(define (skeleton gexp)
  "Return the body of GEXP where references are (HOLE), spliced ones HOLE."
  (apply (gexp-proc gexp)
         (map (compose list hole) (iota (length (gexp-references gexp))))))

(define (shape gexp note!)
  "Return what GEXP expands to, with 'item for what is no code.  NOTE! is called with each of its lists, the
G-expression that the list was written in, and the list's path there."
  (define references (list->vector (gexp-references gexp)))

  (define (reference hole)
    (thing-shape (vector-ref references (hole-index hole)) note!))

  (let loop ((body (skeleton gexp)) (path '()))
    (match body
      (((? hole? hole)) (reference hole))
      ((_ . _)
       (let ((whole
              (let elements ((body body) (index 0))
                (match body
                  (((? hole? hole) . rest)
                   (let ((spliced (reference hole)))
                     (append (if (list? spliced) spliced '())
                             (elements rest (+ 1 index)))))
                  ((first . rest)
                   (cons (loop first (cons index path))
                         (elements rest (+ 1 index))))
                  (rest (if (null? rest) '() 'item))))))
         (when (pair? whole)
           (note! whole gexp (reverse path)))
         whole))
      ((? vector? vector)
       (loop (vector->list vector) path))
      (atom atom))))

(define (thing-shape thing note!)
  "The same for THING, which a G-expression refers to."
  (match thing
    ((? gexp? gexp) (shape gexp note!))
    ((? gexp-input? input) (thing-shape (gexp-input-thing input) note!))
    ((things ...) (map (lambda (thing) (thing-shape thing note!)) things))
    (_ 'item)))


;;;
;;; Places in texts.
;;;

(define (place datum)
  "Return (LINE . COLUMN), both counted from 0, of DATUM, or #f."
  (let ((properties (if (pair? datum) (source-properties datum) '())))
    (and (assq 'line properties)
         (cons (assq-ref properties 'line) (assq-ref properties 'column)))))

(define (before? a b)
  (match (cons a b)
    (((line1 . column1) . (line2 . column2))
     (or (< line1 line2)
         (and (= line1 line2) (<= column1 column2))))))

(define (path-to datum target)
  "Return the path, a list of indexes, to the innermost list of DATUM that starts at TARGET or, last, before it."
  (let loop ((datum datum) (path '()))
    (let find-last ((elements datum) (index 0) (best #f))
      (match elements
        ((first . rest)
         (let ((start (place first)))
           (find-last rest (+ 1 index)
                      (if (and start (before? start target))
                          (cons index first)
                          best))))
        (_
         (match best
           (#f (reverse path))
           ((index . element) (loop element (cons index path)))))))))

(define (follow datum path)
  "Return the lists of DATUM on the way along PATH, the innermost first."
  (let loop ((datum datum) (path path) (passed '()))
    (let ((passed (if (pair? datum) (cons datum passed) passed)))
      (match path
        (() passed)
        ((index . rest)
         (let ((tail (and (pair? datum)
                          (false-if-exception (list-tail datum index)))))
           (if (pair? tail)
               (loop (car tail) rest passed)
               passed)))))))

(define data-read
  ;; What `read-at' has returned, by location and the file's time.
  (make-hash-table))

(define (read-at location)
  "Return the datum at LOCATION, or #f when it cannot be read."
  (let ((file (and location (source-file (location-file location)))))
    (define (read-it)
      (false-if-exception
       (call-with-input-file file
         (lambda (port)
           (go-to-location port (location-line location) (location-column location))
           (read port)))))

    (and file
         (let* ((key (list file (stat:mtime (stat file)) (location-line location) (location-column location)))
                (known (hash-get-handle data-read key)))
           (if known
               (cdr known)
               (let ((datum (read-it)))
                 (hash-set! data-read key datum)
                 datum))))))

(define (datum-location datum file)
  (match (place datum)
    ((line . column) (location file (+ 1 line) column))
    (#f #f)))

(define (gexp-path->location gexp path)
  "Return the location of what is at PATH in the body of GEXP, or else of GEXP, or #f."
  (let ((origin (gexp-location gexp)))
    (and origin
         (or (match (read-at origin)
               (('gexp body)
                (any (lambda (datum)
                       (datum-location datum (location-file origin)))
                     (follow body path)))
               (_ #f))
             origin))))

(define (search-in-package package forms)
  "Return the location, in the definition of PACKAGE, of the first of FORMS that is there."
  (let* ((origin (package-location package))
         (definition (read-at origin)))
    (define (find-equal form datum)
      (let loop ((datum datum))
        (cond ((not (pair? datum)) #f)
              ((equal? datum form) (datum-location datum (location-file origin)))
              (else (or (loop (car datum)) (loop (cdr datum)))))))
    (and (pair? definition)
         (any (lambda (form) (find-equal form definition)) forms))))


;;;
;;; All together.
;;;

(define (named-forms text name)
  "Return the forms of TEXT with their places; NAME is the file's."
  (call-with-input-string text
    (lambda (port)
      ;; Places are noted for ports with names.
      (set-port-filename! port name)
      (let loop ((forms '()))
        (match (read port)
          ((? eof-object?) (reverse forms))
          (form (loop (cons form forms))))))))

(define (text-origins kind thing package text name)
  "Return two values: the part of TEXT, of the file NAME, that THING expands to, as a datum, and a procedure that takes
a path in it and returns the location where what is there comes from, or #f.  KIND and PACKAGE are as in (guix gexp
origins)."
  (let* ((owners (make-hash-table))
         (whole  (thing-shape thing (lambda (form gexp path)
                                      (hashq-set! owners form (cons gexp path)))))
         (forms  (named-forms text name))
         (script (match kind
                   ('builder (first forms))
                   ('script (last forms))
                   ('scripts (take-right forms (min (length forms) (length whole)))))))
    (values
     script
     (lambda (path)
       ;; Lists that were written in a place that is known; those within it that were not are searched for first.
       (define passed (follow whole path))
       (define known
         (list-index (lambda (form)
                       (match (hashq-ref owners form)
                         ((gexp . _) (gexp-location gexp))
                         (#f #f)))
                     passed))
       (define forms (follow script path))
       (define beyond (max 0 (- (length forms) (length passed))))
       (recipe-location
        (or (and package
                 (not (and (eqv? known 0) (zero? beyond)))
                 (search-in-package package
                                    (take forms (+ beyond (or known (length passed))))))
            (and known
                 (match (hashq-ref owners (list-ref passed known))
                   ((gexp . path) (gexp-path->location gexp path)))))
        package)))))

(define (text-place->location kind thing package text name line column)
  "Return the location of what THING has at LINE, counted from 1, and COLUMN of TEXT, of the file NAME, or #f."
  (call-with-values (lambda () (text-origins kind thing package text name))
    (lambda (script location)
      (location (path-to script (cons (- line 1) column))))))

(define (split-item file)
  "Return two values: the store item that FILE is, or is in, and the rest of its name."
  (match (and (string-prefix? "/gnu/store/" file)
              (string-index file #\/ (string-length "/gnu/store/")))
    (#f (values file ""))
    (end (values (string-take file end) (string-drop file (+ 1 end))))))

(define (foreign-source source)
  "Return SOURCE if it is a file of somebody else than strata, or #f."
  (and (not (own-source-file? source))
       source))

(define (store-place->location derivation file text line column)
  "Return the location that LINE, counted from 1, and COLUMN of FILE come from, or #f when it is not known.  FILE, with
TEXT, is in the store and named in the log of DERIVATION."
  (call-with-values (lambda () (split-item file))
    (lambda (item name)
      (match (hash-ref builder-origins item)
        (('builder gexp package)
         (text-place->location 'builder gexp
                               (match (hash-ref builder-origins derivation)
                                 (('package package) package)
                                 (_ package))
                               text file line column))
        (((and kind (or 'script 'scripts)) thing package)
         (text-place->location kind thing package text file line column))
        (('file source)
         (location (if (string-null? name) source (string-append source "/" name))
                   line column))
        (('directory files)
         (match (assoc-ref files name)
           (#f #f)
           ((? (lambda (source) (string-prefix? "/gnu/store/" source)) source)
            (store-place->location derivation source text line column))
           (source
            (and (foreign-source source)
                 (location source line column)))))
        (_ #f)))))

(define (failure-locations derivation places)
  "Return for each of PLACES, of lists (FILE TEXT LINE COLUMN) of files in the store that the log of DERIVATION names,
(FILE LINE COLUMN) of the recipe's form that is there, or #f when that is not known."
  (map (match-lambda
         ((file text line column)
          (match (false-if-exception (store-place->location derivation file text line column))
            ((? location? location)
             (list (absolute-file location) (location-line location) (location-column location)))
            (_ #f))))
       places))

(define own-directory
  ;; Where strata's modules of (guix ...) are.
  (delay (and=> (module-filename (resolve-interface '(guix gexp positions)))
                (lambda (file)
                  (dirname (dirname (dirname file)))))))

(define (recipe-location location package)
  "Return LOCATION, or the location of PACKAGE when that is known and LOCATION is in the code that all packages share."
  (if (and location package (package-location package)
           (force own-directory)
           (and=> (source-file (location-file location))
                  (lambda (file)
                    (string-prefix? (force own-directory) file))))
      (package-location package)
      location))


;;;
;;; Places of scripts that are run later, when nothing is known of what was lowered.
;;;

(define (scripts-made)
  "Return the store items, of what was lowered here since the last call, that may be run or loaded after they were built:
scripts, and copies of files other than strata's own."
  (filter (lambda (item)
            (match (hash-ref builder-origins item)
              (((or 'script 'scripts) . _) #t)
              (('file source) (foreign-source source))
              (('directory files)
               (any (match-lambda ((_ . source) (foreign-source source))) files))
              (_ #f)))
          (delete-duplicates (take-recent-origins!))))

(define (script-places item text)
  "Return where the store item ITEM, one of `scripts-made' with TEXT, comes from: a file name if it is a copy, a list
of (NAME SOURCE) for a directory, or for a script a list of (LINE COLUMN FILE SOURCE-LINE SOURCE-COLUMN), in the
order of places in TEXT; #f when that cannot be told."
  (false-if-exception (origin-places (hash-ref builder-origins item) item text)))

(define (origin-places origin item text)
  (match origin
    (('file source) source)
    (('directory files)
     (filter-map (match-lambda
                   ((name . source)
                    (and (foreign-source source) (list name source))))
                 files))
    ((kind thing package)
     (call-with-values (lambda () (text-origins kind thing package text item))
       (lambda (script location)
         (reverse (list-places script location)))))))

(define (absolute-file location)
  (let ((file (location-file location)))
    (or (source-file file) file)))

(define (list-places script location)
  "Return the places of the lists in SCRIPT, the last first, with what LOCATION, a procedure, returns for their paths."
  (let loop ((datum script) (path '()) (places '()))
    (if (pair? datum)
        (let elements ((rest datum) (index 0)
                       (places (match (and (place datum) (location (reverse path)))
                                 (#f places)
                                 (origin (cons (list (+ 1 (car (place datum))) (cdr (place datum))
                                                     (absolute-file origin) (location-line origin)
                                                     (location-column origin))
                                               places)))))
          (match rest
            ((first . rest)
             (elements rest (+ 1 index) (loop first (cons index path) places)))
            (_ places)))
        places)))
