;;; Commentary:
;;;
;;; Platforms: what is built for, as a GNU triplet and as the name of a system.  Each is a public variable of one of the
;;; modules (guix platforms NAME) found in the load path.  Interface: (guix platform) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix platform)
  #:use-module (guix memoization)
  #:use-module (guix records)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:export (platform
            platform?
            platform-target
            platform-system
            platform-linux-architecture
            platform-glibc-dynamic-linker

            platform-modules
            platforms
            lookup-platform-by-system
            lookup-platform-by-target
            lookup-platform-by-target-or-system
            platform-system->target
            platform-target->system

            systems
            targets))

(define-record-type* <platform> platform make-platform
  platform?
  (target platform-target)                                ;GNU triplet
  (system platform-system)                                ;string | #f when nothing runs there
  (linux-architecture platform-linux-architecture         ;ARCH of the kernel's makefiles | #f
                      (default #f))
  (glibc-dynamic-linker platform-glibc-dynamic-linker))   ;file name | #f


;;;
;;; The platforms there are.
;;;

(define (platform-modules)
  "Return the list of the modules of platforms."
  (define (scheme-file? name)
    (and (string-suffix? ".scm" name)
         (not (string-prefix? "." name))))

  (define (names directory)
    (map (lambda (file)
           `(guix platforms ,(string->symbol (basename file ".scm"))))
         (or (scandir (string-append directory "/guix/platforms") scheme-file?)
             '())))

  (filter-map (lambda (name) (resolve-module name #t #f #:ensure #f))
              (delete-duplicates (append-map names %load-path))))

(define (module-platforms module)
  "Return the platforms that MODULE exports."
  (let ((values '()))
    (module-for-each (lambda (name variable)
                       (let ((value (and (variable-bound? variable) (variable-ref variable))))
                         (when (platform? value)
                           (set! values (cons value values)))))
                     (module-public-interface module))
    values))

(define platforms
  ;; The load path is read once.
  (memoize
   (lambda ()
     "Return the list of platforms."
     (append-map module-platforms (platform-modules)))))

(define (platform-with field value)
  "Return the first platform whose FIELD, an accessor, is the string VALUE, or #f."
  (find (lambda (platform) (equal? (field platform) value))
        (platforms)))

(define (lookup-platform-by-system system)
  "Return the platform of SYSTEM, such as \"x86_64-linux\", or #f."
  (and system (platform-with platform-system system)))

(define (lookup-platform-by-target target)
  "Return the platform of TARGET, a GNU triplet, or #f."
  (and target (platform-with platform-target target)))

(define (lookup-platform-by-target-or-system target-or-system)
  "Return the platform of TARGET-OR-SYSTEM, a GNU triplet or the name of a system, or #f."
  (or (lookup-platform-by-target target-or-system)
      (lookup-platform-by-system target-or-system)))

(define (platform-system->target system)
  "Return the GNU triplet of SYSTEM, or #f."
  (and=> (lookup-platform-by-system system) platform-target))

(define (platform-target->system target)
  "Return the name of the system of TARGET, a GNU triplet, or #f."
  (and=> (lookup-platform-by-target target) platform-system))

(define (systems)
  "Return the list of the names of systems."
  (delete-duplicates (filter-map platform-system (platforms))))

(define (targets)
  "Return the list of the triplets of targets."
  (map platform-target (platforms)))
