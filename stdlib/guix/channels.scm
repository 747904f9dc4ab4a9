;;; Commentary:
;;;
;;; Channels: collections of package modules kept in repositories.  What channels are, how they are brought to their latest
;;; commits with the channels that they depend on, and their news.  Profiles made of them are in (guix channels profiles).
;;; Interface: (guix channels) of GNU Guix 1.4.  Besides repositories, plain directories may be channels.
;;;
;;; Code:

(define-module (guix channels)
  #:use-module (git)
  #:use-module (guix base16)
  #:use-module (guix diagnostics)
  #:use-module (guix git)
  #:use-module (guix hash)
  #:use-module (guix i18n)
  #:use-module (guix records)
  #:use-module (guix store)
  #:use-module (guix utils)
  #:autoload   (guix git-authenticate) (authenticate-repository)
  #:autoload   (guix describe) (current-channels)
  #:autoload   (guix channels profiles) (instances->manifest instances->derivation entry->channel profile->channels)
  #:use-module (ice-9 match)
  #:use-module (ice-9 textual-ports)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (channel channel?
            channel-name channel-url channel-branch channel-commit channel-introduction channel-location

            channel-introduction? make-channel-introduction
            channel-introduction-first-signed-commit channel-introduction-first-commit-signer
            openpgp-fingerprint->bytevector openpgp-fingerprint

            %default-guix-channel %default-channels
            guix-channel? repository->guix-channel

            channel-instance? channel-instance-channel channel-instance-commit channel-instance-checkout
            authenticate-channel
            latest-channel-instances
            checkout->channel-instance
            latest-channel-derivation
            channel-instance->sexp
            channel-instances->manifest
            %channel-profile-hooks
            channel-instances->derivation
            ensure-forward-channel-update

            profile-channels
            manifest-entry-channel
            sexp->channel
            channel->code

            channel-news-entry? channel-news-entry-commit channel-news-entry-tag
            channel-news-entry-title channel-news-entry-body
            channel-news-for-commit))

