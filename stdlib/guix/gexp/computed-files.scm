;;; Commentary:
;;;
;;; Files that a build makes from a G-expression: anything, programs, and Scheme texts.
;;; Recipes use it as (guix gexp), which see.
;;;
;;; Code:

(define-module (guix gexp computed-files)
  #:use-module (guix gexp definitions)
  #:use-module (guix gexp compilers)
  #:use-module (guix gexp references)
  #:use-module (guix gexp lowering)
  #:use-module (guix gexp origins)
  #:use-module (guix gexp syntax)
  #:use-module (guix gexp modules)
  #:use-module (guix store)
  #:use-module (guix monads)
  #:use-module (guix derivations)
  #:use-module (guix utils)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (computed-file computed-file? computed-file-name computed-file-gexp computed-file-guile computed-file-options

            program-file program-file? program-file-name program-file-gexp program-file-guile
            program-file-module-path

            scheme-file scheme-file? scheme-file-name scheme-file-gexp

            gexp->script gexp->file))

(define-record-type <computed-file>
  (%computed-file name gexp guile options)
  computed-file?
  (name computed-file-name)
  (gexp computed-file-gexp)
  (guile computed-file-guile)
  (options computed-file-options))

(define* (computed-file name gexp #:key guile (local-build? #t) (options '()))
  "Return an object representing the store item NAME, a file or directory computed by GEXP.  OPTIONS may hold
additional arguments to pass to `gexp->derivation'."
  (%computed-file name gexp guile (cons* #:local-build? local-build? options)))

(define-gexp-compiler (computed-file-compiler (file <computed-file>) system target)
  (match file
    (($ <computed-file> name gexp guile options)
     (lambda (store)
       (values (apply gexp->derivation/direct store name gexp
                      #:guile-for-build (lower-object/direct store (or guile (default-guile)) system #f)
                      #:system system #:target target options)
               store)))))

(define-record-type <program-file>
  (%program-file name gexp guile path)
  program-file?
  (name program-file-name)
  (gexp program-file-gexp)
  (guile program-file-guile)
  (path program-file-module-path))

(define* (program-file name gexp #:key (guile #f) (module-path %load-path))
  "Return an object representing the executable store item NAME that runs GEXP."
  (%program-file name gexp guile module-path))

(define-gexp-compiler (program-file-compiler (file <program-file>) system target)
  (match file
    (($ <program-file> name gexp guile module-path)
     (gexp->script name gexp
                   #:module-path module-path
                   #:guile (or guile (default-guile))
                   #:system system
                   #:target target))))

(define-record-type <scheme-file>
  (%scheme-file name gexp splice? guile load-path?)
  scheme-file?
  (name scheme-file-name)
  (gexp scheme-file-gexp)
  (splice? scheme-file-splice?)
  (guile scheme-file-guile)
  (load-path? scheme-file-set-load-path?))

(define* (scheme-file name gexp #:key splice? guile (set-load-path? #t))
  "Return an object representing the Scheme file NAME that contains GEXP; with SPLICE?, the forms GEXP is a list of."
  (%scheme-file name gexp splice? guile set-load-path?))

(define-gexp-compiler (scheme-file-compiler (file <scheme-file>) system target)
  (match file
    (($ <scheme-file> name gexp splice? guile set-load-path?)
     (gexp->file name gexp
                 #:set-load-path? set-load-path?
                 #:splice? splice?
                 #:system system
                 #:target target))))

(define (noting-script exp splice? derivation)
  "Return DERIVATION, a monadic value, once it is noted that EXP is at the end of the script that it makes: as one form, or
several with SPLICE?."
  (mlet %store-monad ((drv derivation))
    (note-script! (derivation->output-path drv) exp #:splice? splice?)
    (return drv)))

(define* (gexp->script name exp
                       #:key (guile (default-guile))
                       (module-path %load-path)
                       (system (%current-system))
                       (target 'current))
  "Return as a monadic value the derivation of an executable script NAME that runs EXP using GUILE, with EXP's imported
modules in its search path."
  (mlet* %store-monad ((target -> (if (eq? target 'current) (%current-target-system) target))
                       (set-load-path (load-path-expression (gexp-modules exp) module-path
                                                            #:guile guile
                                                            #:extensions (gexp-extensions exp)
                                                            #:system system
                                                            #:target target))
                       (guile-for-build (lower-object guile system #:target #f)))
    (noting-script
     exp #f
     (gexp->derivation name
                       (gexp
                        (call-with-output-file (ungexp output)
                          (lambda (port)
                            (format port "#!~a/bin/guile --no-auto-compile~%!#~%"
                                    (ungexp guile))
                            (ungexp-splicing
                             (if set-load-path
                                 (gexp ((write '(ungexp set-load-path) port)))
                                 (gexp ())))
                            (write '(ungexp exp) port)
                            (chmod port #o555))))
                       #:system system
                       #:target target
                       #:module-path module-path
                       #:guile-for-build guile-for-build
                       ;; These derivations are not worth offloading or substituting.
                       #:local-build? #t
                       #:substitutable? #f))))

(define* (gexp->file name exp
                     #:key
                     (guile #f)
                     (set-load-path? #t)
                     (module-path %load-path)
                     (splice? #f)
                     (system (%current-system))
                     (target 'current))
  "Return as a monadic value the derivation of a file NAME that contains EXP.  When SPLICE? is true, EXP is a list of
expressions.  When SET-LOAD-PATH? is true, the file begins with code that makes EXP's imported modules visible."
  (define modules (gexp-modules exp))
  (define extensions (gexp-extensions exp))

  (mlet* %store-monad ((target -> (if (eq? target 'current) (%current-target-system) target))
                       (set-load-path (if (and set-load-path? (or (pair? modules) (pair? extensions)))
                                          (load-path-expression modules module-path
                                                                #:extensions extensions
                                                                #:system system
                                                                #:target target)
                                          (return #f))))
    (noting-script
     exp splice?
     (gexp->derivation name
                       (if set-load-path
                           (gexp
                            (call-with-output-file (ungexp output)
                              (lambda (port)
                                (write '(ungexp set-load-path) port)
                                (for-each (lambda (exp) (write exp port))
                                          '(ungexp (if splice? exp (gexp ((ungexp exp)))))))))
                           (gexp
                            (call-with-output-file (ungexp output)
                              (lambda (port)
                                (for-each (lambda (exp) (write exp port))
                                          '(ungexp (if splice? exp (gexp ((ungexp exp))))))))))
                       #:module-path module-path
                       #:local-build? #t
                       #:substitutable? #f
                       #:system system
                       #:target target))))
