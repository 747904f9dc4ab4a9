;;; Commentary:
;;;
;;; What `strata pull' and `strata time-machine' do in Scheme: reading channel files, making profiles of channels and their
;;; generations.  A profile of channels is a directory that is made here and not built, since it needs no more than links:
;;;
;;;   manifest     what it is made of, as in any profile
;;;   channels.scm the same as a channels file
;;;   directories  the directories of modules, a line each: NAME, a tab, the sub-directory with packages
;;;   modules/     those directories
;;;   roots/       the checkouts, links that keep the garbage collector away
;;;   bin/         programs that use these channels
;;;
;;; Code:

(define-module (guix scripts pull)
  #:use-module (guix scripts)
  #:use-module (guix scripts command-process)
  #:use-module (guix scripts user-code)
  #:use-module (guix source-fields)
  #:use-module (git)
  #:use-module (guix channels)
  #:use-module (guix diagnostics)
  #:use-module (guix git)
  #:use-module (gcrypt hash)
  #:use-module (guix base32)
  #:use-module (guix profiles)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:use-module ((guix build utils) #:select (mkdir-p delete-file-recursively))
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 pretty-print)
  #:use-module ((ice-9 textual-ports) #:select (get-string-all))
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-19)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (strata channels)
  #:export (guix-pull
            channel-list
            read-channels
            pull
            channels-profile
            profile-for
            profile-of-file
            list-generations
            roll-back-channels
            switch-channels
            delete-generations
            print-news))

