;;; Commentary:
;;;
;;; The build system of fonts: their files are unpacked and put where font directories are.
;;; The phases are in (guix build font-build-system).
;;; Interface: (guix build-system font) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build-system font)
  #:use-module (guix build-system)
  #:use-module (guix build-system declarative)
  #:use-module (guix build-system gnu)
  #:export (%font-build-system-modules
            font-build
            font-build-system))

(define %font-build-system-modules
  ;; What builders import unless a package says otherwise.
  `((guix build font-build-system)
    ,@%gnu-build-system-modules))

(define (unpacking-tools arguments)
  "Return the inputs that unpack sources: nothing else runs."
  (define (tool label module)
    (list label ((collection-variable module (string->symbol label)))))

  (cons (tool "tar" '(gnu packages base))
        (map (lambda (label) (tool label '(gnu packages compression)))
             '("gzip" "bzip2" "unzip" "xz"))))

(define font-build
  (native-builder 'font-build
                  #:documentation "Install the fonts of SOURCE."
                  #:imported-modules %font-build-system-modules
                  #:modules '((guix build font-build-system)
                              (guix build utils))
                  #:parameters '((tests? #t)
                                 (test-target "test")
                                 (configure-flags '()))
                  #:arguments '(name source configure-flags system test-target tests? (phases code) outputs
                                search-paths inputs)
                  #:options '(#:target #f)))

(define font-build-system
  (build-system
    (name 'font)
    (description "The build system for font packages")
    (lower (lowering font-build
                     #:cross 'ignored
                     #:host-inputs (list 'source 'inputs unpacking-tools)
                     #:build-inputs '(native-inputs)))))
