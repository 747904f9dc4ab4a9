;;; Commentary:
;;;
;;; Copying closures: builders that get a graph of references with #:references-graphs read it here, measure what it names,
;;; and copy that to the store below another root directory.
;;; Interface: (guix build store-copy) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build store-copy)
  #:use-module (guix build utils)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (store-info? store-info store-info-item store-info-deriver store-info-references
            read-reference-graph
            file-size closure-size copy-store-item populate-store))

(define-record-type <store-info>
  (store-info item deriver references)
  store-info?
  (item       store-info-item)          ;file name
  (deriver    store-info-deriver)       ;file name | #f
  (references store-info-references))   ;list of file names


;;;
;;; Graphs.
;;;

(define (read-line* port)
  (match (read-line port)
    ((? eof-object?) (error "unexpected end of a graph of references"))
    (line line)))

(define (read-store-info item port)
  (let* ((deriver (read-line* port))
         (count (string->number (read-line* port)))
         (references (map-in-order (lambda (_) (read-line* port)) (iota count))))
    (store-info item (if (string-null? deriver) #f deriver) references)))

(define (references-first infos)
  "Return INFOS in an order in which each comes after those that it refers to."
  (define by-name (make-hash-table))
  (define done (make-hash-table))

  (define (visit info result)
    (if (hash-ref done (store-info-item info))
        result
        (begin
          ;; Items may refer to themselves.
          (hash-set! done (store-info-item info) #t)
          (cons info
                (fold (lambda (name result)
                        (match (hash-ref by-name name)
                          (#f (error "an item is missing in the graph of references" name))
                          (info (visit info result))))
                      result
                      (store-info-references info))))))

  (for-each (lambda (info) (hash-set! by-name (store-info-item info) info)) infos)
  (reverse (fold visit '() infos)))

(define (read-reference-graph port)
  "Return the list of <store-info> records of the graph of references in PORT: for each item the lines ITEM, DERIVER, NUMBER
and as many references.  Items come after those that they refer to."
  (let loop ((infos '()))
    (match (read-line port)
      ((? eof-object?) (references-first (reverse infos)))
      (item (loop (cons (read-store-info item port) infos))))))

(define (graph-items files)
  "Return the items, each once, that the graphs in FILES have."
  (delete-duplicates
   (append-map (lambda (file)
                 (map store-info-item (call-with-input-file file read-reference-graph)))
               files)))


;;;
;;; Sizes.
;;;

(define (file-size file)
  "Return the number of bytes of FILE, or of all that is in it when it is a directory."
  (define (add file stat size) (+ size (stat:size stat)))
  (define (keep file stat size) size)

  (file-system-fold (const #t) add add keep keep
                    (lambda (file stat errno size)
                      (format (current-error-port) "file-size: ~a: ~a~%" file (strerror errno))
                      size)
                    0 file lstat))

(define (closure-size reference-graphs)
  "Return the number of bytes of what the graphs in the files REFERENCE-GRAPHS have, an estimate of what a copy takes."
  (reduce + 0 (map file-size (graph-items reference-graphs))))


;;;
;;; Copies.
;;;

(define (same-content? one other)
  (call-with-input-file one
    (lambda (port)
      (call-with-input-file other
        (lambda (other-port)
          (let loop ()
            (let ((bytes (get-some port))
                  (other-bytes (get-some other-port)))
              (cond ((eof-object? bytes) (eof-object? other-bytes))
                    ((equal? bytes other-bytes) (loop))
                    (else #f)))))
        #:binary #t))
    #:binary #t))

(define (get-some port)
  ((@ (ice-9 binary-ports) get-bytevector-n) port 65536))

(define (linking-copy-file)
  "Return a procedure like `copy-file' that makes a link to what it copied before when that has the same content and mode."
  (define copied (make-hash-table))

  (lambda (source target)
    (let* ((st (stat source))
           (key (list (stat:size st) (stat:perms st)))
           (known (find (lambda (file) (same-content? file source))
                        (hash-ref copied key '()))))
      (if known
          (link known target)
          (begin
            (copy-file source target)
            (hash-set! copied key (cons target (hash-ref copied key '()))))))))

(define (copy-item item target copy-file)
  "Copy ITEM with its permissions and times into the root directory TARGET; regular files by COPY-FILE."
  (define (destination file)
    (string-append target file))

  (define AT_SYMLINK_NOFOLLOW 256)

  (define (set-time! file stat)
    (utime file (stat:atime stat) (stat:mtime stat) (stat:atimensec stat) (stat:mtimensec stat) AT_SYMLINK_NOFOLLOW))

  (mkdir-p (dirname (destination item)))
  (file-system-fold (const #t)
                    (lambda (file stat result)
                      (let ((new (destination file)))
                        (match (stat:type stat)
                          ('symlink (symlink (readlink file) new))
                          (_
                           (copy-file file new)
                           (chmod new (stat:perms stat))))
                        (set-time! new stat)))
                    (lambda (directory stat result)
                      (mkdir-p (destination directory)))
                    (lambda (directory stat result)
                      (let ((new (destination directory)))
                        (set-time! new stat)
                        (chmod new (stat:perms stat))))
                    (const #t)
                    (lambda (file stat errno result)
                      (error "cannot copy to the store" file (strerror errno)))
                    #t item lstat))

(define* (copy-store-item item target
                          #:key (deduplicate? #t) (log-port (%make-void-port "w")))
  "Copy ITEM to the store below the root directory TARGET.  When DEDUPLICATE? is true, its files with the same content become
one."
  (format log-port "`~a' -> `~a'~%" item (string-append target item))
  (copy-item item target (if deduplicate? (linking-copy-file) copy-file)))

(define* (populate-store reference-graphs target
                         #:key (deduplicate? #t) (log-port (current-error-port)))
  "Copy what the graphs in the files REFERENCE-GRAPHS have to the store below the root directory TARGET.  When DEDUPLICATE? is
true, files with the same content become one."
  (define items (graph-items reference-graphs))
  (define store (string-append target (%store-directory)))
  (define copy (if deduplicate? (linking-copy-file) copy-file))

  (mkdir-p store)
  (chmod store #o1775)
  (format log-port "copying ~a store items~%" (length items))
  (for-each (lambda (item) (copy-item item target copy)) items))
