;;; Commentary:
;;;
;;; Copying outputs of packages with other store items in the place of some that they refer to.  The names of both are
;;; equally long, so that files keep their layout.  Interface: (guix build graft) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build graft)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 vlist)
  #:export (replace-store-references
            rewrite-directory
            graft))

(define hash-length 32)


;;;
;;; Bytes.
;;;

(define nul 0)
(define dash 45)

(define widest
  ;; Characters of UTF-16 and UTF-32 that are in ASCII have one or three NULs between them.
  4)

(define part-of-name?
  ;; Whether a byte can be in the hash of a store item, or between its characters; by byte.
  (let ((table (make-bytevector 256 0)))
    (for-each (lambda (char)
                (bytevector-u8-set! table (char->integer char) 1))
              (string->list "0123456789abcdfghijklmnpqrsvwxyz"))
    (bytevector-u8-set! table nul 1)
    table))

(define (bytes-between-characters buffer i)
  "Return how many bytes each character of the text before the dash at I of BUFFER takes."
  (cond ((not (eqv? nul (bytevector-u8-ref buffer (- i 1)))) 1)
        ((not (eqv? nul (bytevector-u8-ref buffer (- i 2)))) 2)
        (else 4)))

(define (hash-at buffer start width)
  "Return the characters of WIDTH bytes at START of BUFFER that are as many as those of a hash, as a string; #f when
there is more than NULs between them."
  (let ((hash (make-string hash-length)))
    (let loop ((n 0) (i start))
      (cond ((= n hash-length) hash)
            ((let between ((j 1))
               (or (= j width)
                   (and (eqv? nul (bytevector-u8-ref buffer (+ i j)))
                        (between (+ j 1)))))
             (string-set! hash n (integer->char (bytevector-u8-ref buffer i)))
             (loop (+ n 1) (+ i width)))
            (else #f)))))

(define (spread bytes width)
  "Return BYTES with NULs between them, such that each takes WIDTH bytes, but for the last."
  (if (= width 1)
      bytes
      (let* ((size   (bytevector-length bytes))
             (result (make-bytevector (+ 1 (* width (- size 1))) nul)))
        (let loop ((i 0))
          (if (= i size)
              result
              (begin
                (bytevector-u8-set! result (* i width) (bytevector-u8-ref bytes i))
                (loop (+ i 1))))))))


;;;
;;; References.
;;;

(define chunk-size (expt 2 20))

(define look-ahead
  ;; The name of a store item with the most bytes between characters, and more.
  4096)

(define* (replace-store-references input output replacement-table
                                   #:optional (store (%store-directory)))
  "Copy what INPUT has to OUTPUT, with other store items in the place of those in REPLACEMENT-TABLE: a vhash that maps
hashes, as strings, to bytevectors of the hash and the name that take their places."
  (define buffer (make-bytevector chunk-size))

  (define (replacement hash)
    (match (vhash-assoc hash replacement-table)
      ((_ . bytes) bytes)
      (#f #f)))

  ;; BUFFER up to END is what was read; up to WRITTEN it is in OUTPUT already.  I is where the next dash may be that
  ;; comes after a hash: it is at least that long.
  (define (fill used i written)
    (let* ((got   (get-bytevector-n! input buffer used (- chunk-size used)))
           (end   (if (eof-object? got) used (+ used got)))
           (last? (< end chunk-size)))
      (scan i written end last?)))

  (define (scan i written end last?)
    (cond ((>= i (if last? end (- end look-ahead)))
           (if last?
               (when (< written end)
                 (put-bytevector output buffer written (- end written)))
               (advance i written end)))
          ((eqv? dash (bytevector-u8-ref buffer i))
           (let* ((width (bytes-between-characters buffer i))
                  (start (- i (* width hash-length)))
                  (hash  (and (>= start written) (hash-at buffer start width)))
                  (other (and hash (replacement hash))))
             (if other
                 (let ((bytes (spread other width)))
                   (put-bytevector output buffer written (- start written))
                   (put-bytevector output bytes)
                   (let ((written (+ start (bytevector-length bytes))))
                     (scan (+ written hash-length) written end last?)))
                 (scan (+ i 1 hash-length) written end last?))))
          ((eqv? 0 (bytevector-u8-ref part-of-name? (bytevector-u8-ref buffer i)))
           ;; No hash goes over this byte.
           (scan (+ i 1 hash-length) written end last?))
          (else
           (scan (+ i 1) written end last?))))

  (define (advance i written end)
    ;; Write what cannot be part of a reference any more, and read on.
    (let ((kept (min end (max written (- i (* widest hash-length))))))
      (when (< written kept)
        (put-bytevector output buffer written (- kept written)))
      (bytevector-copy! buffer kept buffer 0 (- end kept))
      (fill (- end kept) (- i kept) 0)))

  (fill 0 hash-length 0))


;;;
;;; Files.
;;;

(define (make-replacement-table mapping store)
  "Return the table of `replace-store-references' for MAPPING, pairs of store file names."
  (define prefix (string-append store "/"))
  (define (item-name file)
    (let ((start (string-length prefix)))
      (and (string-prefix? prefix file)
           (> (string-length file) (+ start hash-length))
           (char=? #\- (string-ref file (+ start hash-length)))
           (string-drop file start))))
  (alist->vhash
   (map (match-lambda
          ((origin . replacement)
           (let ((old (item-name origin))
                 (new (item-name replacement)))
             (unless (and old new)
               (error "invalid replacement" origin replacement))
             (unless (= (string-length old) (string-length new))
               (error "replacement length differs from the original length" origin replacement))
             (cons (string-take old hash-length) (string->utf8 new)))))
        mapping)))

(define* (rewrite-directory directory output mapping
                            #:optional (store (%store-directory)))
  "Copy DIRECTORY, which may be a single file, to OUTPUT, with store items replaced as MAPPING says, a list of pairs of
their names: in files, in targets of symbolic links and in names of files."
  (define table
    (make-replacement-table mapping store))

  (define (rewritten text)
    (let ((input (open-bytevector-input-port (string->utf8 text))))
      (utf8->string
       (call-with-values open-bytevector-output-port
         (lambda (port get-bytes)
           (replace-store-references input port table store)
           (get-bytes))))))

  (define (new-name name)
    ;; What is called like an item takes the name of the other.
    (match (find (match-lambda
                   ((origin . _) (string=? name (basename origin))))
                 mapping)
      ((_ . replacement) (basename replacement))
      (#f name)))

  (let copy ((source directory) (target output))
    (let ((stat (lstat source)))
      (case (stat:type stat)
        ((symlink)
         (symlink (rewritten (readlink source)) target))
        ((regular)
         (call-with-input-file source
           (lambda (input)
             (call-with-output-file target
               (lambda (output)
                 (replace-store-references input output table store)
                 (chmod output (stat:perms stat)))
               #:binary #t))
           #:binary #t))
        ((directory)
         (mkdir-p target)
         (for-each (lambda (name)
                     (copy (string-append source "/" name)
                           (string-append target "/" (new-name name))))
                   (scandir* source)))
        (else
         (error "unsupported file type" source (stat:type stat)))))))

(define (scandir* directory)
  "Return the names of what is in DIRECTORY, in order."
  (let ((stream (opendir directory)))
    (let loop ((names '()))
      (match (readdir stream)
        ((? eof-object?)
         (closedir stream)
         (sort names string<?))
        ((or "." "..") (loop names))
        (name (loop (cons name names)))))))

(define* (graft old-outputs new-outputs mapping
                #:key (log-port (current-output-port)))
  "Copy each of OLD-OUTPUTS, pairs of output names and store items, to the item of that name in NEW-OUTPUTS, with store
items replaced as MAPPING says."
  (for-each (match-lambda
              ((name . old)
               (let ((new (assoc-ref new-outputs name)))
                 (format log-port "grafting '~a' -> '~a'...~%" old new)
                 (force-output log-port)
                 (rewrite-directory old new mapping))))
            old-outputs))
