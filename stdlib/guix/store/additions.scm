;;; Commentary:
;;;
;;; Adding to a store: texts, data, files, trees.  Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store additions)
  #:use-module (guix store connections)
  #:use-module (strata store)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:export (add-text-to-store add-data-to-store add-to-store
            add-file-tree-to-store file-mapping->tree %add-file-tree-to-store
            hash-algo))

(define* (add-data-to-store store name bytes #:optional (references '()))
  "Add BYTES, a bytevector, under NAME with REFERENCES, and return its store path."
  (%add-text (store-connection-handle store) name bytes references))

(define* (add-text-to-store store name text #:optional (references '()))
  "Add TEXT, a string stored as UTF-8, under NAME with REFERENCES, and return its store path."
  (add-data-to-store store name (string->utf8 text) references))

(define* (add-to-store store basename recursive? hash-algo file-name
                       #:key (select? (const #t)))
  "Add the contents of FILE-NAME under BASENAME and return its store path.  When RECURSIVE? is true, FILE-NAME may
be a directory, of which only the files for which (SELECT? FILE STAT) is true are added."
  (%add-file (store-connection-handle store) basename file-name
             (->bool recursive?) hash-algo
             (and recursive?
                  (lambda (file) (select? file (lstat file))))))

(define* (add-file-tree-to-store store tree #:key (hash-algo "sha256") (recursive? #t))
  "Add TREE to STORE and return its store path.  TREE is one of
  (NAME directory ENTRY ...), (NAME symlink TARGET), (NAME regular (data STRING-OR-BYTES)),
  (NAME regular (file FILE-NAME)), and the same with `executable' for `regular'."
  (%add-tree (store-connection-handle store) tree))

(define %add-file-tree-to-store add-file-tree-to-store)

(define (file-mapping->tree mapping)
  "Convert MAPPING, an alist of file names to (local) file names, to the list of entries of a tree for
`add-file-tree-to-store'."
  (define (insert path file entries)
    (match path
      ((name)
       (cons `(,name regular (file ,file)) entries))
      ((directory rest ...)
       (match (assoc directory entries)
         ((_ 'directory children ...)
          (map (lambda (entry)
                 (if (string=? (car entry) directory)
                     `(,directory directory ,@(insert rest file children))
                     entry))
               entries))
         (#f
          (cons `(,directory directory ,@(insert rest file '())) entries))))))
  (fold (lambda (pair entries)
          (match pair
            ((destination . source)
             (insert (string-split destination #\/) source entries))))
        '()
        mapping))

(define-syntax hash-algo
  ;; (hash-algo NAME) is the number of the algorithm NAME.
  (syntax-rules (md5 sha1 sha256)
    ((_ md5) 1)
    ((_ sha1) 2)
    ((_ sha256) 3)))
