;;; Commentary:
;;;
;;; Templates chosen by paths, as in XSLT.
;;;
;;; Code:

(define-module (sxml apply-templates)
  #:use-module (sxml xpath)
  #:export (apply-templates))

(define (apply-templates tree templates)
  "Return what the first of TEMPLATES, pairs of an sxpath and a procedure, whose path leads to TREE makes of it."
  (let loop ((templates templates))
    (and (pair? templates)
         (let* ((template (car templates))
                (path (car template))
                (matches (if (list? path)
                             ((sxpath path) tree)
                             ((node-reduce (node-self (node-typeof? path))) tree))))
           (if (and (pair? matches) (memq tree matches))
               ((cdr template) tree)
               (loop (cdr templates)))))))