(define (fail text . arguments)
  (apply fail-at #f text arguments))

(define (fail-at location text . arguments)
  (raise (condition (&formatted-message (format text) (arguments arguments))
                    (&error-location (location location)))))


;;;
;;; Channel files.
;;;

(define (read-channels file)
  "Return the channels that FILE evaluates to."
  (define module (make-fresh-user-module))

  (unless (file-exists? file)
    (fail "~a: there is no such channels file~%" file))
  (module-use! module (resolve-interface '(guix channels)))
  (let ((channels (save-module-excursion
                   (lambda ()
                     (set-current-module module)
                     (primitive-load (canonicalize-path file))))))
    (unless (and (list? channels) (pair? channels) (every channel? channels))
      (fail-at (force (last-form-location file))
               "~a: a list of channels is expected, such as (list (channel (name 'example) (url \"…\"))); got ~s~%"
            file channels))
    (for-each check-channel channels)
    (let loop ((channels channels) (seen '()))
      (match channels
        (() #t)
        ((first . rest)
         (when (memq (channel-name first) seen)
           (fail-at (channel-field-location first 'name)
                    "~a: two channels are called `~a'~%" file (channel-name first)))
         (loop rest (cons (channel-name first) seen)))))
    channels))

(define (channel-field-location channel field)
  "Return the location of FIELD in the source of CHANNEL, or else that of CHANNEL, or #f."
  (define location
    (and=> (channel-location channel) source-properties->location))

  (or (call-with-datum-at location
        (match-lambda
          (('channel fields ...) (value-location (find-field fields field)))
          (_ #f)))
      location))

(define (check-channel channel)
  "Raise an error when a field of CHANNEL is of the wrong type."
  (define (text-or-false? value)
    (or (not value) (string? value)))

  (for-each (match-lambda
              ((field get valid? expected)
               (unless (valid? (get channel))
                 (fail-at (channel-field-location channel field)
                          "invalid ~a of a channel: ~s; expected ~a~%" field (get channel) expected))))
            `((name ,channel-name ,symbol? "a symbol, such as 'example")
              (url ,channel-url ,string? "a string")
              (branch ,channel-branch ,text-or-false? "a string")
              (commit ,channel-commit ,text-or-false? "a string or #f")
              (introduction ,channel-introduction
                            ,(lambda (value) (or (not value) (channel-introduction? value)))
                            "what `make-channel-introduction' returns"))))

(define (channel-file)
  "Return the user's channels file, or that of the system; #f when there is none."
  (define config
    (or (getenv "XDG_CONFIG_HOME") (string-append (or (getenv "HOME") "") "/.config")))

  (find file-exists?
        (list (string-append config "/strata/channels.scm")
              (string-append config "/guix/channels.scm")
              "/etc/guix/channels.scm")))

(define* (channel-list #:key file default? url branch commit)
  "Return the channels of FILE, of the user's channels file, or those that are usual when there is none or DEFAULT? is
true.  URL, BRANCH and COMMIT replace those of the channel `guix', or of the only channel."
  (define channels
    (cond (file (read-channels file))
          ((and (not default?) (channel-file)) => read-channels)
          (else %default-channels)))

  (define chosen
    (or (find guix-channel? channels)
        (match channels ((only) only) (_ #f))))

  (when (and (or url branch commit) (not chosen))
    (fail "--url, --branch and --commit are for the channel `guix', which is not among these channels~%"))
  (map (lambda (chan)
         (if (and (eq? chan chosen) (or url branch commit))
             (channel (inherit chan)
                      (url (or url (channel-url chan)))
                      (branch (or branch (channel-branch chan)))
                      (commit (or commit (and (not branch) (channel-commit chan)))))
             chan))
       channels))


;;;
;;; Profiles.
;;;

(define (write-file file proc)
  (call-with-output-file file
    (lambda (port)
      (set-port-encoding! port "UTF-8")
      (proc port))))

(define (instance-name instance)
  (symbol->string (channel-name (channel-instance-channel instance))))

(define (instance->channel instance)
  "Return the channel of INSTANCE at the commit of INSTANCE."
  (channel (inherit (channel-instance-channel instance))
           (commit (channel-instance-commit instance))))

(define (manifest-text instances)
  `(manifest
    (version 4)
    (packages
     ,(map (lambda (instance)
             (let ((commit (channel-instance-commit instance)))
               `(,(instance-name instance)
                 ,(string-take commit (min 7 (string-length commit)))
                 "out"
                 ,(channel-instance-checkout instance)
                 (properties ((source ,(channel-instance->sexp instance)))))))
           ;; As in any profile, what was added last is first.
           (reverse instances)))))

(define (ordered instances)
  "Return INSTANCES in the order that their modules are looked for: Guix itself last, channels after those that depend on
them as they were asked for."
  (define (guix? instance) (guix-channel? (channel-instance-channel instance)))
  (append (remove guix? instances) (filter guix? instances)))

(define (add-modules profile instance)
  "Add the modules of INSTANCE to PROFILE; return its line of the file `directories'."
  (let* ((name      (instance-name instance))
         (link      (string-append profile "/modules/" name))
         (checkout  (%place-of-item (channel-instance-checkout instance)))
         (directory ((@@ (guix channels) channel-metadata-directory)
                     ((@@ (guix channels) channel-instance-metadata) instance)))
         (source    (string-append checkout directory)))
    (unless (and (eq? 'directory (and=> (stat source #f) stat:type))
                 ;; Links may lead elsewhere.
                 (string-prefix? (string-append (canonicalize-path checkout) "/")
                                 (string-append (canonicalize-path source) "/")))
      (fail "channel '~a': its `.guix-channel' names the directory ~s, which it does not have~%"
            name directory))
    (cond ((%whole-guix? source)
           (%make-module-view source link)
           (string-append name "\tgnu/packages"))
          (else
           (symlink source link)
           (string-append name "\t")))))

(define (write-program file profile)
  (write-file file
              (lambda (port)
                (format port "#!/bin/sh~%STRATA_CHANNELS='~a' exec '~a' \"$@\"~%" profile (%strata-command))))
  (chmod file #o755))

(define (profile-directory key)
  (string-append (%channels-directory) "/profiles/"
                 (string-take (bytevector->nix-base32-string (sha256 (string->utf8 key))) 32)))

(define (instances->profile store instances)
  "Return the profile of INSTANCES, made if there is none yet."
  (define profile
    (profile-directory (object->string (list 'profile 1 (%store-prefix) (map channel-instance-checkout instances)
                                             (map channel-instance->sexp instances)))))

  (define partial
    (string-append profile ".part-" (number->string (getpid))))

  (unless (file-exists? profile)
    (for-each (lambda (directory) (mkdir-p (string-append partial directory)))
              '("/modules" "/roots" "/bin"))
    (with-throw-handler #t
      (lambda ()
        (write-file (string-append partial "/manifest")
                    (lambda (port) (pretty-print (manifest-text instances) port)))
        (write-file (string-append partial "/channels.scm")
                    (lambda (port)
                      (pretty-print `(list ,@(map (compose channel->code instance->channel) instances)) port)))
        (let ((lines (map (lambda (instance) (add-modules partial instance)) (ordered instances))))
          (write-file (string-append partial "/directories")
                      (lambda (port)
                        (for-each (lambda (line) (format port "~a~%" line)) lines))))
        (for-each (lambda (name) (write-program (string-append partial "/bin/" name) profile))
                  '("guix" "strata"))
        (for-each (lambda (instance)
                    (symlink (channel-instance-checkout instance)
                             (string-append partial "/roots/" (instance-name instance))))
                  instances)
        (rename-file partial profile))
      (lambda _
        (when (file-exists? partial)
          (delete-file-recursively partial))))
    (for-each (lambda (instance)
                (add-indirect-root store (string-append profile "/roots/" (instance-name instance))))
              instances))
  profile)

(define (with-update-errors channels thunk)
  "Call THUNK; say which repository an error of Git is about."
  (catch 'git-error thunk
    (lambda (key error . _)
      (fail-at (match channels
                 ((only) (channel-field-location only (if (channel-commit only) 'commit 'url)))
                 (_ #f))
            "cannot update the channels ~a: ~a~%"
            (string-join (map (lambda (channel) (format #f "'~a' (~a)" (channel-name channel) (channel-url channel)))
                              channels)
                         ", ")
            (git-error-message error)))))

(define (pinned-link channels)
  "Return the link to the profile of CHANNELS if all of them are at known commits, so that nothing needs to be asked of
repositories; else #f."
  (and (every (lambda (channel) (and=> (channel-commit channel) commit-id?)) channels)
       (string-append (profile-directory (object->string (list 'channels 1 (%store-prefix) (map channel->code channels))))
                      ".channels")))

(define* (channels-profile channels #:key (authenticate? #t) (current-channels '()) allow-downgrades?)
  "Return the profile of the latest commits of CHANNELS."
  (define link (and authenticate? (pinned-link channels)))

  (define (validate channel old new relation)
    (unless allow-downgrades?
      (ensure-forward-channel-update channel old new relation)))

  (if (and link (file-exists? link) (every file-exists? (roots-of link)))
      (canonicalize-path link)
      (let ((profile (with-store store
                       (instances->profile
                        store
                        (with-update-errors channels
                          (lambda ()
                            (latest-channel-instances store channels
                                                      #:authenticate? authenticate?
                                                      #:current-channels current-channels
                                                      #:validate-pull validate)))))))
        (when link
          (switch-symlinks link profile))
        profile)))

(define (roots-of profile)
  (map (lambda (name) (string-append profile "/roots/" name))
       (scandir (string-append profile "/roots") (lambda (name) (not (member name '("." "..")))))))


;;;
;;; Generations.
;;;

(define (default-profile)
  (string-append (%channels-directory) "/current"))

(define (print-channels profile)
  (for-each (lambda (channel)
              (format #t "  ~a ~a~%    repository URL: ~a~%    branch: ~a~%    commit: ~a~%"
                      (channel-name channel)
                      (string-take (channel-commit channel) (min 7 (string-length (channel-commit channel))))
                      (channel-url channel) (channel-branch channel) (channel-commit channel)))
            (profile-channels profile)))

(define* (pull #:key file default? url branch commit (authenticate? #t) allow-downgrades? profile dry-run?)
  "Bring the channels to their latest commits and make the result the current generation of PROFILE; if DRY-RUN? is true only
say what that would be.  Return the profile, or #f when nothing changed."
  (let* ((link     (or profile (default-profile)))
         (current  (if (file-exists? link) (profile-channels link) '()))
         (channels (channel-list #:file file #:default? default? #:url url #:branch branch #:commit commit))
         (new      (channels-profile channels
                                     #:authenticate? authenticate?
                                     #:current-channels current
                                     #:allow-downgrades? allow-downgrades?)))
    (cond
     ((and (file-exists? link) (string=? new (canonicalize-path link)))
      (format (current-error-port) "nothing to be done~%")
      #f)
     (dry-run?
      (format #t "would make generation ~a~%" (+ 1 (last (generation-numbers link))))
      (print-channels new)
      #f)
     (else
      (let* ((number (+ 1 (last (generation-numbers link))))
             (name   (generation-file-name link number)))
        (mkdir-p (dirname link))
        (switch-symlinks name new)
        (switch-symlinks link (basename name))
        (print-generation link number)
        new)))))

(define (print-generation profile number)
  (format #t "Generation ~a\t~a~a~%" number
          (date->string (time-utc->date (generation-time profile number)) "~b ~d ~Y ~T")
          (if (= number (generation-number profile)) "\t(current)" ""))
  (print-channels (generation-file-name profile number)))

(define* (profile-for #:key file default? url branch commit (authenticate? #t) dry-run?)
  "Return a profile of the channels that the arguments choose, as for `pull', without making it a generation; if DRY-RUN? is
true print what they are and return #f."
  (let ((profile (channels-profile
                  (channel-list #:file file #:default? default? #:url url #:branch branch #:commit commit)
                  #:authenticate? authenticate?)))
    (if dry-run?
        (begin
          (print-channels profile)
          #f)
        profile)))

(define (profile-of-file file)
  "Return a profile of the channels that FILE evaluates to."
  (profile-for #:file file))

(define (generation-packages profile number)
  "Return the list of (NAME . VERSION) of the packages that are available with generation NUMBER of PROFILE."
  (let* ((program  (string-append (canonicalize-path (generation-file-name profile number)) "/bin/strata"))
         (pipe     (open-pipe* OPEN_READ program "package" "--list-available"))
         (lines    (string-split (get-string-all pipe) #\newline)))
    (close-pipe pipe)
    (filter-map (lambda (line)
                  (match (map string-trim-both (string-split line #\tab))
                    ((name version _ ...) (cons name version))
                    (_ #f)))
                lines)))

(define (print-changes old new)
  "Print which packages NEW has that OLD has not, or not at such a version; both are lists of (NAME . VERSION)."
  (define newest
    (fold (lambda (package table)
            (match package
              ((name . version)
               (let ((known (hash-ref table name)))
                 (when (or (not known) (version>? version known))
                   (hash-set! table name version))
                 table))))
          (make-hash-table)
          old))
  (define-values (known unknown)
    (partition (lambda (package) (hash-ref newest (car package))) new))
  (define upgraded
    (filter (lambda (package) (version>? (cdr package) (hash-ref newest (car package)))) known))
  (define (report singular plural names)
    (unless (null? names)
      (format #t "  ~a ~a: ~a~%" (length names) (if (null? (cdr names)) singular plural)
              (string-join (sort names string<?) ", "))))

  (report "new package" "new packages" (delete-duplicates (map car unknown)))
  (report "package upgraded" "packages upgraded"
          (map (match-lambda ((name . version) (string-append name "@" version))) upgraded)))

(define* (list-generations #:optional pattern profile #:key details?)
  "Print the generations of PROFILE, those that PATTERN chooses; if DETAILS? is true also what packages each brought."
  (let ((profile (or profile (default-profile))))
    (for-each (lambda (number)
                (print-generation profile number)
                (match (and details? (take-while (lambda (other) (< other number)) (profile-generations profile)))
                  ((or #f ()) #t)
                  (before
                   (print-changes (generation-packages profile (last before))
                                  (generation-packages profile number)))))
              (if pattern
                  (or (matching-generations* pattern profile)
                      (fail "invalid syntax: ~a~%" pattern))
                  (profile-generations profile)))))

(define (matching-generations* pattern profile)
  "Return the generations of PROFILE in PATTERN: numbers with commas, or a range such as `2..5', `..5' or `2..'."
  (define numbers (profile-generations profile))
  (define (number text default)
    (if (string-null? text) default (string->number text)))

  (match (string-contains pattern "..")
    (#f (let ((wanted (map string->number (string-split pattern #\,))))
          (and (every identity wanted)
               (filter (lambda (number) (memv number wanted)) numbers))))
    (dots (let ((from (number (substring pattern 0 dots) 0))
                (to   (number (substring pattern (+ dots 2)) +inf.0)))
            (and from to
                 (filter (lambda (number) (<= from number to)) numbers))))))

(define* (switch-channels spec #:optional profile)
  "Make the generation SPEC of PROFILE, a number or a difference such as `+1', the current one."
  (let* ((profile (or profile (default-profile)))
         (number  (relative-generation-spec->number profile spec)))
    (unless (and number (memv number (profile-generations profile)))
      (fail "cannot switch to generation '~a'~%" spec))
    (format #t "switched from generation ~a to ~a~%" (generation-number profile) number)
    (switch-symlinks profile (basename (generation-file-name profile number)))))

(define* (roll-back-channels #:optional profile)
  "Make the generation of PROFILE before the current one current."
  (let* ((profile (or profile (default-profile)))
         (number  (generation-number profile))
         (before  (filter (lambda (other) (< other number)) (profile-generations profile))))
    (when (null? before)
      (fail "there is no generation before ~a~%" number))
    (switch-channels (number->string (last before)) profile)))

(define* (delete-generations #:optional pattern profile)
  "Delete the generations of PROFILE that PATTERN chooses, all without one, but not the current one; and the profiles that
none is left of."
  (let* ((profile (or profile (default-profile)))
         (current (generation-number profile)))
    (for-each (lambda (number)
                (unless (= number current)
                  (format #t "deleting ~a~%" (generation-file-name profile number))
                  (delete-file (generation-file-name profile number))))
              (if pattern
                  (or (matching-generations* pattern profile)
                      (fail "invalid syntax: ~a~%" pattern))
                  (profile-generations profile)))
    (delete-unused-profiles profile)))

(define (delete-unused-profiles profile)
  (let* ((directory (string-append (%channels-directory) "/profiles"))
         (entries   (or (scandir directory (lambda (name) (not (member name '("." ".."))))) '()))
         (used      (filter-map (lambda (number)
                                  (false-if-exception
                                   (basename (canonicalize-path (generation-file-name profile number)))))
                                (profile-generations profile))))
    (for-each (lambda (name)
                (let ((file (string-append directory "/" name)))
                  (cond ((string-suffix? ".channels" name)
                         (unless (member (basename (readlink file)) used)
                           (delete-file file)))
                        ((not (or (member name used) (string-contains name ".part-")))
                         (delete-file-recursively file)))))
              entries)))

(define (in-language translations)
  "Return the text of TRANSLATIONS for the user's language, else English, else any."
  (let ((language (first (string-split (or (getenv "LANGUAGE") (getenv "LC_ALL") (getenv "LANG") "en") #\_))))
    (or (assoc-ref translations language)
        (assoc-ref translations "en")
        (match translations
          (((_ . text) _ ...) text)
          (() "")))))

(define* (print-news #:optional profile)
  "Print the news of the channels of PROFILE since its generation before the current one."
  (let* ((profile  (or profile (default-profile)))
         (previous (relative-generation profile -1))
         (old      (if previous (profile-channels (generation-file-name profile previous)) '())))
    (for-each
     (lambda (channel)
       (let ((before (find (lambda (other) (eq? (channel-name other) (channel-name channel))) old)))
         (match (if before
                    (channel-news-for-commit channel (channel-commit channel) (channel-commit before))
                    '())
           (() #t)
           (entries
            (format #t "News for channel '~a'~%" (channel-name channel))
            (for-each (lambda (entry)
                        (format #t "  ~a~%~{    ~a~%~}" (in-language (channel-news-entry-title entry))
                                (string-split (string-trim-right (in-language (channel-news-entry-body entry)))
                                              #\newline)))
                      entries)))))
     (profile-channels profile))))

(define-command (guix-pull . args)
  (synopsis "pull the latest revision of Guix")
  (apply run-command "pull" args))