(define-record-type* <channel>
  channel make-channel
  channel?
  (name channel-name)                              ;symbol
  (url channel-url)
  (branch channel-branch (default "master"))
  (commit channel-commit (default #f))
  (introduction channel-introduction (default #f))
  (location channel-location (default (current-source-location)) (innate)))

(define-record-type <channel-introduction>
  (make-channel-introduction first-signed-commit first-commit-signer)
  channel-introduction?
  (first-signed-commit channel-introduction-first-signed-commit) ;hexadecimal
  (first-commit-signer channel-introduction-first-commit-signer)) ;bytevector, a fingerprint

(define (openpgp-fingerprint->bytevector text)
  "Return the fingerprint that TEXT shows in hexadecimal digits, with or without spaces."
  (base16-string->bytevector (string-downcase (string-filter char-set:hex-digit text))))

(define-syntax-rule (openpgp-fingerprint text)
  ;; The fingerprint TEXT as a bytevector.
  (openpgp-fingerprint->bytevector text))

(define (fingerprint->text fingerprint)
  "Return FINGERPRINT as people write it: groups of four digits, two spaces in the middle."
  (define digits (string-upcase (bytevector->base16-string fingerprint)))
  (define groups
    (let loop ((start 0))
      (if (>= start (string-length digits))
          '()
          (cons (substring digits start (min (string-length digits) (+ start 4)))
                (loop (+ start 4))))))
  (define half (quotient (length groups) 2))
  (string-append (string-join (take groups half)) "  " (string-join (drop groups half))))

(define %guix-introduction
  (make-channel-introduction "9edb3f66fd807b096b48283debdcddccfea34bad"
                             (openpgp-fingerprint "BBB0 2DDF 2CEA F6A8 0D1D  E643 A2A0 6DF2 A33A 54FA")))

(define %guix-url "https://git.savannah.gnu.org/git/guix.git")

(define %default-guix-channel
  ;; The packages of Guix itself.
  (channel
   (name 'guix)
   (url %guix-url)
   (introduction %guix-introduction)))

(define %default-channels
  ;; What is pulled when nothing else is asked for.
  (list %default-guix-channel))

(define (guix-channel? channel)
  "Return true if CHANNEL is that of Guix itself."
  (eq? 'guix (channel-name channel)))

(define (with-default-introduction chan)
  "Return CHAN, with its well-known introduction if it is Guix's own and has none."
  (if (and (guix-channel? chan)
           (not (channel-introduction chan))
           (string=? %guix-url (channel-url chan)))
      (channel (inherit chan) (introduction %guix-introduction))
      chan))

(define* (repository->guix-channel directory #:key (introduction %guix-introduction))
  "Return a channel `guix' of the repository that DIRECTORY is part of at its current commit, or #f when it is part of none."
  (false-if-git-not-found
   (with-repository (repository-discover directory) repository
     (let ((head (repository-head repository)))
       (channel
        (inherit %default-guix-channel)
        (url (or (repository-working-directory repository)
                 (dirname (repository-directory repository))))
        (branch (reference-shorthand head))
        (commit (oid->string (reference-target head)))
        (introduction introduction))))))


;;;
;;; What a channel says of itself: the file `.guix-channel'.
;;;

(define-record-type <channel-metadata>
  (make-channel-metadata directory dependencies news-file keyring-reference url)
  channel-metadata?
  (directory channel-metadata-directory)           ;of modules, with a slash in front
  (dependencies channel-metadata-dependencies)     ;list of channels
  (news-file channel-metadata-news-file)
  (keyring-reference channel-metadata-keyring-reference)
  (url channel-metadata-url))

(define %default-metadata
  (make-channel-metadata "/" '() #f "keyring" #f))

(define (bad-file message sexp file)
  (define properties (source-properties sexp))
  (raise (condition
          (&message (message message))
          (&error-location
           (location (source-properties->location
                      (if (null? properties)
                          `((filename . ,file) (line . 0) (column . 0))
                          properties)))))))

(define (property alist key default)
  (match (assoc-ref alist key)
    ((value . _) value)
    (_ default)))

(define (sexp->introduction sexp)
  (match sexp
    (('channel-introduction ('version 0) ('commit commit) ('signer signer) _ ...)
     (make-channel-introduction commit (openpgp-fingerprint->bytevector signer)))
    (_ #f)))

(define (dependency->channel sexp)
  "Return the channel that SEXP, an element of the field `dependencies', stands for; #f when it lacks a name or an address."
  (match sexp
    (('channel fields ...)
     (let ((get (cut property fields <> #f)))
       (and (get 'name) (get 'url)
            (channel
             (name (get 'name))
             (url (get 'url))
             (branch (or (get 'branch) "master"))
             (commit (get 'commit))
             (introduction (and=> (get 'introduction) sexp->introduction))))))
    (_ #f)))

(define (read-metadata port)
  "Return what the text from PORT, a `.guix-channel' file, says."
  (define file (or (port-filename port) ".guix-channel"))

  (define (check-below-root field)
    ;; Nothing but the channel's own files is meant.
    (match field
      ((_ file-name . _)
       (unless (and (string? file-name)
                    (not (member ".." (string-split file-name #\/))))
         (bad-file (format #f "invalid file name ~s in '.guix-channel'" file-name) field file)))
      (_ #t)))

  (match (read port)
    (('channel ('version 0) (? pair? properties) ...)
     (let ((directory (property properties 'directory "/")))
       (check-below-root (assq 'directory properties))
       (check-below-root (assq 'news-file properties))
       (make-channel-metadata
        (if (string-prefix? "/" directory) directory (string-append "/" directory))
        (filter-map dependency->channel (or (assoc-ref properties 'dependencies) '()))
        (property properties 'news-file #f)
        (property properties 'keyring-reference "keyring")
        (property properties 'url #f))))
    ((and ('channel ('version _) _ ...) sexp)
     (bad-file "unsupported '.guix-channel' version" sexp file))
    (sexp
     (bad-file "invalid '.guix-channel' file" sexp file))))

(define (read-channel-metadata-from-source source)
  "Return what the channel whose files are in SOURCE says of itself."
  (let ((file (string-append source "/.guix-channel")))
    (if (file-exists? file)
        (call-with-input-file file read-metadata)
        %default-metadata)))

(define (channel-instance-metadata instance)
  "Return what the channel of INSTANCE says of itself."
  (read-channel-metadata-from-source (channel-instance-checkout instance)))


;;;
;;; Instances: channels at a commit.
;;;

(define-record-type <channel-instance>
  (make-channel-instance channel commit checkout)
  channel-instance?
  (channel channel-instance-channel)
  (commit channel-instance-commit)
  (checkout channel-instance-checkout))            ;directory

(define* (checkout->channel-instance checkout #:key commit (url checkout) (name 'guix))
  "Return the instance of a channel NAME at URL and COMMIT whose files are in the directory CHECKOUT."
  (let ((commit (or commit (make-string 40 #\0))))
    (make-channel-instance (channel (name name) (url url) (commit commit)) commit checkout)))

(define* (authenticate-channel channel checkout commit #:key (keyring-reference-prefix "origin/"))
  "Raise an error unless COMMIT of CHANNEL, whose repository is at CHECKOUT, and all commits since the introduction of
CHANNEL are signed by keys that were authorized to."
  (let* ((introduction (channel-introduction channel))
         (first-commit (channel-introduction-first-signed-commit introduction))
         (keyring      (channel-metadata-keyring-reference (read-channel-metadata-from-source checkout)))
         (known        (filter-map (lambda (current)
                                     (and (eq? (channel-name current) (channel-name channel))
                                          (channel-commit current)))
                                   (current-channels))))
    (with-repository checkout repository
      (authenticate-repository repository
                               (string->oid first-commit)
                               (channel-introduction-first-commit-signer introduction)
                               #:end (string->oid commit)
                               #:keyring-reference (string-append keyring-reference-prefix keyring)
                               #:authentic-commits known
                               #:cache-key (string-append "channels/" (symbol->string (channel-name channel)))))))

(define (file-url->file url)
  "Return the file that URL is about, or #f."
  (cond ((string-prefix? "/" url) url)
        ((string-prefix? "file:///" url) (string-drop url 7))
        (else #f)))

(define (plain-directory url)
  "Return the directory at URL when it is one that is no repository, else #f."
  (let ((file (file-url->file url)))
    (and file
         (eq? 'directory (and=> (stat file #f) stat:type))
         (not (openable-repository? file))
         file)))

(define (dot-git? file stat)
  (and (string=? ".git" (basename file)) (eq? 'directory (stat:type stat))))

(define (refuse message . arguments)
  (raise (make-compound-condition
          (condition (&formatted-message (format message) (arguments arguments)))
          (condition
           (&fix-hint
            (hint "Add the introduction that the authors of the channel publish to your channels file.  With \
@option{--disable-authentication} the channel is used as it is, whoever wrote it."))))))

(define (ensure-authentic channel checkout commit)
  (cond ((channel-introduction channel)
         (authenticate-channel channel checkout commit))
        ((guix-channel? channel)
         (refuse "channel '~a' lacks an introduction and cannot be authenticated~%" (channel-name channel)))
        ((file-exists? (string-append checkout "/.guix-authorizations"))
         (warning (and=> (channel-location channel) source-properties->location)
                  "channel '~a' lacks 'introduction' field but '.guix-authorizations' found~%"
                  (channel-name channel)))))

(define (directory-instance store channel directory authenticate?)
  "Return the instance of CHANNEL, whose files are those that DIRECTORY has now.  The hash of them stands for a commit."
  (when (and authenticate? (or (channel-introduction channel) (guix-channel? channel)))
    (refuse "channel '~a' is a directory without a repository and cannot be authenticated~%" (channel-name channel)))
  (let ((commit (string-take (bytevector->base16-string (file-hash* directory #:recursive? #t)) 40)))
    (make-channel-instance channel commit
                           (add-to-store store (url+commit->name (basename directory) commit) #t "sha256" directory))))

(define* (latest-channel-instance store channel #:key authenticate? validate-pull starting-commit)
  "Return the instance of CHANNEL at the commit that it asks for, or its latest one."
  (let ((channel (with-default-introduction channel)))
    (cond
     ((plain-directory (channel-url channel))
      => (cut directory-instance store channel <> authenticate?))
     (else
      (call-with-values
          (lambda ()
            (update-cached-checkout (channel-url channel)
                                    #:ref (match (channel-commit channel)
                                            (#f `(branch . ,(channel-branch channel)))
                                            (commit `(tag-or-commit . ,commit)))
                                    #:starting-commit starting-commit))
        (lambda (checkout commit relation)
          (when relation
            (validate-pull channel starting-commit commit relation))
          (if authenticate?
              (ensure-authentic channel checkout commit)
              (warning "channel authentication disabled~%"))
          (make-channel-instance channel commit
                                 (add-to-store store (url+commit->name (channel-url channel) commit)
                                               #t "sha256" checkout
                                               #:select? (negate dot-git?)))))))))

(define (ensure-forward-channel-update channel start commit relation)
  "Raise an error unless RELATION, between START and COMMIT, says that CHANNEL goes forward."
  (unless (memq relation '(ancestor self))
    (raise (make-compound-condition
            (condition
             (&message
              (message (format #f "aborting update of channel '~a' to commit ~a, which is not a descendant of ~a"
                               (channel-name channel) commit start))))
            (condition
             (&fix-hint
              (hint (if (channel-commit channel)
                        "Use @option{--allow-downgrades} to go back to that commit."
                        "Somebody may be trying to keep the latest updates from you by taking the channel back.  If you \
know that it was rewritten for a good reason, use @option{--allow-downgrades}."))))))))

(define* (latest-channel-instances store channels
                                   #:key
                                   (current-channels '())
                                   (authenticate? #t)
                                   (validate-pull ensure-forward-channel-update))
  "Return the instances of CHANNELS and of the channels that they depend on, each at its latest commit or the one that it
asks for.  With AUTHENTICATE?, those that have an introduction have to be authentic.  For each that is among
CURRENT-CHANNELS too, call (VALIDATE-PULL CHANNEL OLD-COMMIT NEW-COMMIT RELATION), which may raise an error."
  (define (current-commit name)
    (any (lambda (channel)
           (and (eq? name (channel-name channel)) (channel-commit channel)))
         current-channels))

  ;; Of several channels with the same name the first counts, or the first that asks for a commit.
  (define (superfluous? channel others)
    (any (lambda (other)
           (and (eq? (channel-name channel) (channel-name other))
                (or (channel-commit other) (not (channel-commit channel)))))
         others))

  (define (instance-of channel)
    (format (current-error-port) "Updating channel '~a' from Git repository at '~a'...~%"
            (channel-name channel) (channel-url channel))
    (let* ((instance (latest-channel-instance store channel
                                              #:authenticate? authenticate?
                                              #:validate-pull validate-pull
                                              #:starting-commit (current-commit (channel-name channel))))
           (primary  (channel-metadata-url (channel-instance-metadata instance))))
      (when (and authenticate? primary
                 (not (channel-commit channel))
                 (not (string=? primary (channel-url channel))))
        (warning "pulled channel '~a' from a mirror of ~a, which might be stale~%" (channel-name channel) primary))
      instance))

  (define (instance-name instance)
    (channel-name (channel-instance-channel instance)))

  ;; Breadth first: what the user asks for goes before what channels ask for.
  (let loop ((pending channels)
             (seen '())
             (instances '()))
    (match pending
      (()
       ;; The first instance of a name is the last that was asked for with more precision.
       (reverse (delete-duplicates instances (lambda (a b) (eq? (instance-name a) (instance-name b))))))
      ((channel . rest)
       (if (superfluous? channel seen)
           (loop rest seen instances)
           (let ((instance (instance-of channel)))
             (loop (append rest (channel-metadata-dependencies (channel-instance-metadata instance)))
                   (cons channel seen)
                   (cons instance instances))))))))


;;;
;;; Channels as data.
;;;

(define (introduction->sexp introduction)
  `(channel-introduction
    (version 0)
    (commit ,(channel-introduction-first-signed-commit introduction))
    (signer ,(fingerprint->text (channel-introduction-first-commit-signer introduction)))))

(define (channel-instance->sexp instance)
  "Return what is recorded of INSTANCE."
  (let ((channel (channel-instance-channel instance)))
    `(repository
      (version 0)
      (url ,(channel-url channel))
      (branch ,(channel-branch channel))
      (commit ,(channel-instance-commit instance))
      (name ,(channel-name channel))
      ,@(match (channel-introduction channel)
          (#f '())
          (introduction `((introduction ,(introduction->sexp introduction))))))))

(define* (sexp->channel sexp #:optional (default-name 'channel))
  "Return the channel that SEXP, as by `channel-instance->sexp', records; #f if it is no such thing."
  (match sexp
    (('repository ('version 0) ('url url) ('branch branch) ('commit commit) rest ...)
     (channel
      (name (property rest 'name default-name))
      (url url)
      (branch branch)
      (commit commit)
      (introduction (and=> (property rest 'introduction #f) sexp->introduction))))
    (_ #f)))

(define* (channel->code channel #:key (include-introduction? #t))
  "Return the expression that makes CHANNEL, without its introduction unless INCLUDE-INTRODUCTION?."
  (let ((introduction (and include-introduction? (channel-introduction channel))))
    `(channel
      (name ',(channel-name channel))
      (url ,(channel-url channel))
      (branch ,(channel-branch channel))
      (commit ,(channel-commit channel))
      ,@(if introduction
            `((introduction
               (make-channel-introduction
                ,(channel-introduction-first-signed-commit introduction)
                (openpgp-fingerprint
                 ,(fingerprint->text (channel-introduction-first-commit-signer introduction))))))
            '()))))


;;;
;;; Profiles.
;;;

(define %channel-profile-hooks
  ;; The collection's index is made by `strata pull', not by a hook.
  '())

(define* (channel-instances->manifest instances #:key system)
  "Return as a monadic value the manifest of a profile with INSTANCES, for SYSTEM."
  (instances->manifest instances #:system system))

(define (channel-instances->derivation instances)
  "Return as a monadic value the derivation of the profile with INSTANCES."
  (instances->derivation instances))

(define* (latest-channel-derivation #:optional (channels %default-channels)
                                    #:key
                                    (current-channels '())
                                    (validate-pull ensure-forward-channel-update))
  "Return as a monadic value the derivation of the profile with the latest instances of CHANNELS."
  (lambda (store)
    (values (run-with-store store
              (channel-instances->derivation
               (latest-channel-instances store channels
                                         #:current-channels current-channels
                                         #:validate-pull validate-pull)))
            store)))

(define (manifest-entry-channel entry)
  "Return the channel that ENTRY of a profile's manifest is of, or #f."
  (entry->channel entry))

(define (profile-channels profile)
  "Return the channels of PROFILE, made by pulling; the empty list for another profile."
  (profile->channels profile))


;;;
;;; News.
;;;

(define-record-type <channel-news-entry>
  (make-channel-news-entry commit tag title body)
  channel-news-entry?
  (commit channel-news-entry-commit)               ;hexadecimal, or #f
  (tag channel-news-entry-tag)                     ;string or #f
  (title channel-news-entry-title)                 ;list of (LANGUAGE . TEXT)
  (body channel-news-entry-body))

(define (sexp->news-entry file)
  (define translations
    (match-lambda
      (((? symbol? language) (? string? text)) (cons (symbol->string language) text))
      (_ #f)))

  (lambda (sexp)
    (match sexp
      (('entry ((and type (or 'commit 'tag)) (? string? name))
               ('title titles ...)
               ('body bodies ...)
               _ ...)
       (=> next)
       (let ((titles (map translations titles))
             (bodies (map translations bodies)))
         (if (and (every identity titles) (every identity bodies))
             (make-channel-news-entry (and (eq? type 'commit) name) (and (eq? type 'tag) name) titles bodies)
             (next))))
      (_ (bad-file "invalid channel news entry" sexp file)))))

(define (read-news port)
  "Return the entries in the text from PORT."
  (define file (or (port-filename port) "news"))

  (match (false-if-exception (read port))
    (('channel-news ('version 0) entries ...) (map (sexp->news-entry file) entries))
    ;; Somebody will be able to read it.
    (('channel-news ('version _) _ ...) '())
    (#f (raise (condition (&message (message "syntactically invalid channel news file")))))
    (sexp (bad-file "invalid channel news file" sexp file))))

(define (with-commit repository entry)
  "Return ENTRY with the commit that its tag names in REPOSITORY."
  (if (channel-news-entry-commit entry)
      entry
      (let ((tag (channel-news-entry-tag entry)))
        (make-channel-news-entry
         (oid->string (reference-name->oid repository (string-append "refs/tags/" tag "^{commit}")))
         tag (channel-news-entry-title entry) (channel-news-entry-body entry)))))

(define* (channel-news-for-commit channel new #:optional old)
  "Return the news of CHANNEL at the commit NEW, only those since OLD if that is given."
  ;; A history that was rewritten has no news.
  (or (false-if-git-not-found
       (if (plain-directory (channel-url channel))
           '()
           (let* ((checkout (update-cached-checkout (channel-url channel) #:ref `(commit . ,new)))
                  (name     (channel-metadata-news-file (read-channel-metadata-from-source checkout)))
                  (file     (and name (string-append checkout "/" name))))
             (if (and file (file-exists? file))
                 (with-repository checkout repository
                   (let ((entries (map (cut with-commit repository <>)
                                       (call-with-input-file file read-news #:encoding "UTF-8"))))
                     (if old
                         (let ((commits (map (compose oid->string commit-id)
                                             (commit-difference (commit-lookup repository (string->oid new))
                                                                (commit-lookup repository (string->oid old))))))
                           (filter (lambda (entry) (member (channel-news-entry-commit entry) commits))
                                   entries))
                         entries)))
                 '()))))
      '()))
