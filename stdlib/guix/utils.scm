;;; Commentary:
;;;
;;; What recipes and the rest of Guix share: systems, versions, keyword arguments, source locations.
;;; Interface: (guix utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix utils)
  #:use-module (guix config)
  #:use-module (guix records)
  #:use-module (guix memoization)
  #:use-module (guix diagnostics)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:use-module ((guix build utils)
                #:select (dump-port mkdir-p delete-file-recursively
                          call-with-temporary-output-file))
  #:use-module (guix utils editing)
  #:use-module (guix utils filtered-ports)
  #:re-export (with-atomic-file-output go-to-location edit-expression delete-expression
               filtered-port decompressed-port compressed-output-port
               call-with-decompressed-port call-with-compressed-output-port
               dump-port mkdir-p delete-file-recursively call-with-temporary-output-file
               memoize
               <location> location location? location-file location-line location-column
               location->string source-properties->location location->source-properties
               vector->location
               &error-location error-location? error-location
               &fix-hint fix-hint? condition-fix-hint)
  #:export (%current-system
            %current-target-system
            strip-keyword-arguments
            default-keyword-arguments
            substitute-keyword-arguments
            ensure-keyword-arguments

            current-source-directory syntax-source-directory

            nix-system->gnu-triplet gnu-triplet->nix-system
            system->linux-architecture
            target-linux? target-hurd? target-mingw? target-arm32? target-arm? target-aarch64?
            target-x86-32? target-x86-64? target-x86? target-ppc32? target-ppc64le? target-powerpc?
            target-riscv64? target-mips64el? target-64bit? target-little-endian?
            cc-for-target cxx-for-target ar-for-target as-for-target ld-for-target pkg-config-for-target

            package-name->name+version
            version-compare version>? version>=? version-prefix version-major+minor version-major
            version-major+minor+point version-prefix?
            version-unique-prefix guile-version>?
            string-replace-substring string-distance string-closest
            file-extension file-sans-extension tarball-sans-extension compressed-file?
            switch-symlinks call-with-temporary-directory
            cache-directory config-directory data-directory readlink*
            fold2 fold-tree fold-tree-leaves compile-time-value
            arguments-from-environment-variable with-environment-variables
            %guix-source-root-directory
            canonical-newline-port
            pretty-print-table))


;;;
;;; Keyword arguments.
;;;

