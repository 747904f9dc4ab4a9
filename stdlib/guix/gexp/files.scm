;;; Commentary:
;;;
;;; Files of the host that lead to store items: as they are, with a given content, or below another object.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp files)
  #:autoload   (guix diagnostics) (warning)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp origins)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:autoload   (guix source-files) (source-file)
  #:use-module (guix utils)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 match)
  #:export (local-file local-file? local-file-file local-file-absolute-file-name local-file-name
            local-file-recursive? local-file-select? assume-valid-file-name

            plain-file plain-file? plain-file-name plain-file-content

            file-append file-append? file-append-base file-append-suffix

            raw-derivation-file raw-derivation-file? raw-derivation-file-derivation))

(define-record-type <local-file>
  (%%local-file file absolute name recursive? select? location)
  local-file?
  (file local-file-file)                ;as it was given
  (absolute %local-file-absolute-file-name) ;promise
  (name local-file-name)
  (recursive? local-file-recursive?)
  (select? local-file-select?)
  (location local-file-location))       ;vector or alist of where it is written, or #f

(define (true file stat) #t)

(define* (%local-file file promise #:optional (name (basename file))
                      #:key recursive? (literal? #t) location (select? true))
  (unless (or literal? (string-prefix? "/" file))
    (warning (source-properties->location location)
             "resolving '~a' relative to current directory~%" file))
  (%%local-file file promise name recursive? select? location))

(define (absolute-file-name file directory)
  "Return the canonical absolute file name for FILE, which lives in the vicinity of DIRECTORY."
  (canonicalize-path
   (cond ((string-prefix? "/" file) file)
         ((not directory) file)
         ((string-prefix? "/" directory) (string-append directory "/" file))
         (else file))))

(define-syntax-rule (assume-valid-file-name file)
  ;; In `local-file': FILE, computed, is meant relative to the current directory if it is relative at all.
  file)

(define-syntax local-file
  ;; Return an object representing local file FILE to add to the store.  A literal FILE is relative to the source file
  ;; that the form is in, any other to the current directory.  When RECURSIVE? is true, a directory is added as a whole,
  ;; as far as SELECT? is true.
  (lambda (s)
    (syntax-case s (assume-valid-file-name)
      ((_ file rest ...)
       (string? (syntax->datum #'file))
       ;; The directory of the form itself, not of this template.
       (with-syntax ((directory (datum->syntax #'here (syntax-source-directory s)))
                     (location (datum->syntax #'here (syntax-source s))))
         #'(%local-file file
                        (delay (absolute-file-name file directory))
                        rest ... #:location 'location)))
      ((_ (assume-valid-file-name file) rest ...)
       #'(%local-file file
                      (delay (absolute-file-name file (getcwd)))
                      rest ...))
      ((_ file rest ...)
       (with-syntax ((location (datum->syntax #'here (syntax-source s))))
         #'(%local-file file
                        (delay (absolute-file-name file (getcwd)))
                        rest ...
                        #:literal? #f #:location 'location)))
      ((_)
       (syntax-violation 'local-file "missing file name" s))
      (id
       (identifier? #'id)
       (syntax-violation 'local-file "'local-file' is a macro and cannot be used like this" s)))))

(define (local-file-absolute-file-name file)
  "Return the absolute file name for FILE, a <local-file> instance."
  (force (%local-file-absolute-file-name file)))

(define-gexp-compiler (local-file-compiler (file <local-file>) system target)
  (lambda (store)
    (let* ((source (local-file-absolute-file-name* file))
           (item (add-to-store store (local-file-name file)
                               (local-file-recursive? file) "sha256"
                               source
                               #:select? (local-file-select? file))))
      (note-file! item source)
      (values item store))))

(define (local-file-absolute-file-name* file)
  (catch 'system-error
    (lambda () (local-file-absolute-file-name file))
    (lambda args
      (raise (apply make-compound-condition
                    (condition (&message (message (format #f "file '~a' not found" (local-file-file file)))))
                    (match (source-properties->location (local-file-location file))
                      (#f '())
                      (location (list (condition (&error-location (location location)))
                                      (condition
                                       (&fix-hint
                                        (hint (if (string-prefix? "/" (local-file-file file))
                                                  "the file does not exist"
                                                  (format #f "file names are relative to ~a"
                                                          (dirname (or (source-file (location-file location))
                                                                       (location-file location))))))))))))))))

(define-record-type <plain-file>
  (%plain-file name content references)
  plain-file?
  (name plain-file-name)
  (content plain-file-content)          ;string or bytevector
  (references plain-file-references))

(define (plain-file name content)
  "Return an object representing a text file called NAME with the given CONTENT, a string or a bytevector."
  (%plain-file name content '()))

(define-gexp-compiler (plain-file-compiler (file <plain-file>) system target)
  (match file
    (($ <plain-file> name (? string? content) references)
     (text-file name content references))
    (($ <plain-file> name (? bytevector? content) references)
     (lambda (store)
       (values (add-data-to-store store name content references) store)))))

(define-record-type <file-append>
  (%file-append base suffix)
  file-append?
  (base file-append-base)
  (suffix file-append-suffix))          ;list of strings

(set-record-type-printer! <file-append>
                          (lambda (object port)
                            (format port "#<file-append ~s ~s>"
                                    (file-append-base object) (string-join (file-append-suffix object)))))

(define (file-append base . suffix)
  "Return a <file-append> object that expands to the file name of BASE followed by SUFFIX."
  (%file-append base suffix))

(define-gexp-compiler file-append-compiler <file-append>
  compiler => (lambda (obj system target)
                (match obj
                  (($ <file-append> base _)
                   (lower-object base system #:target target))))
  expander => (lambda (obj lowered output)
                (match obj
                  (($ <file-append> base suffix)
                   (string-append (expand-lowered base lowered output)
                                  (string-concatenate suffix))))))

(define-record-type <raw-derivation-file>
  (raw-derivation-file obj)
  raw-derivation-file?
  (obj raw-derivation-file-derivation))

(define-gexp-compiler raw-derivation-file-compiler <raw-derivation-file>
  compiler => (lambda (obj system target)
                (lambda (store)
                  ;; The .drv file itself is the input, not what it builds.
                  (values (match (lower-object/direct store (raw-derivation-file-derivation obj) system target)
                            ((? derivation? drv) (derivation-file-name drv))
                            ((? string? item) item))
                          store)))
  expander => (lambda (obj file output) file))
