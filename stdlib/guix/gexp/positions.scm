;;; Commentary:
;;;
;;; From a place in a builder's text back to the recipe: which form of which file it was lowered from.
;;;
;;; Nothing is kept for this in the store, and lowering only notes which G-expression each builder was made from, while
;;; `%builder-origins' is a table.  When a build has failed, the shape of the builder's text is made again from that
;;; G-expression, each list with the G-expression it belongs to and its path there; the source is read again to turn the
;;; path into a line.  Code that recipes give as quoted lists is searched for in the package's definition.
;;;
;;; Code:

(define-module (guix gexp positions)
  #:use-module (guix gexp definitions)
  #:use-module (guix packages definitions)
  #:use-module (guix source-files)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (builder-place->location
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

(define (read-at location)
  "Return the datum at LOCATION, or #f when it cannot be read."
  (let ((file (and location (source-file (location-file location)))))
    (and file
         (false-if-exception
          (call-with-input-file file
            (lambda (port)
              (go-to-location port (location-line location) (location-column location))
              (read port)))))))

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

(define (builder-place->location origins derivation builder text line column)
  "Return the location that LINE, counted from 1, and COLUMN of BUILDER, a script with TEXT that DERIVATION runs, come from
according to ORIGINS, what `%builder-origins' of (guix gexp) was while it was lowered, or #f when it is not known."
  (match (hash-ref origins builder)
    (#f #f)
    ((gexp . user)
     (let* ((owners (make-hash-table))
            (whole (shape gexp (lambda (form gexp path)
                                 (hashq-set! owners form (cons gexp path)))))
            (script (call-with-input-string text
                      (lambda (port)
                        ;; Places are noted for ports with names.
                        (set-port-filename! port builder)
                        (read port))))
            (path (path-to script (cons (- line 1) column)))
            (package (or (hash-ref origins derivation) user)))
       ;; Lists that were written in a place that is known; those within it that were not are searched for first.
       (define passed (follow whole path))
       (define known
         (list-index (lambda (form)
                       (match (hashq-ref owners form)
                         ((gexp . _) (gexp-location gexp))
                         (#f #f)))
                     passed))
       (define forms (follow script path))
       (define beyond (- (length forms) (length passed)))
       (recipe-location
        (or (and package
                 (not (and (eqv? known 0) (zero? beyond)))
                 (search-in-package package
                                    (take forms (+ beyond (or known (length passed))))))
            (and known
                 (match (hashq-ref owners (list-ref passed known))
                   ((gexp . path) (gexp-path->location gexp path)))))
        package)))))

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
