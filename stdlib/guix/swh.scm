;;; Commentary:
;;;
;;; Software Heritage, the archive of source code: looking up what it has, asking it to save repositories, and taking
;;; directories and repositories out of it.  API: <https://archive.softwareheritage.org/api/>.
;;; Interface: (guix swh) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix swh)
  #:use-module (guix base16)
  #:use-module ((guix build utils) #:select (copy-recursively delete-file-recursively dump-port))
  #:use-module (json)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 regex)
  #:use-module (web client)
  #:use-module (web response)
  #:use-module (web uri)
  #:export (%swh-base-url
            %verify-swh-certificate?
            %allow-request?

            request-rate-limit-reached?

            origin?
            origin-type
            origin-url
            origin-visits
            lookup-origin

            visit?
            visit-date
            visit-origin
            visit-url
            visit-snapshot-url
            visit-status
            visit-number
            visit-snapshot

            snapshot?
            snapshot-id
            snapshot-branches
            lookup-snapshot-branch

            branch?
            branch-name
            branch-target

            release?
            release-id
            release-name
            release-message
            release-target

            revision?
            revision-id
            revision-date
            revision-directory
            lookup-revision
            lookup-origin-revision

            content?
            content-checksums
            content-data-url
            content-length
            lookup-content

            directory-entry?
            directory-entry-name
            directory-entry-type
            directory-entry-checksums
            directory-entry-length
            directory-entry-permissions
            directory-entry-target
            lookup-directory

            save-reply?
            save-reply-origin-url
            save-reply-origin-type
            save-reply-request-date
            save-reply-request-status
            save-reply-task-status
            save-origin
            save-origin-status

            vault-reply?
            vault-reply-id
            vault-reply-fetch-url
            vault-reply-progress-message
            vault-reply-status
            vault-reply-swhid
            query-vault
            request-cooking
            vault-fetch

            commit-id?

            swh-download-directory
            swh-download))

