;;; Commentary:
;;;
;;; Walking file trees.
;;;
;;; Code:

(define-module (ice-9 ftw)
  #:use-module (ice-9 control)
  #:use-module (srfi srfi-1)
  #:export (ftw nftw file-system-fold file-system-tree scandir))

(define (directory-names directory)
  ;; The names in DIRECTORY, dot and dot-dot included.
  (let ((stream (opendir directory)))
    (let loop ((names '()))
      (let ((name (readdir stream)))
        (if (eof-object? name)
            (begin
              (closedir stream)
              (reverse names))
            (loop (cons name names)))))))

(define* (scandir name #:optional (select? (const #t)) (entry<? string<?))
  "Return the sorted names in directory NAME that satisfy SELECT?, or #f when it cannot be read."
  (let ((names (catch 'system-error
                 (lambda () (directory-names name))
                 (lambda args #f))))
    (and names
         (sort (filter select? names) entry<?))))

(define (join directory name)
  (if (string-suffix? "/" directory)
      (string-append directory name)
      (string-append directory "/" name)))

(define* (file-system-fold enter? leaf down up skip error init file-name
                           #:optional (stat lstat))
  "Fold over the tree at FILE-NAME. ENTER? says which directories are visited; LEAF is called on other
files, DOWN and UP before and after a directory's content, SKIP where ENTER? said no, and ERROR where
something could not be read."
  (define (attempt proc name success failure)
    ;; SUCCESS on the value of (PROC NAME), or FAILURE on its errno.
    (let ((result (catch 'system-error
                    (lambda () (cons 'ok (proc name)))
                    (lambda args (cons 'failed (system-error-errno args))))))
      (if (eq? (car result) 'ok)
          (success (cdr result))
          (failure (cdr result)))))

  (define (visit name result visited)
    (attempt stat name
             (lambda (s)
               (if (eq? (stat:type s) 'directory)
                   (directory name s result visited)
                   (leaf name s result)))
             (lambda (errno)
               (error name #f errno result))))

  (define (directory name s result visited)
    (let ((key (cons (stat:dev s) (stat:ino s))))
      (cond ((member key visited)
             ;; A loop made by symbolic links.
             result)
            ((not (enter? name s result))
             (skip name s result))
            (else
             (attempt directory-names name
                      (lambda (names)
                        (let loop ((names (sort (remove (lambda (n) (member n '("." ".."))) names)
                                                string<?))
                                   (result (down name s result)))
                          (if (null? names)
                              (up name s result)
                              (loop (cdr names)
                                    (visit (join name (car names)) result (cons key visited))))))
                      (lambda (errno)
                        (error name s errno result)))))))

  (visit file-name init '()))

(define* (file-system-tree file-name #:optional (enter? (const #t)) (stat lstat))
  "Return the tree at FILE-NAME: its name, what STAT returns, and the trees of its content; or #f."
  (define (tree name)
    (let ((s (catch 'system-error (lambda () (stat name)) (lambda args #f))))
      (and s
           (if (and (eq? (stat:type s) 'directory)
                    (enter? name s))
               (cons* (basename name) s
                      (filter-map (lambda (entry) (tree (join name entry)))
                                  (or (scandir name (lambda (n) (not (member n '("." "..")))))
                                      '())))
               (list (basename name) s)))))
  (tree file-name))

(define* (ftw filename proc #:optional hash-size)
  "Call PROC with name, stat and flag on every file of the tree at FILENAME, until it returns #f."
  (let/ec return
    (let walk ((name filename))
      (let* ((s (stat name #f))
             (flag (cond ((not s) 'invalid-stat)
                         ((eq? (stat:type s) 'directory)
                          (if (access? name R_OK) 'directory 'directory-not-readable))
                         (else 'regular))))
        (let ((result (proc name s flag)))
          (if (not (eq? result #t))
              (return result)))
        (if (eq? flag 'directory)
            (for-each (lambda (entry) (walk (join name entry)))
                      (scandir name (lambda (n) (not (member n '("." "..")))))))))
    #t))

(define (nftw filename proc . control-flags)
  "Call PROC with name, stat, flag, base and level on every file of the tree at FILENAME, until it returns #f."
  (define depth? (memq 'depth control-flags))
  (define physical? (memq 'physical control-flags))
  (let/ec return
    (let walk ((name filename) (level 0))
      (let* ((s (if physical? (catch 'system-error (lambda () (lstat name)) (lambda args #f)) (stat name #f)))
             (flag (cond ((not s) 'invalid-stat)
                         ((eq? (stat:type s) 'directory)
                          (if (access? name R_OK)
                              (if depth? 'directory-processed 'directory)
                              'directory-not-readable))
                         ((eq? (stat:type s) 'symlink) 'symlink)
                         (else 'regular)))
             (base (+ 1 (or (string-rindex name #\/) -1))))
        (define (visit)
          (let ((result (proc name s flag base level)))
            (if (not (eq? result #t))
                (return result))))
        (define (descend)
          (if (memq flag '(directory directory-processed))
              (for-each (lambda (entry) (walk (join name entry) (+ level 1)))
                        (scandir name (lambda (n) (not (member n '("." ".."))))))))
        (if depth?
            (begin (descend) (visit))
            (begin (visit) (descend)))))
    #t))
