;;; Prints, for each module of Guile's own library, a list of its name and the names it exports. Run by Guile.

(use-modules (ice-9 ftw))

;; Modules that do something when they are loaded, or that only Guile's start-up uses.
(define skipped
  '((ice-9 boot-9) (ice-9 psyntax) (ice-9 psyntax-pp) (ice-9 top-repl) (ice-9 readline) (ice-9 deprecated)))

(define (print-exports name)
  (catch #t
    (lambda ()
      (write (cons name (module-map (lambda (name variable) name) (resolve-interface name))))
      (newline))
    (lambda _ #f)))

(define (visit directory name)
  (for-each
   (lambda (entry)
     (let ((path (string-append directory "/" entry)))
       (cond ((member entry '("." "..")))
             ((file-is-directory? path)
              (if (not (and (null? name) (member entry '("language" "scripts"))))
                  (visit path (append name (list (string->symbol entry))))))
             ((string-suffix? ".scm" entry)
              (let ((name (append name (list (string->symbol (string-drop-right entry 4))))))
                (if (not (member name skipped))
                    (print-exports name)))))))
   (or (scandir directory) '())))

(print-exports '(guile))
(visit (%library-dir) (quote ()))
