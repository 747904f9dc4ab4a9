;;; Commentary:
;;;
;;; Prints the derivation of every package of Guix's own collection, or of those in the modules named on the command line,
;;; for x86_64-linux or system=SYSTEM, perhaps cross-compiled with target=TRIPLET:
;;; full name, place and .drv file, or ERR and the kind of error.  It runs under a real `guix repl' and under strata, where
;;; STRATA_GUIX_TREE names a directory with the source of Guix 1.4; see run.ts, which compares the two.
;;;
;;; Under strata the recipes are Guix's and so are the modules that builders import, while packages, build systems and
;;; G-expressions are lowered by strata's own modules.  What strata says in its own words inside of builders (unpacking
;;; and patching sources, compiling modules, grafting, where else to look for downloads) is replaced by Guix's definitions,
;;; read from there: all that remains to be compared is what is lowered.
;;;
;;; Code:

(use-modules (guix derivations)
             (guix diagnostics)
             (guix gexp)
             (guix grafts)
             (guix monads)
             (guix packages)
             (guix store)
             (guix utils)
             (gnu packages)
             (ice-9 match)
             (srfi srfi-1)
             (srfi srfi-26))

(%graft? #f)

(define tree (getenv "STRATA_GUIX_TREE"))

(define (take-definitions! module file names)
  "Evaluate the definitions of NAMES in FILE of Guix inside of MODULE."
  ;; They may lean on more than MODULE uses itself.
  (for-each (lambda (interface)
              (module-use! (resolve-module module) (resolve-interface interface)))
            '((guix gexp) (guix monads) (guix store) (guix derivations) (guix utils) (ice-9 match) (srfi srfi-1)))
  (call-with-input-file (string-append tree "/" file)
    (lambda (port)
      (let loop ((form (read-syntax port)))
        (unless (eof-object? form)
          (match (syntax->datum form)
            (((or 'define 'define*) (or (? symbol? name) ((? symbol? name) . _)) . _)
             (when (memq name names)
               (eval form (resolve-module module))))
            (_ #f))
          (loop (read-syntax port)))))))

(define (wrap! module name wrapper)
  (let ((module (resolve-module module)))
    (module-set! module name (wrapper (module-ref module name)))))

(when tree
  (take-definitions! '(guix download) "guix/download.scm"
                     '(%content-addressed-mirrors %content-addressed-mirror-file))
  (take-definitions! '(guix gexp modules) "guix/gexp.scm"
                     '(%utils-module imported-files/derivation compiled-modules load-path-expression))
  (take-definitions! '(guix packages sources) "guix/packages.scm"
                     '(%default-patch-flags patch-and-repack))
  (take-definitions! '(guix grafts) "guix/grafts.scm" '(graft-derivation/shallow))
  ;; Modules for builders come from Guix, those of this process from strata.
  (wrap! '(guix gexp modules) 'module-source
         (lambda (module-source)
           (lambda (name path)
             (module-source name (cons tree path)))))
  (wrap! '(guix modules) 'source-module-closure
         (lambda (source-module-closure)
           (lambda arguments
             (let ((saved %load-path))
               (dynamic-wind
                 (lambda () (set! %load-path (cons tree saved)))
                 (lambda () (apply source-module-closure arguments))
                 (lambda () (set! %load-path saved))))))))

(define (place package)
  ;; Nothing of those that a macro elsewhere makes: their place is in a module of Guix or of strata.
  (match (package-location package)
    (#f "?")
    (location
     (let* ((text (location->string location))
            (start (string-contains text "gnu/packages/")))
       (if start (substring text start) "?")))))

(define (packages-of module)
  (let ((packages '()))
    (module-for-each (lambda (_ variable)
                       (let ((value (variable-ref variable)))
                         (when (package? value)
                           (set! packages (cons value packages)))))
                     (resolve-interface module))
    packages))

(define (option name)
  (any (lambda (argument)
         (and (string-prefix? name argument)
              (substring argument (string-length name))))
       (cdr (command-line))))

(define system (or (option "system=") "x86_64-linux"))
(define target (option "target="))

(define packages
  (match (remove (cut string-index <> #\=) (cdr (command-line)))
    (() (fold-packages cons '() #:select? (const #t)))
    (modules
     (append-map (lambda (name)
                   (packages-of `(gnu packages ,(string->symbol name))))
                 modules))))

(with-store store
  (for-each (lambda (package)
              (format #t "~a ~a ~a~%" (package-full-name package) (place package)
                      (catch #t
                        (lambda ()
                          (derivation-file-name
                           (if target
                               (package-cross-derivation store package target system #:graft? #f)
                               (package-derivation store package system #:graft? #f))))
                        (lambda (key . _)
                          (format #f "ERR ~a" key)))))
            (sort packages
                  (lambda (a b)
                    (string<? (string-append (package-full-name a) " " (place a))
                              (string-append (package-full-name b) " " (place b)))))))
