;;; Commentary:
;;;
;;; Phases of Emacs packages: Emacs Lisp files are copied to a directory of their own, autoloads and a description written,
;;; and all compiled.
;;; Interface: (guix build emacs-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build emacs-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module (guix build emacs-utils)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 regex)
  #:export (%standard-phases
            %default-include
            %default-exclude
            emacs-build
            elpa-directory))

;; Which files to install, as regexps of relative names.
(define %default-include '("^[^/]*\\.el$" "^[^/]*\\.info$" "^doc/.*\\.info$"))
(define %default-exclude '("^\\.dir-locals\\.el$" "^[^/]*tests?\\.el$"))


;;;
;;; Names and directories.
;;;

(define %site-lisp
  ;; Packages have directories of their own below it: their other files do not clash.
  "/share/emacs/site-lisp")

(define (elpa-name-version item)
  "Return the name and version that ITEM, a store item, has as an ELPA package."
  (let ((name (strip-store-file-name item))
        (prefix "emacs-"))
    (if (string-prefix? prefix name)
        (string-drop name (string-length prefix))
        name)))

(define (elpa-directory store-dir)
  "Return the directory where the package of STORE-DIR, a store item, has its files."
  (string-append store-dir %site-lisp "/" (elpa-name-version store-dir)))

(define (output-directory outputs)
  (elpa-directory (assoc-ref outputs "out")))

(define (emacs-command inputs)
  (search-input-file inputs "/bin/emacs"))

(define (name-without-version name+version)
  (call-with-values (lambda () (package-name->name+version name+version))
    (lambda (name version) name)))


;;;
;;; Phases.
;;;

(define* (unpack #:key source #:allow-other-keys)
  "Unpack SOURCE, an archive, a directory or an Emacs Lisp file, and change to its directory."
  (if (string-suffix? ".el" source)
      (let ((library (name-without-version (basename (strip-store-file-name source) ".el"))))
        (mkdir "source")
        (chdir "source")
        (copy-file source (string-append library ".el")))
      ((assq-ref gnu:%standard-phases 'unpack) #:source source)))

(define* (expand-load-path #:key (prepend-source? #t) #:allow-other-keys)
  "Let EMACSLOADPATH name the directories of packages rather than the directory they are in, and, if PREPEND-SOURCE? is
true, the current directory first."
  (define (package-directory directory)
    (match (scandir directory (lambda (name) (not (member name '("." "..")))))
      ((only) (string-append directory "/" only))
      (_ directory)))

  (let* ((before (string-split (getenv "EMACSLOADPATH") #\:))
         (after (map package-directory before))
         (expanded (lset-difference string=? after before)))
    (setenv "EMACSLOADPATH"
            ;; The empty name at the end is Emacs's own directories.
            (string-append (string-join (if prepend-source? (cons (getcwd) after) after) ":")
                           ":"))
    (when prepend-source?
      (format #t "source directory ~s prepended to the `EMACSLOADPATH' environment variable\n" (getcwd)))
    (unless (null? expanded)
      (format #t "expanded load paths for ~a\n" (string-join (map basename expanded) ", ")))))

(define* (add-install-to-native-load-path #:key outputs #:allow-other-keys)
  "Add the directory that native code is installed to at the end of EMACSNATIVELOADPATH: Emacs takes the last one."
  (let ((directory (string-append (assoc-ref outputs "out") "/lib/emacs/native-site-lisp")))
    (setenv "EMACSNATIVELOADPATH"
            (match (getenv "EMACSNATIVELOADPATH")
              (#f directory)
              (path (string-append path ":" directory))))))

(define* (check #:key tests? (test-command '("make" "check"))
                (parallel-tests? #t) #:allow-other-keys)
  "Run TEST-COMMAND if TESTS? is true; make runs in parallel if PARALLEL-TESTS? is."
  (match test-command
    ((program . arguments)
     (if tests?
         (apply invoke program
                (append arguments
                        (if (and parallel-tests? (string=? program "make"))
                            (list "-j" (number->string (parallel-job-count)))
                            '())))
         (format #t "test suite not run~%")))))

(define* (install #:key outputs
                  (include %default-include)
                  (exclude %default-exclude)
                  #:allow-other-keys)
  "Install the files whose relative names match one of INCLUDE and none of EXCLUDE, lists of regexps."
  (define source (string-append (getcwd) "/"))
  (define directory (output-directory outputs))

  (define (relative file)
    (string-drop file (string-length source)))

  (define (matching regexps name)
    (find (lambda (regexp) (string-match regexp name)) regexps))

  (define (install? file stat)
    (let ((name (relative file)))
      (and (matching include name)
           (not (matching exclude name)))))

  (define (explain file)
    ;; Say what became of a file: nothing was installed.
    (let ((name (relative file)))
      (format #t "info: considering installing ~a\n" name)
      (for-each (lambda (regexps word)
                  (let ((regexp (matching regexps name)))
                    (when regexp
                      (format #t "info: ~a ~a as it matches \"~a\"\n" name word regexp))))
                (list include exclude)
                '("included" "excluded"))))

  (match (find-files (getcwd) install?)
    (()
     (format #t "error: No files found to install.\n")
     (for-each explain (find-files (getcwd)))
     #f)
    (files
     (for-each (lambda (file)
                 (let ((target (string-append directory "/" (relative file))))
                   (format #t "`~a' -> `~a'~%" file target)
                   (install-file file (dirname target))))
               files)
     #t)))

(define* (make-autoloads #:key outputs inputs #:allow-other-keys)
  "Write the file that loads the package's libraries when they are first used."
  (let ((out (assoc-ref outputs "out")))
    (parameterize ((%emacs (emacs-command inputs)))
      (emacs-generate-autoloads (name-without-version (elpa-name-version out))
                                (elpa-directory out)))))

(define* (enable-autoloads-compilation #:key outputs #:allow-other-keys)
  "Let autoloads be compiled too: remove the variable that says not to."
  (substitute* (find-files (assoc-ref outputs "out") "-autoloads.el$")
    ((";; no-byte-compile.*") "")))

(define* (patch-el-files #:key outputs #:allow-other-keys)
  "Replace names of programs in \"/bin\" in Emacs Lisp files by their names in the store."
  (define files (find-files (getcwd) "\\.el$"))

  (define (patch)
    (substitute* files
      (("\"/bin/([^.]\\S*)\"" _ program)
       (string-append "\""
                      (or (which program)
                          (error "patch-el-files: unable to locate " program))
                      "\""))))

  (with-directory-excursion (output-directory outputs)
    ;; Old libraries are in Latin-1.
    (or (false-if-exception (begin (patch) #t))
        (with-fluids ((%default-port-encoding "ISO-8859-1"))
          (patch)))))

(define (root-library name+version)
  "Return the name of the main library in the current directory of the package NAME+VERSION, or #f: the longest part of
the name is not it, the shortest for which there is a file is."
  (let loop ((candidate "") (words (string-split name+version #\-)))
    (match words
      ;; The last one is part of the version.
      (() #f)
      ((word . rest)
       (if (string-null? candidate)
           (loop word rest)
           (if (file-exists? (string-append candidate ".el"))
               candidate
               (loop (string-append candidate "-" word) rest)))))))

(define %describe-package
  ;; Emacs Lisp that writes the description of the package whose library is the current buffer.
  `(progn
    (require 'lisp-mnt)
    (require 'package)
    (condition-case problem
        (let* ((name (file-name-base (buffer-file-name)))
               (version (condition-case nil
                            (let ((version (lm-version)))
                              (and (version-to-list version) version))
                          ;; Some libraries have a version that is none.
                          (error "0.0.0")))
               (summary (save-excursion
                         (goto-char (point-min))
                         (and (re-search-forward
                               "^;;; [^ ]*\\.el ---[ \t]*\\(.*?\\)[ \t]*\\(-\\*-.*-\\*-[ \t]*\\)?$" nil t)
                              (match-string-no-properties 1))))
               (requirements (lm-header-multiline "package-requires")))
          (package-generate-description-file
           (package-desc-from-define
            name version
            (or summary package--default-summary)
            (and requirements
                 (package--prepare-dependencies
                  (package-read-from-string (mapconcat 'identity requirements " "))))
            :kind 'single
            :url (lm-homepage)
            :keywords (lm-keywords-list)
            :maintainer (lm-maintainer)
            :authors (lm-authors))
           (concat name "-pkg.el"))
          (message (concat name "-pkg.el file generated.")))
      (error
       (message "There are some errors during generation of -pkg.el file:")
       (message "%s" (error-message-string problem))))))

(define* (ensure-package-description #:key outputs #:allow-other-keys)
  "Write the description of the package, unless it has one, from the header of its main library."
  (with-directory-excursion (output-directory outputs)
    (let ((library (root-library (elpa-name-version (assoc-ref outputs "out")))))
      (when (and library
                 (not (file-exists? (string-append library "-pkg.el"))))
        (emacs-batch-edit-file (string-append library ".el") %describe-package)))))

(define* (build #:key outputs inputs #:allow-other-keys)
  "Compile the installed libraries."
  ;; What tests have compiled would be taken instead.
  (for-each delete-file (find-files "." "\\.el[cn]$"))
  (setenv "SHELL" "sh")
  (parameterize ((%emacs (emacs-command inputs)))
    (emacs-compile-directory (output-directory outputs))))

(define* (validate-compiled-autoloads #:key outputs #:allow-other-keys)
  "Load the compiled autoloads, to see that they can be."
  (let ((files (find-files (assoc-ref outputs "out") "-autoloads.elc$")))
    (emacs-batch-eval (format #f "(mapc #'load '~s)" files))))

(define* (move-doc #:key outputs #:allow-other-keys)
  "Move manuals from the package's directory to that of manuals."
  (let* ((out (assoc-ref outputs "out"))
         (site-lisp (string-append out %site-lisp))
         (info (string-append out "/share/info"))
         (manuals (find-files site-lisp "\\.info$")))
    (unless (null? manuals)
      (let ((directory-node (string-append site-lisp "/dir")))
        (when (file-exists? directory-node)
          (delete-file directory-node)))
      (for-each (lambda (manual)
                  (install-file manual info)
                  (delete-file manual))
                manuals))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (replace 'unpack unpack)
    (add-after 'unpack 'expand-load-path expand-load-path)
    (add-after 'expand-load-path 'add-install-to-native-load-path add-install-to-native-load-path)
    (delete 'bootstrap)
    (delete 'configure)
    (delete 'build)
    (replace 'check check)
    (replace 'install install)
    (add-after 'install 'make-autoloads make-autoloads)
    (add-after 'make-autoloads 'enable-autoloads-compilation enable-autoloads-compilation)
    (add-after 'enable-autoloads-compilation 'patch-el-files patch-el-files)
    (add-after 'patch-el-files 'ensure-package-description ensure-package-description)
    ;; Compiled where they are installed: file names are part of the code.
    (add-after 'ensure-package-description 'build build)
    (add-after 'build 'validate-compiled-autoloads validate-compiled-autoloads)
    (add-after 'validate-compiled-autoloads 'move-doc move-doc)))

(define* (emacs-build #:key inputs (phases %standard-phases)
                      #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