(define (call-with-temporary-directory proc)
  "Call PROC with the name of a directory that is removed afterwards.  Builders use this module, and they have no
(guix utils)."
  (let ((directory (mkdtemp (string-append (or (getenv "TMPDIR") "/tmp") "/swh.XXXXXX"))))
    (dynamic-wind
      (const #t)
      (lambda () (proc directory))
      (lambda () (false-if-exception (delete-file-recursively directory))))))

(define %swh-base-url
  (make-parameter "https://archive.softwareheritage.org"))

(define %verify-swh-certificate?
  ;; Whether the archive has to prove who it is.
  (make-parameter #t))

(define %swh-token
  ;; That of an account, with which more requests are allowed, or #f.
  (make-parameter (and=> (getenv "GUIX_SWH_TOKEN") string->symbol)))

(define %allow-request?
  ;; Called with an address and a procedure, `get' or `post', before each request, which is not made if it returns #f.
  (make-parameter (const #t)))


;;; Requests.

(define (swh-url path . components)
  "Return the address of PATH, which may be a whole address already, and COMPONENTS."
  (let ((url (string-append (if (string-prefix? "/" path)
                                (string-append (%swh-base-url) path)
                                path)
                            (string-join components "/" 'prefix))))
    ;; Without the slash, the server would redirect to the address with it.
    (if (string-suffix? "/" url)
        url
        (string-append url "/"))))

(define (get url . options)
  (apply http-request url #:method 'GET options))

(define (post url . options)
  (apply http-request url #:method 'POST options))

;; Until when, in seconds of the epoch, requests are refused: those to save something, and all others.
(define %save-rate-limit-reset-time 0)
(define %general-rate-limit-reset-time 0)

(define (request-to-save? url method)
  (and (eq? method post)
       (string-prefix? "/api/1/origin/save/" (uri-path (string->uri url)))))

(define (request-rate-limit-reached? url method)
  "Return true if a request for URL by METHOD would be refused, because there were too many."
  (< (car (gettimeofday))
     (if (request-to-save? url method)
         %save-rate-limit-reset-time
         %general-rate-limit-reset-time)))

(define (header-number response name)
  (and=> (assq-ref (response-headers response) name) string->number))

(define (note-rate-limit url method response)
  "Remember until when RESPONSE says that requests like that for URL by METHOD are refused."
  (let ((reset (header-number response 'x-ratelimit-reset)))
    (when reset
      (if (request-to-save? url method)
          (set! %save-rate-limit-reset-time reset)
          (set! %general-rate-limit-reset-time reset)))))

(define (send url method)
  "Return the response for URL by METHOD, and a port for its body."
  (method url #:streaming? #t
          #:verify-certificate? (%verify-swh-certificate?)
          #:headers (match (%swh-token)
                      (#f '())
                      (token `((authorization . (Bearer ,token)))))))

(define* (call url decode #:optional (method get))
  "Return what DECODE returns for a port with the answer to a request for URL by METHOD; #f when there is nothing, or the request
is not allowed.  Throw to `swh-error' when it is refused or fails."
  (and ((%allow-request?) url method)
       (call-with-values (lambda () (send url method))
         (lambda (response port)
           (define (fail)
             (close-port port)
             (throw 'swh-error url method response))

           (when (eqv? 0 (header-number response 'x-ratelimit-remaining))
             (note-rate-limit url method response)
             (fail))
           (case (response-code response)
             ((200)
              (let ((result (decode port)))
                (close-port port)
                result))
             ((404)
              (close-port port)
              #f)
             (else (fail)))))))


;;; Values of JSON.

(define %date-rx
  ;; As "2018-09-30T23:20:07.815449+00:00".
  (make-regexp (string-append "^([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})"
                              "(\\.[0-9]+)?([+-])([0-9]{2}):([0-9]{2})$")))

(define (string->date* text)
  "Return the date that TEXT is, or TEXT itself if it is none."
  (match (regexp-exec %date-rx text)
    (#f text)
    (m
     (define (number group)
       (string->number (match:substring m group)))

     (make-date (match (match:substring m 7)
                  (#f 0)
                  (fraction (inexact->exact (floor (* 1e9 (string->number (string-append "0" fraction)))))))
                (number 6) (number 5) (number 4)
                (number 3) (number 2) (number 1)
                (* (if (string=? "-" (match:substring m 8)) -1 1)
                   (+ (* 3600 (number 9)) (* 60 (number 10))))))))

(define (if-any proc)
  "Return a procedure that returns #f for no value and what PROC returns for others."
  (lambda (value)
    (and value
         (not (memq value '(null ())))
         (not (unspecified? value))
         (proc value))))

(define (json->checksums value)
  (map (match-lambda
         ((algorithm . hash) (cons algorithm (base16-string->bytevector hash))))
       value))

(define (json->branches value)
  (map (match-lambda
         ((name . properties)
          (make-branch name
                       (string->symbol (assoc-ref properties "target_type"))
                       (assoc-ref properties "target_url"))))
       value))

(define-json-mapping <origin> make-origin origin?
  json->origin
  (visits-url origin-visits-url "origin_visits_url")
  (type       origin-type)
  (url        origin-url))

(define-json-mapping <visit> make-visit visit?
  json->visit
  (date         visit-date "date" string->date*)
  (origin       visit-origin)
  (url          visit-url "origin_visit_url")
  (snapshot-url visit-snapshot-url "snapshot_url" (if-any identity))
  (status       visit-status "status" string->symbol)   ;full | partial | ongoing
  (number       visit-number "visit"))

(define-json-mapping <snapshot> make-snapshot snapshot?
  json->snapshot
  (id       snapshot-id)
  (branches snapshot-branches "branches" json->branches))

(define-record-type <branch>
  (make-branch name target-type target-url)
  branch?
  (name        branch-name)
  (target-type branch-target-type)      ;release | revision
  (target-url  branch-target-url))

(define-json-mapping <release> make-release release?
  json->release
  (id          release-id)
  (name        release-name)
  (message     release-message)
  (target-type release-target-type "target_type" string->symbol)
  (target-url  release-target-url "target_url"))

(define-json-mapping <revision> make-revision revision?
  json->revision
  (id            revision-id)
  (date          revision-date "date" (if-any string->date*))
  (directory     revision-directory)
  (directory-url revision-directory-url "directory_url"))

(define-json-mapping <content> make-content content?
  json->content
  (checksums content-checksums "checksums" json->checksums)
  (data-url  content-data-url "data_url")
  (length    content-length))

(define-json-mapping <directory-entry> make-directory-entry directory-entry?
  json->directory-entry
  (name        directory-entry-name)
  (type        directory-entry-type "type"
               (match-lambda
                 ("dir" 'directory)
                 (type (string->symbol type))))
  (checksums   directory-entry-checksums "checksums" (if-any json->checksums))
  (length      directory-entry-length)
  (permissions directory-entry-permissions "perms")
  (target-url  directory-entry-target-url "target_url"))

(define-json-mapping <save-reply> make-save-reply save-reply?
  json->save-reply
  (origin-url     save-reply-origin-url "origin_url")
  (origin-type    save-reply-origin-type "origin_type")
  (request-date   save-reply-request-date "save_request_date" string->date*)
  (request-status save-reply-request-status "save_request_status" string->symbol)
  (task-status    save-reply-task-status "save_task_status"
                  (lambda (status)
                    (string->symbol (string-map (lambda (char) (if (char=? char #\space) #\- char))
                                                status)))))

(define-json-mapping <vault-reply> make-vault-reply vault-reply?
  json->vault-reply
  (id               vault-reply-id)
  (fetch-url        vault-reply-fetch-url "fetch_url")
  (progress-message vault-reply-progress-message "progress_message")
  (status           vault-reply-status "status" string->symbol)
  (swhid            vault-reply-swhid))

(define (json->list json->element)
  "Return a procedure from a port with a JSON array to the list of what JSON->ELEMENT makes of its elements."
  (lambda (port)
    (map json->element (vector->list (json->scm port)))))


;;; Queries.

(define (lookup-origin url)
  "Return what is known of the repository, or whatever it is, at URL, or #f."
  (call (swh-url "/api/1/origin" url "get") json->origin))

(define (lookup-content hash type)
  "Return the file with HASH, a bytevector, of TYPE, such as \"sha256\", or #f."
  (call (swh-url "/api/1/content" (string-append type ":" (bytevector->base16-string hash)))
        json->content))

(define (lookup-revision id)
  "Return the revision, of Git as a rule, called ID, or #f."
  (call (swh-url "/api/1/revision" id) json->revision))

(define (lookup-directory id)
  "Return the list of the entries of the directory called ID, or #f."
  (call (swh-url "/api/1/directory" id) (json->list json->directory-entry)))

(define (origin-visits origin)
  "Return the list of the visits of ORIGIN."
  (call (swh-url (origin-visits-url origin)) (json->list json->visit)))

(define (visit-snapshot visit)
  "Return what VISIT found, or #f."
  (and=> (visit-snapshot-url visit)
         (lambda (url) (call (swh-url url) json->snapshot))))

(define (branch-called name branches)
  (find (lambda (branch) (string=? name (branch-name branch))) branches))

(define (lookup-snapshot-branch snapshot name)
  "Return the branch of SNAPSHOT called NAME, or #f."
  (or (branch-called name (snapshot-branches snapshot))
      ;; SNAPSHOT has the first branches only.  A page that begins with NAME is the way to ask for it.
      (let ((page (call (string-append (swh-url "/api/1/snapshot" (snapshot-id snapshot))
                                       "?branches_count=1&branches_from=" (uri-encode name))
                        json->snapshot)))
        (and page
             (branch-called name (snapshot-branches page))))))

(define (branch-target branch)
  "Return the release or the revision that BRANCH is at."
  (call (swh-url (branch-target-url branch))
        (match (branch-target-type branch)
          ('release json->release)
          ('revision json->revision))))

(define (release-target release)
  "Return the revision that RELEASE is of."
  (match (release-target-type release)
    ('revision (call (swh-url (release-target-url release)) json->revision))))

(define (lookup-origin-revision url tag)
  "Return the revision that TAG named when the repository at URL was last visited, or #f."
  (define (snapshot-revision snapshot)
    (match (any (lambda (name) (branch-called name (snapshot-branches snapshot)))
                ;; Of Git, of Mercurial.
                (list (string-append "refs/tags/" tag) tag))
      (#f #f)
      (branch
       (match (branch-target branch)
         ((? release? release) (release-target release))
         (revision revision)))))

  (match (lookup-origin url)
    (#f #f)
    (origin
     (match (find (lambda (visit)
                    (and (visit-snapshot-url visit)
                         (eq? 'full (visit-status visit))))
                  (or (origin-visits origin) '()))
       (#f #f)
       (visit (and=> (visit-snapshot visit) snapshot-revision))))))

(define (directory-entry-target entry)
  "Return what ENTRY of a directory is: the list of its entries, or a file."
  (call (swh-url (directory-entry-target-url entry))
        (match (directory-entry-type entry)
          ('file json->content)
          ('directory (json->list json->directory-entry)))))

(define* (save-origin url #:optional (type "git"))
  "Ask for what is at URL, a repository of TYPE, to be saved."
  (call (swh-url "/api/1/origin/save" type "url" url) json->save-reply post))

(define (save-origin-status url type)
  "Return what became of the request to save what is at URL, of TYPE."
  (call (swh-url "/api/1/origin/save" type "url" url) json->save-reply))


;;; The vault, which makes archives of what is asked for.

(define (vault-url id kind archive-type)
  "Return the address for the archive of ARCHIVE-TYPE of ID: an SWHID, or, with KIND, the name of a directory or a revision."
  (swh-url "/api/1/vault" (symbol->string archive-type)
           (match kind
             (#f id)
             ('directory (string-append "swh:1:dir:" id))
             ('revision (string-append "swh:1:rev:" id)))))

(define* (query-vault id #:optional kind #:key (archive-type 'flat))
  "Return what the vault says about ID, an SWHID, or #f if it was not asked for it.  ARCHIVE-TYPE is `flat', for a directory,
or `git-bare', for a repository.  KIND, `directory' or `revision', is for names that are no SWHIDs."
  (call (vault-url id kind archive-type) json->vault-reply))

(define* (request-cooking id #:optional kind #:key (archive-type 'flat))
  "Ask the vault for an archive of ID.  Arguments are those of `query-vault'."
  (call (vault-url id kind archive-type) json->vault-reply post))

(define* (vault-fetch id #:optional kind #:key (archive-type 'flat) (log-port (current-error-port)))
  "Return a port with the archive of ID, made if there is none, which may take minutes; #f if there is no such thing.  Arguments
are those of `query-vault'; LOG-PORT is told what happens."
  (define (ask)
    (request-cooking id kind #:archive-type archive-type))

  (define (fetch url)
    (call-with-values (lambda () (send (swh-url url) get))
      (lambda (response port)
        (if (= 200 (response-code response))
            port
            (begin
              (close-port port)
              #f)))))

  (let loop ((reply (or (query-vault id kind #:archive-type archive-type)
                        (ask))))
    (match (and reply (vault-reply-status reply))
      (#f #f)
      ('done (fetch (vault-reply-fetch-url reply)))
      ('failed
       (format log-port "SWH vault: failure: ~a~%SWH vault: retrying...~%"
               (vault-reply-progress-message reply))
       (loop (ask)))
      (status
       (when (eq? status 'new)
         (format log-port "SWH vault: requested bundle cooking, waiting for completion...~%"))
       (match (vault-reply-progress-message reply)
         ((? string? message) (format log-port "SWH vault: ~a~%" message))
         (_ #f))
       ;; The number of requests in an hour is limited.
       (sleep (if (eq? status 'new) 60 30))
       (loop (query-vault id kind #:archive-type archive-type))))))


;;; Downloads.

(define (unpack port directory archive-type)
  "Unpack the archive that PORT has into DIRECTORY."
  (let ((tar (open-pipe* OPEN_WRITE "tar" "-C" directory
                         (match archive-type
                           ('flat "-xzvf")
                           ('git-bare "-xvf"))
                         "-")))
    (dump-port port tar)
    (close-port port)
    (let ((status (close-pipe tar)))
      (unless (zero? status)
        (error "tar extraction failure" status)))))

(define (download-archive swhid output archive-type log-port)
  "Unpack what is called SWHID to OUTPUT and return #t, or #f if it is not to be had."
  (match (vault-fetch swhid #:archive-type archive-type #:log-port log-port)
    (#f
     (format log-port "SWH: object ~a could not be fetched from the vault~%" swhid)
     #f)
    (port
     (call-with-temporary-directory
      (lambda (directory)
        (unpack port directory archive-type)
        (match (scandir directory (lambda (name) (not (member name '("." "..")))))
          ((name)
           (copy-recursively (string-append directory "/" name) output
                             #:log (%make-void-port "w"))
           #t)))))))

(define* (swh-download-directory id output #:key (log-port (current-error-port)))
  "Put the directory called ID into OUTPUT and return #t, or #f when that fails."
  (download-archive (string-append "swh:1:dir:" id) output 'flat log-port))

(define (commit-id? reference)
  "Return true if REFERENCE looks like the name of a commit rather than a tag."
  (and (= 40 (string-length reference))
       (string-every char-set:hex-digit reference)))

(define* (swh-download url reference output #:key (archive-type 'flat) (log-port (current-error-port)))
  "Put what the repository at URL had at REFERENCE, a tag or a commit, into OUTPUT, or with ARCHIVE-TYPE `git-bare' the
repository, and return #t; #f when that fails.  It may take minutes."
  (match (if (commit-id? reference)
             (lookup-revision reference)
             (lookup-origin-revision url reference))
    (#f
     (format log-port "SWH: revision ~s originating from ~a could not be found~%" reference url)
     #f)
    (revision
     (format log-port "SWH: found revision ~a with directory at '~a'~%"
             (revision-id revision) (swh-url (revision-directory-url revision)))
     (download-archive (match archive-type
                         ('flat (string-append "swh:1:dir:" (revision-directory revision)))
                         ('git-bare (string-append "swh:1:rev:" (revision-id revision))))
                       output archive-type log-port))))
