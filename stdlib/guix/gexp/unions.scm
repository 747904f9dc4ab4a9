;;; Commentary:
;;;
;;; Derivations of common kinds: texts that mention store items, directories made of others, lists of references.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp unions)
  #:use-module (guix gexp syntax)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp computed-files)
  #:use-module (guix gexp files)
  #:use-module (ice-9 match)
  #:export (text-file* mixed-text-file file-union directory-union references-file))

(define* (text-file* name #:rest text)
  "Return as a monadic value a derivation that builds a text file containing all of TEXT, strings and objects of any
type that can be used in a gexp."
  (define builder
    (gexp (call-with-output-file (ungexp output "out")
            (lambda (port)
              (display (string-append (ungexp-splicing text)) port)))))

  (gexp->derivation name builder
                    #:local-build? #t
                    #:substitutable? #f))

(define* (mixed-text-file name #:key guile #:rest text)
  "Return an object representing store file NAME containing TEXT, a sequence of strings and file-like objects."
  (define pieces
    (let loop ((text text))
      (match text
        (() '())
        ((#:guile _ . rest) (loop rest))
        ((head . tail) (cons head (loop tail))))))
  (define build
    (gexp (call-with-output-file (ungexp output "out")
            (lambda (port)
              (set-port-encoding! port "UTF-8")
              (display (string-append (ungexp-splicing pieces)) port)))))

  (computed-file name build #:guile guile))

(define* (file-union name files #:key guile)
  "Return a <computed-file> that builds a directory containing all of FILES, a list of (NAME FILE-LIKE)."
  (computed-file name
                 (with-imported-modules '((guix build utils))
                   (gexp
                    (begin
                      (use-modules (guix build utils))

                      (mkdir (ungexp output))
                      (chdir (ungexp output))
                      (ungexp-splicing
                       (map (match-lambda
                              ((target source)
                               (gexp
                                (begin
                                  ;; Stat the source to abort early if it does not exist.
                                  (stat (ungexp source))

                                  (mkdir-p (dirname (ungexp target)))
                                  (symlink (ungexp source)
                                           (ungexp target))))))
                            files)))))
                 #:guile guile))

(define* (directory-union name things #:key (copy? #f) (quiet? #f) (resolve-collision 'warn-about-collision))
  "Return a directory that is the union of THINGS, file-like objects denoting directories."
  (define symlink
    (if copy?
        (gexp (lambda (old new)
                (if (file-is-directory? old)
                    (symlink old new)
                    (copy-file old new))))
        (gexp symlink)))

  (define log-port
    (if quiet?
        (gexp (%make-void-port "w"))
        (gexp (current-error-port))))

  (match things
    ((one)
     one)
    (_
     (computed-file name
                    (with-imported-modules '((guix build union))
                      (gexp
                       (begin
                         (use-modules (guix build union)
                                      (srfi srfi-1))

                         (union-build (ungexp output)
                                      '(ungexp things)
                                      #:log-port (ungexp log-port)
                                      #:symlink (ungexp symlink)
                                      #:resolve-collision
                                      (ungexp resolve-collision)))))))))

(define* (references-file item #:optional (name "references") #:key guile)
  "Return a file called NAME that contains the list of direct and indirect references (the closure) of ITEM; none when
ITEM is no object."
  (if (struct? item)
      (computed-file name
                     (gexp (begin
                             (use-modules (srfi srfi-1)
                                          (ice-9 rdelim)
                                          (ice-9 match))

                             (define (drop-lines port n)
                               (let loop ((n n))
                                 (unless (zero? n)
                                   (read-line port)
                                   (loop (- n 1)))))

                             (define (read-graph port)
                               (let loop ((items '()))
                                 (match (read-line port)
                                   ((? eof-object?)
                                    (delete-duplicates items))
                                   ((? string? item)
                                    (let ((deriver (read-line port))
                                          (count (string->number (read-line port))))
                                      (drop-lines port count)
                                      (loop (cons item items)))))))

                             (call-with-output-file (ungexp output)
                               (lambda (port)
                                 (write (call-with-input-file "graph" read-graph)
                                        port)))))
                     #:guile guile
                     #:options `(#:local-build? #t
                                 #:references-graphs (("graph" ,item))))
      (plain-file name "()")))
