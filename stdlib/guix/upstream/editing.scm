;;; Commentary:
;;;
;;; Writing a release into the definition of a package: its version, hash and address, with the layout and the comments of the
;;; file as they are.  Interface: part of (guix upstream) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix upstream editing)
  #:use-module (guix base32)
  #:use-module (guix diagnostics)
  #:use-module (guix git-download)
  #:use-module (guix i18n)
  #:use-module (guix packages)
  #:use-module (guix source-files)
  #:use-module (guix upstream sources)
  #:use-module (guix utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:export (update-package-source))


;;; Text of programs.

(define (next-comment text start)
  "Return (BEGIN . END) of the first comment of TEXT, source code, from START on, or #f.  In strings there is none."
  (define end (string-length text))

  (define (after marker from)
    (match (string-contains text marker from)
      (#f end)
      (position (min end (+ position (string-length marker))))))

  (let loop ((position start) (string? #f))
    (and (< position end)
         (match (string-ref text position)
           (#\\ (loop (+ position 2) string?))
           (#\" (loop (+ position 1) (not string?)))
           ((? (const string?)) (loop (+ position 1) #t))
           (#\; (cons position (after "\n" position)))
           (#\# (if (string-prefix? "#|" text 0 2 position end)
                    (cons position (after "|#" (+ position 2)))
                    ;; Of `#\;' the semicolon is no comment.
                    (loop (+ position (if (string-prefix? "#\\" text 0 2 position end) 3 1)) #f)))
           (_ (loop (+ position 1) #f))))))

(define (map-code proc text)
  "Return TEXT, source code, with what is no comment replaced by what PROC returns for it."
  (let loop ((start 0) (pieces '()))
    (match (next-comment text start)
      (#f (string-concatenate-reverse (cons (proc (substring text start)) pieces)))
      ((begin . end)
       (loop end (cons* (substring text begin end) (proc (substring text start begin)) pieces))))))

(define (version-boundary? text start end)
  "Return true if the version between START and END of TEXT is not part of a longer one, nor of the name of a patch."
  (define (char-at position)
    (and (< -1 position (string-length text)) (string-ref text position)))

  (define (digit? char)
    (and char (char-numeric? char)))

  (define (in-patch-name?)
    (let ((close (string-index text #\" end)))
      (and close
           (not (string-index text char-whitespace? end close))
           (any (lambda (suffix) (string-suffix? suffix text 0 (string-length suffix) end close))
                '(".patch" ".diff")))))

  (not (or (digit? (char-at (- start 1)))
           (and (eqv? #\. (char-at (- start 1))) (digit? (char-at (- start 2))))
           (digit? (char-at end))
           (and (eqv? #\. (char-at end)) (digit? (char-at (+ end 1))))
           (in-patch-name?))))

(define* (replace-all text old new #:optional (wanted? (const #t)))
  "Return TEXT with NEW for each OLD between positions for which (WANTED? TEXT START END) returns true."
  (let loop ((start 0) (search-from 0) (pieces '()))
    (match (string-contains text old search-from)
      (#f (string-concatenate-reverse (cons (substring text start) pieces)))
      (position
       (let ((end (+ position (string-length old))))
         (if (wanted? text position end)
             (loop end end (cons* new (substring text start position) pieces))
             (loop start (+ position 1) pieces)))))))


;;; Addresses.

(define (first-url uri)
  "Return the first of the addresses that URI, of an origin or a release, stands for, or #f."
  (match uri
    ((? string? url) url)
    (((? string? url) . _) url)
    ((? git-reference? reference) (git-reference-url reference))
    (_ #f)))

(define (commit uri)
  (and (git-reference? uri) (git-reference-commit uri)))

(define (uri-expression->string expression name version)
  "Return what EXPRESSION, the value of a field `uri', evaluates to in the package NAME at VERSION; #f when that is not
plain."
  (match expression
    ((? string? text) text)
    ('version version)
    ('name name)
    (('string-append parts ...)
     (let ((parts (map (lambda (part) (uri-expression->string part name version)) parts)))
       (and (every string? parts) (string-concatenate parts))))
    (('version-major+minor 'version) (version-major+minor version))
    (('version-major 'version) (version-major version))
    (_ #f)))

(define (find-uri-field form)
  "Return the value of the field `uri' of the source in FORM, a package as it is read, and where it is read, or #f."
  (define (field name form)
    (find (match-lambda
            (((? (lambda (head) (eq? head name))) _) #t)
            (_ #f))
          (if (list? form) form '())))

  (match (field 'source form)
    ((_ ('origin . fields))
     (match (field 'uri fields)
       ((and whole (_ value)) (cons value (or (source-properties value) '())))
       (_ #f)))
    (_ #f)))

(define (uri-code url version)
  "Return the expression of URL in a package at VERSION."
  (match (factorize-uri url version)
    ((? string? url) url)
    (parts (cons 'string-append parts))))

(define (correct-uri text url name version)
  "Return TEXT, the source of the package NAME at VERSION, with an address of the source that is URL, if it is another one and
simple enough to tell."
  (match (find-uri-field (call-with-input-string text read))
    ((value . _)
     (let ((current (uri-expression->string value name version)))
       (if (or (not current) (string=? current url))
           text
           (let* ((written (uri-field-text text))
                  (code (object->string (uri-code url version))))
             (if written
                 (replace-all text written code)
                 text)))))
    (_ text)))

(define (uri-field-text text)
  "Return the text of the value of the field `uri' of the first origin in TEXT, or #f."
  (match (string-contains text "(uri ")
    (#f #f)
    (position
     (let* ((start (string-skip text char-whitespace? (+ position 4)))
            (rest (substring text start))
            (port (open-input-string rest)))
       (read port)
       (string-drop-right rest (string-length (get-string-all port)))))))


;;; Definitions.

(define (archive-extension url)
  "Return how the name of an archive at URL ends, as \".tar.gz\", or #f."
  (and url
       (find (lambda (extension) (string-suffix? extension url))
             '(".tar.gz" ".tar.bz2" ".tar.xz" ".tar.lz" ".tar.zst" ".tgz" ".tbz2" ".txz" ".zip" ".tar"))))

(define (edit-definition text package source hash)
  "Return TEXT, the source of PACKAGE, with the version and the address of SOURCE, and with HASH, a bytevector."
  (let* ((old (package-source package))
         (old-uri (origin-uri old))
         (new-uri (upstream-source-urls source))
         (old-version (package-version package))
         (version (upstream-source-version source))
         (old-url (first-url old-uri))
         (new-url (if (git-reference? new-uri)
                      (git-reference-url new-uri)
                      (car (source-choice package source)))))
    (define (quoted-end url)
      (and=> (archive-extension url)
             (lambda (extension) (string-append extension "\""))))

    (define (replacing old new . boundary)
      (lambda (text)
        (if (and old new (not (string=? old new)))
            (apply replace-all text old new boundary)
            text)))

    (define edited
      (map-code (lambda (code)
                  (fold (lambda (replace code) (replace code))
                        code
                        (list (replacing (and old-url (dirname old-url)) (and new-url (dirname new-url)))
                              (replacing (commit old-uri) (commit new-uri))
                              (replacing (bytevector->nix-base32-string
                                          (content-hash-value (origin-hash old)))
                                         (bytevector->nix-base32-string hash))
                              (replacing old-version version version-boundary?)
                              ;; In names of files.
                              (replacing (quoted-end old-url) (quoted-end new-url)))))
                text))

    (if (string? old-uri)
        (correct-uri edited new-url (package-name package) version)
        edited)))

(define (update-package-source package source hash)
  "Edit the file that defines PACKAGE such that it is about SOURCE, an <upstream-source> whose archive or checkout has the
SHA256 HASH, a bytevector.  The file is replaced at once; its comments and its layout stay as they are.  Return the version of
SOURCE, or #f after a warning when PACKAGE has no version, or no file, of its own."
  (let* ((location (package-location package))
         (file (and=> (and=> location location-file) source-file)))
    (cond ((not (and location (package-field-location package 'version)))
           (warning location (G_ "~a: no `version' field in source; skipping~%") (package-name package))
           #f)
          ((not file)
           (warning (G_ "~a: could not locate source file") (location-file location))
           #f)
          (else
           (edit-expression (acons 'filename file
                                   (alist-delete 'filename (location->source-properties location)))
                            (lambda (text)
                              (edit-definition text package source hash)))
           (upstream-source-version source)))))
