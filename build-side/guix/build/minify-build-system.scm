;;; Commentary:
;;;
;;; Phases of JavaScript libraries that are only made smaller.
;;; Interface: (guix build minify-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build minify-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (ice-9 popen)
  #:export (%standard-phases
            minify-build
            minify))

(define* (minify file #:key target (directory ""))
  "Write FILE made smaller to TARGET, or else to DIRECTORY, which ends in a slash, under its name with \".min\"."
  (format #t "minifying ~a\n" file)
  (let ((port (open-pipe* OPEN_READ "uglifyjs" file)))
    (call-with-output-file (or target
                               (string-append directory (basename file ".js") ".min.js"))
      (lambda (output) (dump-port port output)))
    (let ((status (close-pipe port)))
      (unless (zero? status)
        (error "uglify-js failed" status)))))

(define* (build #:key javascript-files #:allow-other-keys)
  "Make JAVASCRIPT-FILES, or else those in \"src\", smaller."
  (mkdir-p "guix/build")
  (for-each (lambda (file) (minify file #:directory "guix/build/"))
            (or javascript-files
                (find-files "src" "\\.js$"))))

(define* (install #:key outputs #:allow-other-keys)
  "Install the files that were made."
  (let ((target (string-append (assoc-ref outputs "out") "/share/javascript/")))
    (mkdir-p target)
    (for-each (lambda (file)
                (when (zero? (stat:size (stat file)))
                  (error "File is empty: " file))
                (install-file file target))
              (find-files "guix/build" "\\.min\\.js$"))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (delete 'check)
    (replace 'install install)))

(define* (minify-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
