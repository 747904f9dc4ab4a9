;;; What programs ask of the host and of Guile's own set-up.

(define EXIT_SUCCESS 0)
(define EXIT_FAILURE 1)
(define exit-hook (make-hook))
(define file-name-separator-string "/")

(define (file-name-separator? c)
  "Return #t when C separates the parts of file names."
  (char=? c #\/))

(define (absolute-file-name? file)
  "Return #t when FILE is an absolute name."
  (string-prefix? "/" file))

(define (in-vicinity directory file)
  "Return the name of FILE in DIRECTORY."
  (if (or (string-null? directory) (string-suffix? "/" directory))
      (string-append directory file)
      (string-append directory "/" file)))

(define* (search-path path filename #:optional (extensions '("")) require-exts?)
  "Return the name of FILENAME, with one of EXTENSIONS, in the first of the directories of PATH that has it,
or #f."
  (define (candidate directory)
    (or-map (lambda (extension)
              (let ((name (string-append (in-vicinity directory filename) extension)))
                (and (file-exists? name)
                     (not (file-is-directory? name))
                     name)))
            extensions))
  (if (absolute-file-name? filename)
      (or-map (lambda (extension)
                (let ((name (string-append filename extension)))
                  (and (file-exists? name) name)))
              extensions)
      (or-map candidate path)))

(define* (parse-path path #:optional (tail '()))
  "Return the list of the directories of PATH, a string, followed by TAIL."
  (if path
      (append (string-split path #\:) tail)
      tail))

(define (gettext message . args)
  "Return MESSAGE: there are no translations."
  message)
(define* (ngettext message message-plural n #:optional domain category)
  "Return MESSAGE or MESSAGE-PLURAL, as N asks for."
  (if (= n 1) message message-plural))
(define* (textdomain #:optional domain) "Return the domain of translations." (or domain "messages"))
(define* (bindtextdomain domain #:optional directory) "Return DIRECTORY." directory)
(define* (bind-textdomain-codeset domain #:optional encoding) "Return ENCODING." encoding)

(define (symbol . chars)
  "Return the symbol named by CHARS."
  (string->symbol (list->string chars)))
(define (list->symbol chars)
  "Return the symbol named by the list CHARS."
  (string->symbol (list->string chars)))

(define *features*
  ;; As Guile's, but for fork and for the timer whose signal the host keeps to itself.
  '(record defmacro debug-extensions values array-for-each array sort socket net-db ITIMER_VIRTUAL regex popen EIDs
    posix inexact complex random i/o-extensions i18n current-time delay threads char-ready? system))
(define (provided? feature)
  "Return #t when FEATURE is provided."
  (and (memq feature *features*) #t))
(define (provide feature)
  "Declare FEATURE as provided."
  (if (not (memq feature *features*))
      (set! *features* (cons feature *features*))))

(define %guile-build-info '())
(define %host-type "x86_64-pc-linux-gnu")
(define (%site-dir) "Return the directory of site modules." "/usr/share/guile/site/3.0")
(define (%global-site-dir) "Return the directory of site modules." "/usr/share/guile/site")
(define (%library-dir) "Return the directory of Guile's modules." "/usr/share/guile/3.0")
(define (%package-data-dir) "Return the directory of Guile's data." "/usr/share/guile")
(define (%site-ccache-dir) "Return the directory of compiled site modules." "/usr/lib/guile/3.0/site-ccache")
(define %load-compiled-path '())
(define %load-extensions '(".scm" ""))
(define %load-compiled-extensions '(".go"))

(define (port-with-print-state port . args) "Return PORT." port)

(define (eval-string string . args)
  "Evaluate the first datum of STRING in the current module."
  (call-with-input-string string
    (lambda (port)
      (let loop ((value *unspecified*))
        (let ((form (read port)))
          (if (eof-object? form)
              value
              (loop (eval form (current-module)))))))))

(define LOCK_SH 1)
(define LOCK_EX 2)
(define LOCK_NB 4)
(define LOCK_UN 8)

(define (tmpfile)
  "Return a port on a new file that has no name."
  (let* ((port (mkstemp (string-append (or (getenv "TMPDIR") "/tmp") "/file-XXXXXX")))
         (name (port-filename port)))
    (delete-file name)
    port))

(define* (duplicate-port port modes)
  "Return a new port on a copy of the descriptor of PORT."
  (fdopen (dup->fdes port) modes))
(define (dup port)
  "Return a new port, or descriptor, that is a copy of PORT."
  (if (integer? port)
      (dup->fdes port)
      (duplicate-port port (port-mode port))))
(define (seek object offset whence)
  "Move in OBJECT, a port or a descriptor, by OFFSET from where WHENCE says; return the new position."
  (if (exact-integer? object)
      (%seek-descriptor object offset whence)
      (%seek-port object offset whence)))
(define* (truncate-file object #:optional length)
  "Cut the file of OBJECT, a port, descriptor or name, to LENGTH, by default to where it is read or written next."
  (cond ((exact-integer? object)
         (%truncate-descriptor object (or length (%seek-descriptor object 0 SEEK_CUR))))
        ((not (string? object)) (if length (%truncate-port object length) (%truncate-port object)))
        (length (%truncate-named object length))
        (else (scm-error 'misc-error "truncate-file" "must supply length if OBJECT is a filename" '() #f))))
(define (port-for-each proc)
  "Call PROC on each open port of a file descriptor."
  (for-each proc (%descriptor-ports)))
(define (fdes->ports fdes)
  "Return the open ports whose descriptor is FDES."
  (filter (lambda (port) (eqv? (port->fdes port) fdes)) (%descriptor-ports)))
(define (%port-of fdes usable? mode)
  (let ((ports (filter usable? (fdes->ports fdes))))
    (if (pair? ports) (car ports) (fdopen fdes mode))))
(define (fdes->inport fdes) "Return a port that reads FDES." (%port-of fdes input-port? "r"))
(define (fdes->outport fdes) "Return a port that writes FDES." (%port-of fdes output-port? "w"))
(define (port-revealed port) "Return 0: descriptors close with their ports." 0)
(define (set-port-revealed! port count) "Do nothing." *unspecified*)
(define (release-port-handle port) "Do nothing." *unspecified*)
(define (move->fdes port fdes)
  "Make FDES the copy of the descriptor of PORT."
  (dup->fdes port fdes)
  port)

(define (make-guardian)
  "Return a guardian: a procedure that keeps objects and never finds one to be dead."
  (lambda args
    #f))

(define %set-properties
  ;; What `set-source-properties!' was told.
  (make-weak-key-hash-table))
(define (source-properties x)
  "Return the source properties of X, an alist of `filename', `line' and `column', both from 0: where `read' found it."
  (or (hashq-ref %set-properties x)
      (let ((location (%read-location x)))
        (cond ((not location) #f)
              ((assq 'filename location) location)
              (else (acons 'filename #f location))))
      '()))
(define (source-property x key)
  "Return the source property KEY of X, or #f."
  (assq-ref (source-properties x) key))
(define (set-source-properties! x alist)
  "Make ALIST the source properties of X."
  (hashq-set! %set-properties x alist)
  x)
(define (set-source-property! x key value)
  "Make VALUE the source property KEY of X."
  (set-source-properties! x (assq-set! (map (lambda (pair) (cons (car pair) (cdr pair))) (source-properties x))
                                       key value)))
(define (supports-source-properties? x) "Return #t when X could have source properties." (pair? x))
(define (cons-source original x y)
  "Return (X . Y), with the source properties of ORIGINAL."
  (let ((pair (cons x y))
        (properties (source-properties original)))
    (if (null? properties)
        pair
        (set-source-properties! pair properties))))

(define (with-continuation-barrier thunk)
  "Call THUNK, whose continuations cannot be left or entered from outside; an error in it is told on the current error
port and makes the result #f."
  (catch #t
    (lambda () (%call-behind-barrier thunk))
    (lambda (key . args)
      (if (eq? key 'quit)
          (apply throw key args)
          (let ((port (current-error-port)))
            (print-exception port #f key args)
            #f)))))
(define (call-with-blocked-asyncs thunk) "Call THUNK: nothing interrupts it." (thunk))
(define (call-with-unblocked-asyncs thunk) "Call THUNK: nothing interrupts it." (thunk))

(define (record-type-constructor type) "Return a constructor of all fields of TYPE." (record-constructor type))
(define (nil? x) "Return #t when X is the empty list, #f or #nil." (or (null? x) (not x) (eq? x #nil)))
(define (self-evaluating? x)
  "Return #t when X evaluates to itself."
  (not (or (symbol? x) (pair? x) (null? x))))
(define current-reader (make-parameter #f))
(define current-language (make-parameter 'scheme))
(define (batch-mode?) "Return #t when no user is there." #t)
(define (issue-deprecation-warning . args) "Do nothing." *unspecified*)
(define (gc-run-time) "Return the time spent collecting garbage, which is not known: 0." 0)
(define (gc-enable) "Do nothing." *unspecified*)
(define (gc-disable) "Do nothing." *unspecified*)