(define (strip-keyword-arguments keywords args)
  "Return ARGS without the KEYWORDS and their values."
  (let loop ((args args) (result '()))
    (match args
      (() (reverse result))
      (((? keyword? kw) value . rest)
       (loop rest (if (memq kw keywords) result (cons* value kw result))))
      ((head . tail)
       (loop tail (cons head result))))))

(define (default-keyword-arguments args defaults)
  "Return ARGS augmented with any keyword/value from DEFAULTS for keywords not already present in ARGS."
  (let loop ((defaults defaults) (args args))
    (match defaults
      ((kw value rest ...)
       (loop rest
             (if (memq kw args) args (cons* kw value args))))
      (() args))))

(define-syntax collect-default-args
  (syntax-rules ()
    ((_) '())
    ((_ (_ _) rest ...) (collect-default-args rest ...))
    ((_ (kw _ default) rest ...) (cons* kw default (collect-default-args rest ...)))))

(define-syntax substitute-keyword-arguments
  ;; Return a new list of arguments where the value for keyword KW is replaced by EXP, in which VAR is bound to
  ;; the previous value, or DEFAULT when there is none.
  (syntax-rules ()
    ((_ original-args ((kw var default ...) exp) ...)
     (let loop ((args (default-keyword-arguments
                        original-args
                        (collect-default-args (kw var default ...) ...)))
                (before '()))
       (match args
         ((kw var rest (... ...))
          (loop rest (cons* exp kw before)))
         ...
         ((x rest (... ...))
          (loop rest (cons x before)))
         (()
          (reverse before)))))))

(define (ensure-keyword-arguments args overrides)
  "Return ARGS with the values that OVERRIDES gives to keywords: those ARGS has in their places, the others at the end."
  (define (set-keyword kw value args)
    (match args
      (() (list kw value))
      (((? (lambda (k) (eq? k kw))) _ . rest) (cons* kw value rest))
      ((other old . rest) (cons* other old (set-keyword kw value rest)))))

  (let loop ((overrides overrides) (args args))
    (match overrides
      ((kw value . rest) (loop rest (set-keyword kw value args)))
      (() args))))


;;;
;;; Source locations.
;;;

(define (syntax-source-directory s)
  "Return the directory of the file that the form S was read from, or #f."
  (match (assq 'filename (or (syntax-source s) '()))
    (('filename . (? string? file))
     (dirname (cond ((string-prefix? "/" file) file)
                    ((search-path %load-path file))
                    (else (string-append (getcwd) "/" file)))))
    (_ #f)))

(define-syntax current-source-directory
  ;; The directory of the source file, or #f.
  (lambda (s)
    (syntax-case s ()
      ((_) (datum->syntax #'here (syntax-source-directory s))))))


;;;
;;; Systems.
;;;

(define %current-system
  ;; The system type packages are built for.
  (make-parameter %system))

(define %current-target-system
  ;; The GNU triplet packages are cross-compiled for, or #f.
  (make-parameter #f))

(define* (nix-system->gnu-triplet #:optional (system (%current-system)) (vendor "unknown"))
  "Return a guess of the GNU triplet corresponding to Nix system identifier SYSTEM."
  (match system
    ("armhf-linux" (string-append "arm-" vendor "-linux-gnueabihf"))
    ("i586-gnu" "i586-pc-gnu")
    (_
     (let* ((dash (string-index system #\-))
            (arch (substring system 0 dash))
            (os (substring system (+ 1 dash))))
       (string-append arch "-" vendor "-"
                      (if (string=? os "linux") "linux-gnu" os))))))

(define (gnu-triplet->nix-system triplet)
  "Return the Nix system type corresponding to TRIPLET, a GNU triplet as returned by `config.guess'."
  (let ((triplet (cond ((string-match "^i[345]86-(.*)$" triplet)
                        => (lambda (m) (string-append "i686-" (match:substring m 1))))
                       (else triplet))))
    (cond ((string-match "^arm[^-]*-([^-]+-)?linux-gnueabihf" triplet) "armhf-linux")
          ((string-match "^([^-]+)-([^-]+-)?linux-gnu.*" triplet)
           => (lambda (m) (string-append (match:substring m 1) "-linux")))
          ((string-match "^([^-]+)-([^-]+-)?([[:alpha:]]+)([0-9]+\\.?)*" triplet)
           => (lambda (m) (string-append (match:substring m 1) "-" (match:substring m 3))))
          (else triplet))))

(define* (system->linux-architecture #:optional (system (or (%current-target-system) (%current-system))))
  "Return the name of the Linux architecture of SYSTEM, for example \"x86\" or \"arm64\"."
  (let ((cpu (car (string-split system #\-))))
    (cond ((string=? "x86_64" cpu) "x86_64")
          ((string-match "^i[3456]86$" cpu) "i386")
          ((string-prefix? "aarch64" cpu) "arm64")
          ((string-prefix? "arm" cpu) "arm")
          ((string-prefix? "mips" cpu) "mips")
          ((string-prefix? "powerpc" cpu) "powerpc")
          ((string-prefix? "riscv" cpu) "riscv")
          (else cpu))))

(define-syntax define-target-predicate
  (syntax-rules ()
    ((_ name doc test)
     (define* (name #:optional (target (or (%current-target-system) (%current-system))))
       doc
       (test target)))))

(define (prefixed-by . prefixes)
  (lambda (target)
    (any (cut string-prefix? <> target) prefixes)))

(define-target-predicate target-linux? "Does the system or triplet TARGET run Linux?"
  (lambda (target) (->bool (string-contains target "linux"))))
(define-target-predicate target-hurd? "Does TARGET run the Hurd?"
  (lambda (target) (and (string-suffix? "-gnu" target) (not (string-contains target "linux")))))
(define* (target-mingw? #:optional (target (%current-target-system)))
  "Is TARGET, #f for none, Windows?"
  (and target (string-suffix? "-mingw32" target)))
(define-target-predicate target-arm32? "Is TARGET a 32-bit ARM?"
  (prefixed-by "arm"))
(define-target-predicate target-aarch64? "Is TARGET a 64-bit ARM?"
  (prefixed-by "aarch64"))
(define-target-predicate target-arm? "Is TARGET an ARM?"
  (prefixed-by "arm" "aarch64"))
(define-target-predicate target-x86-64? "Is TARGET x86_64?"
  (prefixed-by "x86_64-"))
(define-target-predicate target-x86-32? "Is TARGET a 32-bit x86?"
  (prefixed-by "i386-" "i486-" "i586-" "i686-"))
(define-target-predicate target-x86? "Is TARGET an x86?"
  (prefixed-by "x86_64-" "i386-" "i486-" "i586-" "i686-"))
(define-target-predicate target-ppc32? "Is TARGET a 32-bit PowerPC?"
  (prefixed-by "powerpc-"))
(define-target-predicate target-ppc64le? "Is TARGET a little-endian 64-bit PowerPC?"
  (prefixed-by "powerpc64le-"))
(define-target-predicate target-powerpc? "Is TARGET a PowerPC?"
  (prefixed-by "powerpc"))
(define-target-predicate target-riscv64? "Is TARGET a 64-bit RISC-V?"
  (prefixed-by "riscv64"))
(define-target-predicate target-mips64el? "Is TARGET a little-endian 64-bit MIPS?"
  (prefixed-by "mips64el-"))
(define-target-predicate target-64bit? "Is TARGET a 64-bit architecture?"
  (prefixed-by "x86_64" "aarch64" "mips64" "powerpc64" "riscv64"))
(define-target-predicate target-little-endian? "Is TARGET little-endian?"
  (lambda (target) (not ((prefixed-by "powerpc-" "powerpc64-" "m68k-") target))))

(define-syntax define-tool-for-target
  ;; Define NAME to return what the program is called natively, or with the triplet as a prefix for a target.
  (syntax-rules ()
    ((_ name doc native cross)
     (define* (name #:optional (target (%current-target-system)))
       doc
       (if target (string-append target "-" cross) native)))))

(define-tool-for-target cc-for-target "Return the name of the C compiler for TARGET." "gcc" "gcc")
(define-tool-for-target cxx-for-target "Return the name of the C++ compiler for TARGET." "g++" "g++")
(define-tool-for-target ar-for-target "Return the name of the archiver for TARGET." "ar" "ar")
(define-tool-for-target as-for-target "Return the name of the assembler for TARGET." "as" "as")
(define-tool-for-target ld-for-target "Return the name of the linker for TARGET." "ld" "ld")
(define-tool-for-target pkg-config-for-target "Return the name of pkg-config for TARGET." "pkg-config" "pkg-config")


;;;
;;; Versions and names.
;;;

(define* (package-name->name+version spec #:optional (delimiter #\@))
  "Given SPEC, a package name like \"foo@0.9.1b\", return two values: \"foo\" and \"0.9.1b\".  When the version part
is unavailable, SPEC and #f are returned."
  (match (string-rindex spec delimiter)
    (#f (values spec #f))
    (index (values (substring spec 0 index) (substring spec (+ 1 index))))))

(define (version-compare a b)
  "Return '> when A denotes a newer version than B, '< when A denotes an older version, or '= when they are
equal, in the order of glibc's strverscmp."
  (define (char-at string index)
    ;; The end of a string sorts before everything.
    (if (< index (string-length string)) (string-ref string index) #\nul))
  (define (digit? string index) (char-numeric? (char-at string index)))
  (define (nonzero-digit? string index)
    (and (digit? string index) (not (char=? #\0 (char-at string index)))))
  (define (ordered x y) (cond ((< x y) '<) ((> x y) '>) (else '=)))
  (define (code string index) (char->integer (char-at string index)))

  ;; INDEX is the first difference, START the beginning of the digits around it, ZEROS? whether those before the
  ;; difference are all zeros.
  (let loop ((index 0) (start 0) (zeros? #t))
    (cond ((and (= index (string-length a)) (= index (string-length b))) '=)
          ((char=? (char-at a index) (char-at b index))
           (cond ((not (digit? a index)) (loop (+ index 1) (+ index 1) #t))
                 ((char=? #\0 (char-at a index)) (loop (+ index 1) start zeros?))
                 (else (loop (+ index 1) start #f))))
          ((and (nonzero-digit? a start) (nonzero-digit? b start))
           ;; Integers: the longer is the greater.
           (let skip ((end index))
             (cond ((and (digit? a end) (digit? b end)) (skip (+ end 1)))
                   ((digit? a end) '>)
                   ((digit? b end) '<)
                   (else (ordered (code a index) (code b index))))))
          ((and zeros? (< start index) (or (digit? a index) (digit? b index)))
           ;; Fractions, with leading zeros: digits come before anything else.
           (let ((rank (lambda (string)
                         (modulo (- (code string index) (char->integer #\0)) 256))))
             (ordered (rank a) (rank b))))
          (else (ordered (code a index) (code b index))))))

(define (version>? a b) "Return #t when A denotes a version strictly newer than B."
  (eq? '> (version-compare a b)))
(define (version>=? a b) "Return #t when A denotes a version newer than or equal to B."
  (->bool (memq (version-compare a b) '(> =))))

(define (guile-version>? str)
  "Return #t when the running Guile is a later version than STR."
  (version>? (version) str))

(define (version-prefix version-string num-parts)
  "Truncate VERSION-STRING to the first NUM-PARTS components of the version."
  (string-join (take (string-split version-string #\.) num-parts) "."))

(%declare-pure! version-prefix)

(define (version-major+minor+point version-string)
  "Return \"major.minor.point\" of VERSION-STRING."
  (version-prefix version-string 3))

(define (version-major+minor version-string)
  "Return \"major.minor\" of VERSION-STRING."
  (version-prefix version-string 2))

(define (version-major version-string)
  "Return the major part of VERSION-STRING."
  (version-prefix version-string 1))

(define (version-prefix? v1 v2)
  "Return true if V1 is a version prefix of V2."
  (or (string=? v1 v2)
      (string-prefix? (string-append v1 ".") v2)))

(define (version-unique-prefix version versions)
  "Return the shortest version prefix of VERSION that identifies it among VERSIONS."
  (let ((parts (string-split version #\.)))
    (let loop ((n (if (null? (delete version versions)) 0 1)))
      (if (>= n (length parts))
          version
          (let ((prefix (string-join (take parts n) ".")))
            (if (or (zero? n) (= 1 (count (cut version-prefix? prefix <>) versions)))
                prefix
                (loop (+ n 1))))))))


;;;
;;; Strings and files.
;;;

(define* (string-replace-substring str substr replacement
                                   #:optional (start 0) (end (string-length str)))
  "Replace all occurrences of SUBSTR in the START--END range of STR by REPLACEMENT."
  (let ((length (string-length substr)))
    (let loop ((start start) (pieces (list (substring str 0 start))))
      (match (string-contains str substr start end)
        (#f (string-concatenate-reverse (cons (substring str start) pieces)))
        (index (loop (+ index length)
                     (cons* replacement (substring str start index) pieces)))))))

(define (string-distance s1 s2)
  "Return how many insertions, deletions and replacements lead from one string to the other."
  (let* ((n (string-length s2))
         (row (list->vector (iota (+ n 1)))))
    (let loop ((i 0))
      (if (= i (string-length s1))
          (vector-ref row n)
          (let inner ((j 0) (diagonal i))
            (when (zero? j) (vector-set! row 0 (+ i 1)))
            (if (= j n)
                (loop (+ i 1))
                (let ((above (vector-ref row (+ j 1))))
                  (vector-set! row (+ j 1)
                               (min (+ above 1)
                                    (+ (vector-ref row j) 1)
                                    (+ diagonal
                                       (if (char=? (string-ref s1 i) (string-ref s2 j)) 0 1))))
                  (inner (+ j 1) above))))))))

(define* (string-closest trial tests #:key (threshold 3))
  "Return the string from TESTS closest to TRIAL, or #f when none is nearer than THRESHOLD."
  (let loop ((tests tests) (best #f) (minimum threshold))
    (match tests
      (() best)
      ((test . rest)
       (let ((distance (string-distance trial test)))
         (if (< distance minimum)
             (loop rest test distance)
             (loop rest best minimum)))))))

(define (file-extension file)
  "Return what follows the last dot of FILE, or #f."
  (let ((dot (string-rindex file #\.)))
    (and dot (substring file (+ 1 dot)))))

(define (file-sans-extension file)
  "Return FILE up to its last dot, or all of it."
  (let ((dot (string-rindex file #\.)))
    (if dot (substring file 0 dot) file)))

(define (tarball-sans-extension tarball)
  "Return TARBALL without the .zip or .tar.* that it ends in."
  (match (or (string-contains tarball ".tar") (string-contains tarball ".zip")
             (string-contains tarball ".tgz"))
    (#f (file-sans-extension tarball))
    (end (substring tarball 0 end))))

(define (compressed-file? file-name)
  "Return true if FILE-NAME denotes a compressed file."
  (->bool (member (file-extension file-name)
                  '("gz" "bz2" "xz" "lz" "lzma" "tgz" "tbz2" "tbz" "zip" "zst"))))

(define (switch-symlinks link target)
  "Atomically switch LINK, a symbolic link, to point to TARGET."
  (let ((pivot (string-append link ".new")))
    (when (false-if-exception (lstat pivot)) (delete-file pivot))
    (symlink target pivot)
    (rename-file pivot link)))

(define (call-with-temporary-directory proc)
  "Call PROC with a name of a temporary directory; delete the directory when PROC returns or exits."
  (let ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/guix-directory.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (proc directory))
      (lambda () (false-if-exception (delete-file-recursively directory))))))

(define (xdg-directory variable suffix)
  (or (getenv variable)
      (string-append (or (getenv "HOME") "/homeless-shelter") suffix)))

(define* (cache-directory #:key (ensure? #t))
  "Return the user's cache directory."
  (let ((directory (string-append (xdg-directory "XDG_CACHE_HOME" "/.cache") "/guix")))
    (when ensure? (mkdir-p directory))
    directory))

(define* (config-directory #:key (ensure? #t))
  "Return the user's configuration directory."
  (let ((directory (string-append (xdg-directory "XDG_CONFIG_HOME" "/.config") "/guix")))
    (when ensure? (mkdir-p directory))
    directory))

(define* (data-directory #:key (ensure? #t))
  (let ((directory (string-append (xdg-directory "XDG_DATA_HOME" "/.local/share") "/guix")))
    (when ensure? (mkdir-p directory))
    directory))

(define (readlink* file)
  "Return the target of FILE, following links until one that is none."
  (let loop ((file file) (left 50))
    (let ((target (and (> left 0) (false-if-exception (readlink file)))))
      (if target
          (loop (if (absolute-file-name? target)
                    target
                    (string-append (dirname file) "/" target))
                (- left 1))
          file))))

(define %guix-source-root-directory
  ;; The directory that holds guix/utils.scm.
  (lambda ()
    (let ((file (search-path %load-path "guix/utils.scm")))
      (and file (dirname (dirname file))))))

(define* (pretty-print-table rows #:key (max-column-width 20) (left-pad 0))
  "Print ROWS, lists of as many strings, in columns aligned by spaces and parted by tabs.  Columns count for at most
MAX-COLUMN-WIDTH; LEFT-PAD spaces come first."
  (define widths
    (if (null? rows)
        '()
        (map (lambda (column) (min max-column-width (apply max (map string-length column))))
             (apply zip rows))))
  (for-each (lambda (row)
              (display (make-string left-pad #\space))
              (let loop ((row row) (widths widths))
                (match row
                  ((last) (display last))
                  ((cell . rest)
                   (display cell)
                   (display (make-string (max 0 (- (car widths) (string-length cell))) #\space))
                   (display #\tab)
                   (loop rest (cdr widths)))
                  (() #t)))
              (newline))
            rows))

(define fold2
  (case-lambda
    ((proc seed1 seed2 lst)
     "Fold over one list with two results; return both."
     (let loop ((result1 seed1) (result2 seed2) (lst lst))
       (if (null? lst)
           (values result1 result2)
           (call-with-values (lambda () (proc (car lst) result1 result2))
             (lambda (result1 result2)
               (loop result1 result2 (cdr lst)))))))
    ((proc seed1 seed2 lst1 lst2)
     "Fold over two lists at once with two results; return both."
     (let loop ((result1 seed1) (result2 seed2) (lst1 lst1) (lst2 lst2))
       (if (or (null? lst1) (null? lst2))
           (values result1 result2)
           (call-with-values (lambda () (proc (car lst1) (car lst2) result1 result2))
             (lambda (result1 result2)
               (loop result1 result2 (cdr lst1) (cdr lst2)))))))))

(define (fold-tree proc init children roots)
  "Call (PROC NODE RESULT) once for each node in the tree that is reachable from ROOTS, with INIT as the first RESULT.
CHILDREN is called for each node to obtain its children, a list, or #f if it has none."
  (let ((seen (make-hash-table)))
    (let loop ((result init) (lst roots))
      (match lst
        (() result)
        ((head . tail)
         (if (hashq-ref seen head)
             (loop result tail)
             (begin
               (hashq-set! seen head #t)
               (let ((result (proc head result)))
                 (loop result
                       (match (children head)
                         ((or () #f) tail)
                         (more (append tail more))))))))))))

(define (fold-tree-leaves proc init children roots)
  "Like `fold-tree', but call (PROC NODE RESULT) only for leaf nodes."
  (fold-tree (lambda (node result)
               (match (children node)
                 ((or () #f) (proc node result))
                 (_ result)))
             init children roots))

(define-syntax compile-time-value
  ;; Evaluate EXP when the form is expanded.
  (syntax-rules ()
    ((_ exp)
     (let-syntax ((literal (lambda (s) #`(quote #,(datum->syntax s exp)))))
       (literal)))))

(define (arguments-from-environment-variable variable)
  "Return the list of options in the environment variable VARIABLE."
  (match (getenv variable)
    (#f '())
    (text (string-tokenize text (char-set-complement char-set:whitespace)))))

(define (call-with-environment-variables variables thunk)
  (let ((saved (environ)))
    (dynamic-wind
      (lambda ()
        (for-each (match-lambda
                    ((name #f) (unsetenv name))
                    ((name value) (setenv name value)))
                  variables))
      thunk
      (lambda () (environ saved)))))

(define-syntax-rule (with-environment-variables variables body ...)
  ;; Evaluate BODY with VARIABLES, a list of (NAME VALUE), in the environment; #f stands for none.
  (call-with-environment-variables variables (lambda () body ...)))

(define (canonical-newline-port port)
  "Return an input port that reads the text of PORT with line feeds for carriage returns followed by line feeds."
  (define pending '())

  (define (next-byte)
    (match pending
      ((byte . rest) (set! pending rest) byte)
      (() (get-u8 port))))

  (define (canonical-byte)
    (match (next-byte)
      (13
       (match (next-byte)
         (10 10)
         ((? eof-object?) 13)
         (other (set! pending (list other)) 13)))
      (byte byte)))

  (make-custom-binary-input-port "canonical-newline-port"
                                 (lambda (bv start count)
                                   (let loop ((n 0))
                                     (let ((byte (if (< n count) (canonical-byte) (eof-object))))
                                       (if (eof-object? byte)
                                           n
                                           (begin
                                             (bytevector-u8-set! bv (+ start n) byte)
                                             (loop (+ n 1)))))))
                                 #f #f
                                 (lambda () (close-port port))))
