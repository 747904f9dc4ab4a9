;;; Commentary:
;;;
;;; Package transformations: the options of commands that rewrite the graph of a package, such as `--with-input'.
;;; A transformation is one entry of %transformations: its option, how its help reads, and a procedure that takes the
;;; argument and returns a procedure from package to package.
;;; Interface: (guix transformations) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix transformations)
  #:use-module ((guix config) #:select (%system))
  #:use-module (guix diagnostics)
  #:use-module (guix gexp)
  #:use-module (guix i18n)
  #:use-module (guix memoization)
  #:use-module (guix monads)
  #:use-module (guix packages)
  #:use-module (guix profiles)
  #:use-module (guix store)
  #:use-module (guix transformations tuning)
  #:use-module (guix utils)
  #:use-module ((guix build utils) #:select ((package-name->name+version . hyphen-package-name->name+version)))
  #:autoload   (guix cpu) (current-cpu cpu->gcc-architecture)
  #:autoload   (guix download) (download-to-store)
  #:autoload   (guix git) (git-checkout git-checkout? git-checkout-url)
  #:autoload   (guix git-download) (git-reference? git-reference-url)
  #:autoload   (guix upstream) (package-latest-release upstream-source-version upstream-source-signature-urls)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (srfi srfi-37)
  #:use-module (ice-9 match)
  #:re-export (tunable-package? tuned-package)
  #:export (options->transformation
            manifest-entry-with-transformations
            transformation-option-key?
            %transformation-options
            show-transformation-options-help))

(define (specification->package* specification)
  ;; (gnu packages) uses this library.
  ((module-ref (resolve-interface '(gnu packages)) 'specification->package) specification))


;;;
;;; What arguments look like.
;;;

(define (split-argument text)
  "Return the list of the parts of TEXT between equal signs."
  (string-tokenize text (char-set-complement (char-set #\=))))

(define (parse-pair text complaint)
  "Return the two parts of TEXT, PACKAGE=VALUE, or raise an error with COMPLAINT, a format string for TEXT."
  (match (split-argument text)
    ((and pair (_ _)) pair)
    (_ (raise (formatted-message complaint text)))))

(define %bad-replacement (G_ "invalid replacement specification: ~s"))

(define (rewriting specification proc)
  "Return a procedure that applies PROC to the packages that match SPECIFICATION in a graph."
  (package-input-rewriting/spec (list (cons specification proc))))


;;;
;;; Sources.
;;;

(define-record-type <downloaded-file>
  (downloaded-file uri recursive?)
  downloaded-file?
  (uri downloaded-file-uri)
  (recursive? downloaded-file-recursive?))

(define-gexp-compiler (downloaded-file-compiler (file <downloaded-file>) system target)
  ((store-lift download-to-store) (downloaded-file-uri file)
   #:recursive? (downloaded-file-recursive? file)))

(define (archive-base-name file)
  "Return FILE without what tells how it is packed, such as `.tar.gz'."
  (match (file-extension file)
    (#f file)
    ("scm" file)
    ("tar" (file-sans-extension file))
    ;; The end of a version number.
    ((? (cut string-every char-set:hex-digit <>)) file)
    (_ (archive-base-name (file-sans-extension file)))))

(define (source-name+version uri)
  (hyphen-package-name->name+version (archive-base-name (basename uri))))

