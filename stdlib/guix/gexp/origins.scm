;;; Commentary:
;;;
;;; What store items were lowered from, noted for messages about code that fails: see (guix gexp positions), which turns
;;; places in the items into places of recipes.  Nothing of it goes into the store.
;;;
;;; Code:

(define-module (guix gexp origins)
  #:export (builder-origins
            take-recent-origins!
            %packages-being-lowered
            note-builder! note-script! note-file! note-directory! note-package!))

(define %packages-being-lowered
  ;; (PACKAGE . CONTEXT) pairs, the latest first.
  (make-parameter '()))

;; From file names of store items to
;;   (builder THING PACKAGE)     a text with one form, that THING, a G-expression, expands to
;;   (script THING PACKAGE)      a text whose last form THING expands to
;;   (scripts THING PACKAGE)     a text whose last forms are what THING expands to
;;   (file SOURCE)               a copy of SOURCE, a file of the host
;;   (directory FILES)           FILES is an alist of names to their sources, in the host or the store
;;   (package PACKAGE)           the derivation of PACKAGE
;; PACKAGE, for which something is lowered, may be #f.
(define builder-origins (make-hash-table))

;; The keys of what was noted last.
(define recent '())

(define (note! item . origin)
  (set! recent (cons item recent))
  (hash-set! builder-origins item origin))

(define (take-recent-origins!)
  "Return the store items that were noted since this was called before."
  (let ((items recent))
    (set! recent '())
    items))

(define (user)
  "Return the package for which something is being lowered, or #f."
  (let ((packages (%packages-being-lowered)))
    (and (pair? packages)
         (caar packages))))

(define (note-builder! item gexp)
  "Note that the store item ITEM holds what GEXP expands to, and nothing else."
  (note! item 'builder gexp (user)))

(define* (note-script! item thing #:key splice?)
  "Note that the text of the store item ITEM ends in what THING, a G-expression or a list of them, expands to: one form, or
with SPLICE? several."
  (note! item (if splice? 'scripts 'script) thing (user)))

(define (note-file! item source)
  "Note that the store item ITEM is a copy of SOURCE, a file or a directory."
  (note! item 'file source))

(define (note-directory! item files)
  "Note that the store item ITEM is a directory with copies of FILES, an alist from names to their sources."
  (note! item 'directory files))

(define (note-package! derivation package)
  "Note that DERIVATION, a file name, is that of PACKAGE."
  (note! derivation 'package package))
