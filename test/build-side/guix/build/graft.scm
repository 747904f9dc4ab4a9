;;; Behaviour of (guix build graft).  Runs in an empty directory.

(use-modules (guix build graft)
             (guix build utils)
             (ice-9 binary-ports)
             (ice-9 textual-ports)
             (ice-9 vlist)
             (rnrs bytevectors)
             (checks))

(define here (getcwd))
(define (in name) (string-append here "/" name))
(define old-hash (make-string 32 #\7))
(define new-hash (make-string 32 #\8))
(define old (string-append old-hash "-something"))
(define new (string-append new-hash "-SoMeTHiNG"))
(define table (vhash-cons old-hash (string->utf8 new) vlist-null))

(define (replaced bytes)
  (call-with-values open-bytevector-output-port
    (lambda (port get)
      (replace-store-references (open-bytevector-input-port bytes) port table (in "store"))
      (get))))
(define (replaced-text text)
  (utf8->string (replaced (string->utf8 text))))
(define (wide text width)
  (string-join (map string (string->list text)) (make-string (- width 1) #\nul)))

(check "references are replaced wherever they are, others stay"
       (string-append new "/bin:" new " " (make-string 32 #\9) "-something " (string-drop old 1))
       (replaced-text (string-append old "/bin:" old " " (make-string 32 #\9) "-something " (string-drop old 1))))
(check "characters of two and four bytes are replaced"
       (list (wide new 2) (wide new 4))
       (list (replaced-text (wide old 2)) (replaced-text (wide old 4))))
(check "text without a reference stays as it is"
       '("" "-" "a-b")
       (map replaced-text (list "" "-" "a-b")))
(check "references are found at every place of a long file"
       #t
       (let ((size (expt 2 20)))
         (let loop ((offset 4160))
           (or (< offset -10)
               (let ((before (make-string (- size offset) #\=)))
                 (and (string=? (string-append before new "=end")
                                (replaced-text (string-append before old "=end")))
                      (loop (- offset 139))))))))

(define store (in "store"))
(define (item name) (string-append store "/" name))
(define source (item "00000000000000000000000000000001-source"))
(mkdir-p (string-append source "/bin/empty"))
(write-text (string-append source "/bin/" old) "named like it")
(write-text (string-append source "/script") (string-append "#!" (item old) "/bin/sh\n"))
(chmod (string-append source "/script") #o755)
(symlink (string-append (item old) "/share") (string-append source "/link"))
(define target (in "target"))
(rewrite-directory source target (list (cons (item old) (item new))) store)

(check "files, links and names in directories are rewritten"
       (list (string-append "#!" (item new) "/bin/sh\n") #o755 (string-append (item new) "/share") "named like it" #t)
       (list (call-with-input-file (string-append target "/script") get-string-all)
             (stat:perms (stat (string-append target "/script")))
             (readlink (string-append target "/link"))
             (call-with-input-file (string-append target "/bin/" new) get-string-all)
             (file-is-directory? (string-append target "/bin/empty"))))
(check "names of other lengths are refused"
       'refused
       (catch #t
         (lambda ()
           (rewrite-directory source (in "other") (list (cons (item old) (string-append (item new) "x"))) store))
         (lambda _ 'refused)))