(define* (package-with-source original uri #:optional version)
  "Return ORIGINAL with its source from URI, a file or directory too, and VERSION, by default what URI ends with."
  (let ((new-version (or version
                         (call-with-values (lambda () (source-name+version uri))
                           (lambda (_ version) version))
                         (package-version original))))
    (package
      (inherit original)
      (version new-version)
      (source (downloaded-file uri #t)))))

(define (with-source text)
  (match (split-argument text)
    ((uri)
     (rewriting (call-with-values (lambda () (source-name+version uri))
                  (lambda (name _) name))
                (cut package-with-source <> uri)))
    ((specification uri)
     ;; The version is the new one and does not select a package.
     (call-with-values (lambda () (package-name->name+version specification))
       (lambda (name version)
         (rewriting name (cut package-with-source <> uri version)))))
    (_
     (raise (formatted-message (G_ "invalid source replacement specification: ~s") text)))))

(define (repository-url package)
  (match (package-source package)
    ((and (? origin?) (= origin-uri (? git-reference? reference)))
     (git-reference-url reference))
    ((? git-checkout? checkout)
     (git-checkout-url checkout))
    (_
     (raise (formatted-message (G_ "the source of ~a is not a Git reference")
                               (package-full-name package))))))

(define (commit->version commit)
  "Return the version of a package built from COMMIT, which may be a tag or what `git describe' says."
  (cond ((and (string-prefix? "v" commit)
              (> (string-length commit) 1)
              (char-numeric? (string-ref commit 1)))
         (string-drop commit 1))
        ((string-every char-set:hex-digit commit)
         (string-append "git." (string-take commit (min 7 (string-length commit)))))
        (else commit)))

(define (with-branch text)
  (match (parse-pair text %bad-replacement)
    ((specification branch-name)
     (rewriting specification
                (lambda (original)
                  (package
                    (inherit original)
                    (version (string-append "git." (string-join (string-split branch-name #\/) "-")))
                    (source (git-checkout (url (repository-url original))
                                          (branch branch-name)
                                          (recursive? #t)))))))))

(define (with-commit text)
  (match (parse-pair text %bad-replacement)
    ((specification id)
     (rewriting specification
                (lambda (original)
                  (package
                    (inherit original)
                    (version (commit->version id))
                    (source (git-checkout (url (repository-url original))
                                          (commit id)
                                          (recursive? #t)))))))))

(define (with-git-url text)
  (match (parse-pair text (G_ "~a: invalid Git URL replacement specification"))
    ((specification address)
     (rewriting specification
                (lambda (original)
                  (package
                    (inherit original)
                    (source (git-checkout (url address) (recursive? #t)))))))))

(define (patched-source name source patches)
  "Return a file-like object called NAME: the directory SOURCE with PATCHES applied."
  (define patch (module-ref (resolve-interface '(gnu packages base)) 'patch))

  (computed-file name
                 (with-imported-modules '((guix build utils))
                   #~(begin
                       (use-modules (guix build utils))
                       (copy-recursively #+source #$output)
                       (chdir #$output)
                       (for-each (lambda (file)
                                   (invoke #+(file-append patch "/bin/patch")
                                           "-p1" "--batch" "-i" file))
                                 '(#+@patches))))))

(define (with-patch text)
  (define (add-patch original patch)
    (let ((source (package-source original)))
      (package/inherit original
        (source (if (origin? source)
                    (origin
                      (inherit source)
                      (patches (cons patch (origin-patches source))))
                    (patched-source (string-append (package-full-name original "-") "-source")
                                    source (list patch)))))))

  (match (parse-pair text (G_ "~a: invalid package patch specification"))
    ((specification file)
     (let ((file (canonicalize-path file)))
       (rewriting specification (cut add-patch <> (local-file file)))))))

(define (with-latest specification)
  (rewriting specification
             (lambda (original)
               (define name (package-name original))
               (define release (package-latest-release original))
               (define new-version (and release (upstream-source-version release)))

               (cond ((not release)
                      (warning (G_ "could not determine latest upstream release of '~a'~%") name)
                      original)
                     ((string=? new-version (package-version original))
                      original)
                     (else
                      (unless (pair? (upstream-source-signature-urls release))
                        (warning (G_ "cannot authenticate source of '~a', version ~a~%") name new-version))
                      (package
                        (inherit original)
                        (version new-version)
                        (source release)))))))


;;;
;;; Inputs.
;;;

(define (with-input text)
  (match (parse-pair text %bad-replacement)
    ((specification new)
     (let ((new (specification->package* new)))
       (rewriting specification (const new))))))

(define (with-graft text)
  (match (parse-pair text %bad-replacement)
    ((specification new)
     (let ((new (specification->package* new)))
       (rewriting specification
                  (lambda (original)
                    (package (inherit original) (replacement new))))))))

(define (packages-between top specification)
  "Return the packages that TOP needs, and itself, that match SPECIFICATION or need one that does."
  (call-with-values (lambda () (package-name->name+version specification))
    (lambda (name version)
      (define needs-it?
        (mlambdaq (package)
          (and (package? package)
               (or (and (string=? name (package-name package))
                        (or (not version)
                            (version-prefix? version (package-version package))))
                   (any (compose needs-it? second)
                        (bag-direct-inputs (package->bag package)))))))

      (filter needs-it? (package-closure (list top))))))

(define (with-c-toolchain text)
  (define (specification->input specification)
    (let ((package (specification->package* specification)))
      (list (package-name package) package)))

  (match (parse-pair text (G_ "~a: invalid toolchain replacement specification"))
    ((bottom names)
     (let ((toolchain (map specification->input (string-tokenize names (char-set-complement (char-set #\,)))))
           (done (gensym " package-toolchain-rewriting")))
       (lambda (top)
         (define between (packages-between top bottom))

         (define (finished? package)
           (or (assq done (package-properties package))
               (not (memq package between))))

         (define (rebuild original)
           (if (finished? original)
               original
               (let ((new (package-with-c-toolchain original toolchain)))
                 (package/inherit new
                   (properties (acons done #t (package-properties new)))))))

         (if (null? between)
             top
             ((package-mapping rebuild finished? #:deep? #t) top)))))))


;;;
;;; How packages are built.
;;;

(define (without-tests specification)
  (rewriting specification
             (lambda (original)
               (package/inherit original
                 (arguments
                  (substitute-keyword-arguments (package-arguments original)
                    ((#:tests? _ #f) #f)))))))

(define (with-debug-info specification)
  ;; The variant is grafted, so nothing that depends on it is built again.
  (define (unstripped original)
    (package
      (inherit original)
      (arguments
       (substitute-keyword-arguments (package-arguments original)
         ((#:strip-binaries? _ #f) #f)))))

  (define (last-replaced original)
    (let ((next (package-replacement original)))
      (package
        (inherit original)
        (replacement (if next (last-replaced next) (unstripped original))))))

  (rewriting specification
             (lambda (original)
               (if (member "debug" (package-outputs original))
                   original
                   (last-replaced original)))))


;;;
;;; The table.
;;;

(define-record-type <transformation>
  (transformation key argument help proc)
  transformation?
  (key transformation-key)              ;symbol, the name of the option
  (argument transformation-argument)    ;how help names the argument
  (help transformation-help)            ;#f if the option has none
  (proc transformation-proc))           ;argument -> (package -> package)

(define %transformations
  (list
   (transformation 'with-source "[PACKAGE=]SOURCE"
                   (G_ "use SOURCE when building the corresponding package") with-source)
   (transformation 'with-input "PACKAGE=REPLACEMENT"
                   (G_ "replace dependency PACKAGE by REPLACEMENT") with-input)
   (transformation 'with-graft "PACKAGE=REPLACEMENT"
                   (G_ "graft REPLACEMENT on packages that refer to PACKAGE") with-graft)
   (transformation 'with-branch "PACKAGE=BRANCH"
                   (G_ "build PACKAGE from the latest commit of BRANCH") with-branch)
   (transformation 'with-commit "PACKAGE=COMMIT"
                   (G_ "build PACKAGE from COMMIT") with-commit)
   (transformation 'with-git-url "PACKAGE=URL"
                   (G_ "build PACKAGE from the repository at URL") with-git-url)
   (transformation 'with-patch "PACKAGE=FILE"
                   (G_ "add FILE to the list of patches of PACKAGE") with-patch)
   (transformation 'with-latest "PACKAGE"
                   (G_ "use the latest upstream release of PACKAGE") with-latest)
   (transformation 'with-c-toolchain "PACKAGE=TOOLCHAIN"
                   (G_ "build PACKAGE and its dependents with TOOLCHAIN") with-c-toolchain)
   (transformation 'with-debug-info "PACKAGE"
                   (G_ "build PACKAGE and preserve its debug info") with-debug-info)
   (transformation 'without-tests "PACKAGE"
                   (G_ "build PACKAGE without running its tests") without-tests)
   (transformation 'tune #f
                   (G_ "build for the micro-architecture CPU what is worth it") package-tuning)))

(define (find-transformation key)
  (find (lambda (transformation) (eq? key (transformation-key transformation)))
        %transformations))

(define (transformation-option-key? key)
  "Return true if KEY, a symbol of parsed options, stands for a transformation."
  (->bool (find-transformation key)))

(define (package-transformations package)
  (or (assq-ref (package-properties package) 'transformations) '()))

(define (options->transformation options)
  "Return a procedure that applies to a package the transformations in OPTIONS, an alist such as
((with-input . \"guile=guile@2.2\") (without-tests . \"libgit2\")), the last first.  It returns what is no package as it
is."
  (define applicable
    ;; In the order in which they are applied; procedures are made now, and complain of bad arguments now.
    (filter-map (match-lambda
                  ((key . argument)
                   (and=> (find-transformation key)
                          (lambda (transformation)
                            (list key argument ((transformation-proc transformation) argument))))))
                (reverse options)))

  (define record
    (map (match-lambda ((key argument _) (cons key argument)))
         (reverse applicable)))

  (define (transform object)
    (fold (match-lambda*
            (((key _ proc) object)
             (let ((new (if (package? object) (proc object) object)))
               (when (eq? new object)
                 (warning (G_ "transformation '~a' had no effect on ~a~%")
                          key
                          (if (package? object) (package-full-name object) object)))
               new)))
          object applicable))

  (lambda (object)
    (let ((new (transform object)))
      (if (and (package? new) (not (eq? new object)))
          ;; Profiles keep what was done, to do it again to newer versions.
          (package/inherit new
            (properties (acons 'transformations record (package-properties new))))
          new))))

(define (manifest-entry-with-transformations entry)
  "Return ENTRY with the transformations of its package among its properties."
  (match (and (not (assq 'transformations (manifest-entry-properties entry)))
              (package? (manifest-entry-item entry))
              (package-transformations (manifest-entry-item entry)))
    ((and record (_ . _))
     (manifest-entry
      (inherit entry)
      (properties (acons 'transformations record (manifest-entry-properties entry)))))
    (_ entry)))


;;;
;;; Options of commands.
;;;

(define (tuning-target argument options)
  "Return the micro-architecture that ARGUMENT of `--tune' means, #f for none in particular."
  (match argument
    ((or #f "native")
     (let ((system (or (assq-ref options 'system) (%current-system))))
       (unless (string=? system %system)
         (leave (G_ "building for ~a instead of ~a, so tuning cannot be guessed~%") system %system))
       (cpu->gcc-architecture (current-cpu))))
    ("generic" #f)
    (name name)))

(define %transformation-options
  ;; For SRFI 37's `args-fold': each adds (KEY . ARGUMENT) to an alist.
  (append
   (map (match-lambda
          (($ <transformation> 'tune)
           (option '("tune") #f #t
                   (lambda (opt name argument result . rest)
                     (apply values
                            (match (tuning-target argument result)
                              (#f (alist-delete 'tune result))
                              (target (acons 'tune target result)))
                            rest))))
          (($ <transformation> key)
           (option (list (symbol->string key)) #t #f
                   (lambda (opt name argument result . rest)
                     (apply values (acons key argument result) rest)))))
        %transformations)
   (list (option '("help-transform") #f #f
                 (lambda _
                   (show-transformation-options)
                   (exit 0))))))

(define (show-transformation-options)
  (format #t (G_ "Available package transformation options:~%"))
  (for-each (match-lambda
              (($ <transformation> key (? string? argument) help)
               (format #t "~%      --~a=~a~%                         ~a" key argument help))
              (_ #t))
            %transformations)
  (newline))

(define (show-transformation-options-help)
  "Write the line of a command's help that leads to the transformations."
  (display (G_ "
      --help-transform   list package transformation options not shown here")))
