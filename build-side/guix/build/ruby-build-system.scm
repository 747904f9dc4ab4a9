;;; Commentary:
;;;
;;; Phases of Ruby packages: a gem is unpacked or made, tested, and installed.
;;; Interface: (guix build ruby-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build ruby-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 textual-ports)
  #:export (%standard-phases
            ruby-build))

(define (first-matching-file pattern)
  "Return the first file whose name matches PATTERN."
  (match (find-files "." pattern)
    ((file . _) file)
    (() (error "No files matching pattern: " pattern))))

(define (gem-archive? file)
  (string-suffix? ".gem" file))

(define (first-gemspec)
  (first-matching-file "\\.gemspec$"))


;;;
;;; Phases.
;;;

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE, a gem or an archive, and change to its directory."
  (if (gem-archive? source)
      (begin
        (invoke "gem" "unpack" source)
        ;; A short name: sockets of tests may be below it.
        (rename-file (basename source ".gem") "gem")
        (chdir "gem"))
      ((assq-ref gnu:%standard-phases 'unpack) #:source source)))

(define* (extract-gemspec #:key source #:allow-other-keys)
  "Replace the specification of the gem SOURCE by what the gem itself says: the one that is shipped may need Git to list
files."
  (if (gem-archive? source)
      (let* ((gemspec (or (false-if-exception (first-gemspec)) ".gemspec"))
             (port (open-pipe* OPEN_READ "gem" "spec" "--ruby" source))
             (text (get-string-all port)))
        (close-pipe port)
        (call-with-output-file gemspec
          (lambda (port) (display text port))))
      (display "extract-gemspec: skipping as source is not a gem archive\n")))

(define* (replace-git-ls-files #:key source #:allow-other-keys)
  "Let specifications list files without Git; names are as Git writes them, and the gem itself is left out."
  (unless (gem-archive? source)
    (substitute* (first-gemspec)
      (("`git ls-files`")
       "`find . -type f -not -regex '.*\\.gem$' | sort | cut -c3-`")
      (("`git ls-files -z`")
       "`find . -type f -not -regex '.*\\.gem$' -print0 | sort -z | cut -zc3-`"))))

(define* (build #:key source #:allow-other-keys)
  "Make a gem of the current directory, with what phases have changed."
  (invoke "gem" "build" (first-gemspec)))

(define* (check #:key tests? test-target #:allow-other-keys)
  "Run Rake's task TEST-TARGET, if TESTS? is true."
  (when tests?
    (invoke "rake" test-target)))

(define (delete-for-reproducibility file)
  (format #t "deleting '~a' for reproducibility\n" file)
  (delete-file file))

(define* (install #:key inputs outputs (gem-flags '()) #:allow-other-keys)
  "Install the gem that was made, with GEM-FLAGS."
  (define out (assoc-ref outputs "out"))
  (define vendor (string-append out "/lib/ruby/vendor_ruby"))
  (define gem (first-matching-file "\\.gem$"))
  (define gem-directory
    (string-append vendor "/gems/" (basename gem ".gem")))

  (setenv "GEM_VENDOR" vendor)
  (unless (zero? (apply system* "gem" "install" gem "--verbose" "--local" "--ignore-dependencies" "--vendor"
                        "--bindir" (string-append out "/bin")
                        gem-flags))
    ;; Keep what there is for --keep-failed: logs of extensions are in it.
    (let ((failed (string-append (getcwd) "/out")))
      (mkdir failed)
      (copy-recursively out failed)
      (error "installation failed")))
  ;; The archive, and what compilers of extensions leave, have time stamps.
  (delete-for-reproducibility (string-append vendor "/cache/" gem))
  (when (file-exists? (string-append gem-directory "/ext"))
    (for-each delete-for-reproducibility
              (append (find-files (string-append vendor "/doc") "page-Makefile.ri")
                      (find-files (string-append vendor "/extensions") "gem_make.out")
                      (find-files (string-append gem-directory "/ext") "Makefile")))))


;;;
;;; Wrappers.
;;;

(define (ruby-setting variable)
  "Return the Ruby statement that sets VARIABLE, an element of `wrap-program' form."
  (match variable
    ((name (? symbol? how) values)
     (ruby-setting (list name ":" how values)))
    ((name separator how values)
     (let ((value (string-join values separator))
           (old (format #f "ENV['~a']" name))
           (set? (format #f "ENV.key?('~a')" name)))
       (case how
         ((=) (format #f "~a = '~a'" old value))
         ((prefix)
          (format #f "~a = '~a' + (~a ? ('~a' + ~a) : '')" old value set? separator old))
         ((suffix)
          (format #f "~a = (~a ? (~a + '~a') : '') + '~a'" old set? old separator value)))))))

(define* (wrap-ruby-program program #:rest variables)
  "Make PROGRAM a Ruby script that sets VARIABLES, given as for `wrap-program', and loads the script that PROGRAM was.  It
is a Ruby script, and not one of the shell, for programs that are run with \"ruby -S\".  When PROGRAM is such a script
already, add VARIABLES to it."
  (define wrapped
    (string-append (dirname program) "/.real/" (basename program)))

  (define settings
    (map ruby-setting variables))

  (define (write-wrapper lines)
    (let ((temporary (string-append wrapped "-tmp")))
      (call-with-output-file temporary
        (lambda (port)
          (for-each (lambda (line)
                      (display line port)
                      (newline port))
                    lines)))
      (chmod temporary #o755)
      (rename-file temporary program)))

  (if (file-exists? wrapped)
      (let* ((text (call-with-input-file program get-string-all))
             (lines (string-split (string-trim-right text #\newline) #\newline)))
        ;; The last line loads the program.
        (write-wrapper (append (drop-right lines 1) settings (take-right lines 1))))
      (begin
        (mkdir-p (dirname wrapped))
        (link program wrapped)
        (write-wrapper
         `(,(string-append "#!" (which "ruby"))
           ,@settings
           ;; GEM_PATH was read before it was set.
           "Gem.clear_paths"
           ,(string-append "load '" (canonicalize-path wrapped) "'"))))))

(define* (wrap #:key inputs outputs #:allow-other-keys)
  "Wrap programs so that they find the gems they need."
  (define variable
    `("GEM_PATH" prefix
      (,(string-append (assoc-ref outputs "out") "/lib/ruby/vendor_ruby")
       ,(or (getenv "GEM_PATH") ""))))

  (define (programs directory)
    (if (directory-exists? directory)
        (filter (lambda (file)
                  (and (string=? (dirname file) directory)
                       (eq? 'regular (stat:type (stat file)))))
                (find-files directory))
        '()))

  (for-each (match-lambda
              ((_ . output)
               (for-each (lambda (part)
                           (for-each (lambda (program) (wrap-ruby-program program variable))
                                     (programs (string-append output part))))
                         '("/bin" "/sbin"))))
            outputs))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'unpack unpack)
    (add-before 'build 'extract-gemspec extract-gemspec)
    (add-after 'extract-gemspec 'replace-git-ls-files replace-git-ls-files)
    (replace 'build build)
    (replace 'check check)
    (replace 'install install)
    (add-after 'install 'wrap wrap)))

(define* (ruby-build #:key inputs (phases %standard-phases)
                     #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
