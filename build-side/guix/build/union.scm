;;; Commentary:
;;;
;;; The union of directories, as trees of symbolic links: what profiles and `directory-union' are made of.
;;; Interface: (guix build union) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build union)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-11)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 format)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 binary-ports)
  #:use-module (rnrs bytevectors)
  #:export (union-build
            warn-about-collision
            relative-file-name
            symlink-relative))

(define (directory? file)
  (let ((s (stat file #f)))
    (and s (eq? 'directory (stat:type s)))))

(define (entries directory)
  (scandir directory (lambda (name)
                       (not (member name '("." ".."))))))

(define (same-content? file1 file2)
  ;; Whether both are the same file, or files with the same bytes.
  (let ((s1 (stat file1 #f))
        (s2 (stat file2 #f)))
    (and s1 s2
         (or (and (= (stat:dev s1) (stat:dev s2))
                  (= (stat:ino s1) (stat:ino s2)))
             (and (eq? 'regular (stat:type s1))
                  (eq? 'regular (stat:type s2))
                  (= (stat:size s1) (stat:size s2))
                  (same-bytes? file1 file2))))))

(define (same-bytes? file1 file2)
  (define size 65536)

  (call-with-input-file file1
    (lambda (port1)
      (call-with-input-file file2
        (lambda (port2)
          (let loop ()
            (let ((bytes1 (get-bytevector-n port1 size))
                  (bytes2 (get-bytevector-n port2 size)))
              (and (equal? bytes1 bytes2)
                   (or (eof-object? bytes1)
                       (loop))))))
        #:binary #t))
    #:binary #t))

(define %harmless-collisions
  ;; Caches that each package has and that profile hooks make anew.
  '("icon-theme.cache" "gschemas.compiled" "ld.so.cache"))

(define (warn-about-collision files)
  "Choose the first of FILES, which are to have the same name.  Warn about it unless it does not matter."
  (let ((file (first files)))
    (unless (member (basename file) %harmless-collisions)
      (format (current-error-port)
              "~%warning: collision encountered:~%~{  ~a~%~}"
              files)
      (format (current-error-port) "warning: choosing ~a~%" file))
    file))

(define* (union-build output inputs
                      #:key (log-port (current-error-port))
                      (create-all-directories? #f)
                      (symlink symlink)
                      (resolve-collision warn-about-collision))
  "Make OUTPUT the union of the directories INPUTS, with links made by SYMLINK.  Directories that only one input has become
links, unless CREATE-ALL-DIRECTORIES? is true.  Of files that have the same name and different content take the one that
RESOLVE-COLLISION returns for the list of them, or none when it returns #f."
  (define (link input output)
    (format log-port "`~a' ~~> `~a'~%" input output)
    (symlink input output))

  (define (choose files output)
    ;; FILES are not directories.
    (match files
      ((file)
       (link file output))
      ((first rest ...)
       (let ((file (if (every (cut same-content? first <>) rest)
                       first
                       (resolve-collision files))))
         (when file
           (link file output))))))

  (define (merge inputs output)
    ;; Make OUTPUT from INPUTS, files of that name in the order of preference.
    (match inputs
      ((input)
       (if (and create-all-directories? (directory? input))
           (merge-directories inputs output)
           (link input output)))
      (_
       (let-values (((directories files) (partition directory? inputs)))
         (cond ((null? files) (merge-directories directories output))
               ((null? directories) (choose files output))
               (else
                (error "union-build: collision between file and directories"
                       `((files ,files) (dirs ,directories)))))))))

  (define (merge-directories directories output)
    (define table (make-hash-table))              ;name to files, latest first

    (mkdir output)
    (for-each (lambda (directory)
                (for-each (lambda (name)
                            (hash-set! table name
                                       (cons (string-append directory "/" name)
                                             (hash-ref table name '()))))
                          (entries directory)))
              directories)
    ;; Sorted, so that messages come in the same order each time.
    (for-each (match-lambda
                ((name . files)
                 (merge (reverse files) (string-append output "/" name))))
              (sort (hash-map->list cons table)
                    (lambda (a b) (string<? (car a) (car b))))))

  (setvbuf (current-output-port) 'line)
  (setvbuf (current-error-port) 'line)
  (when (file-port? log-port)
    (setvbuf log-port 'line))

  ;; OUTPUT itself is a directory in any case: profiles add files of their own.
  (merge-directories (delete-duplicates inputs) output))

(define (file-name-parts file)
  (remove string-null? (string-split file #\/)))

(define (relative-file-name reference file)
  "Return FILE as seen from the directory REFERENCE, both of them absolute file names, judging by the names alone.

  (relative-file-name \"/gnu/store/foo\" \"/gnu/store/bin/bar\") => \"../bin/bar\""
  (let loop ((reference (file-name-parts reference))
             (parts (file-name-parts file)))
    (match reference
      (()
       (string-join parts "/"))
      ((head . tail)
       (if (and (pair? parts) (string=? head (car parts)))
           (loop tail (cdr parts))
           (string-join (append (map (const "..") reference) parts) "/"))))))

(define* (symlink-relative old new)
  "Make NEW a symbolic link to OLD that stays right when both are moved together.  Both are absolute file names."
  (symlink (relative-file-name (dirname new) old) new))
