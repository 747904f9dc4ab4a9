;;; Commentary:
;;;
;;; Whether the commits of a repository were made by those who may: each is signed by a key that the file
;;; `.guix-authorizations' of all its parents lists, from an introductory commit on, whose signer is known beforehand.
;;; Interface: (guix git-authenticate) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix git-authenticate)
  #:use-module (git)
  #:use-module (guix base16)
  #:use-module (guix diagnostics)
  #:use-module (guix git)
  #:use-module (guix openpgp)
  #:use-module (guix utils)
  #:use-module ((guix build utils) #:select (mkdir-p))
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 iconv)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:export (read-authorizations
            commit-signing-key
            commit-authorized-keys
            authenticate-commit
            authenticate-commits
            load-keyring-from-reference
            previously-authenticated-commits
            cache-authenticated-commit
            repository-cache-key
            authenticate-repository

            git-authentication-error? git-authentication-error-commit
            unsigned-commit-error?
            unauthorized-commit-error? unauthorized-commit-error-signing-key
            signature-verification-error? signature-verification-error-signature
            signature-verification-error-keyring
            missing-key-error? missing-key-error-signature))

(define-condition-type &git-authentication-error &error
  git-authentication-error?
  (commit git-authentication-error-commit))

(define-condition-type &unsigned-commit-error &git-authentication-error
  unsigned-commit-error?)

(define-condition-type &unauthorized-commit-error &git-authentication-error
  unauthorized-commit-error?
  (signing-key unauthorized-commit-error-signing-key))

(define-condition-type &signature-verification-error &git-authentication-error
  signature-verification-error?
  (signature signature-verification-error-signature)
  (keyring signature-verification-error-keyring))

(define-condition-type &missing-key-error &git-authentication-error
  missing-key-error?
  (signature missing-key-error-signature))

(define (with-message condition text . arguments)
  (make-compound-condition condition
                           (make-condition &formatted-message 'format text 'arguments arguments)))


;;;
;;; Signatures.
;;;

(define (load-keyring-from-reference repository reference)
  "Return the keys in the files `*.key' at REFERENCE of REPOSITORY, a branch,."
  (define git-directory (string-append "--git-dir=" (repository-directory repository)))
  (define commit
    (catch 'git-error
      (lambda () (git-output git-directory "rev-parse" "--verify" "--quiet" (string-append reference "^{commit}")))
      (lambda _
        (throw-git-error (string-append "cannot find the branch '" reference "', which has the keys of the channel")
                         #:code GIT_ENOTFOUND))))

  (define (content file)
    (blob-content
     (blob-lookup repository
                  (tree-entry-id
                   (tree-entry-bypath (commit-tree (commit-lookup repository (string->oid commit))) file)))))

  (define (add-keys file keyring)
    (let ((port (open-bytevector-input-port (content file))))
      (get-openpgp-keyring (if (port-ascii-armored? port)
                               (open-bytevector-input-port (read-radix-64 port))
                               port)
                           keyring)))

  (fold add-keys %empty-keyring
        (filter (lambda (file) (string-suffix? ".key" file))
                (git-lines git-directory "ls-tree" "--name-only" commit))))

(define* (commit-signing-key repository commit-id keyring #:key (disallowed-hash-algorithms '(md5 sha1)))
  "Return the key of KEYRING that signed the commit COMMIT-ID of REPOSITORY; raise an error when no key did."
  (define id (oid->string commit-id))

  (define-values (signature text)
    (catch 'git-error
      (lambda () (commit-extract-signature repository commit-id))
      (lambda _
        (raise (with-message (make-condition &unsigned-commit-error 'commit commit-id)
                             "commit ~a lacks a signature~%" id)))))

  (define (bad packet)
    (raise (with-message (make-condition &signature-verification-error
                                         'commit commit-id 'signature packet 'keyring keyring)
                         "signature verification failed for commit ~a~%" id)))

  (let ((packet (guard (c ((openpgp-error? c) (bad signature)))
                  (string->openpgp-packet signature))))
    (unless (openpgp-signature? packet)
      (bad packet))
    (when (memq (openpgp-signature-hash-algorithm packet) disallowed-hash-algorithms)
      (raise (with-message (make-condition &unsigned-commit-error 'commit commit-id)
                           "commit ~a has a ~a signature, which is not permitted~%"
                           id (openpgp-signature-hash-algorithm packet))))
    (call-with-values (lambda () (verify-openpgp-signature packet keyring (bytes-port text)))
      (match-lambda*
        (('good-signature key) key)
        (('missing-key key)
         (raise (with-message (make-condition &missing-key-error 'commit commit-id 'signature packet)
                              "could not authenticate commit ~a: key ~a is missing~%"
                              id
                              (if (bytevector? key)
                                  (openpgp-format-fingerprint key)
                                  (number->string key 16)))))
        (_ (bad packet))))))

(define (bytes-port text)
  "Return a port that gives the bytes that TEXT, a string of characters below 256, stands for."
  (open-bytevector-input-port (string->bytevector text "ISO-8859-1")))


;;;
;;; Authorizations.
;;;

(define %authorizations-file ".guix-authorizations")

(define (read-authorizations port)
  "Return the fingerprints, bytevectors, that the text from PORT lists."
  (match (read port)
    (('authorizations ('version 0) (((? string? fingerprints) _ ...) ...) _ ...)
     (map (lambda (text)
            (base16-string->bytevector (string-downcase (string-filter char-set:hex-digit text))))
          fingerprints))
    (_ (raise (condition (&message (message "invalid '.guix-authorizations' file")))))))

(define (authorizations-of repository commit)
  "Return the fingerprints that COMMIT lists, or #f when it has no such list."
  (and=> (false-if-git-not-found
          (tree-entry-bypath (commit-tree commit) %authorizations-file))
         (lambda (entry)
           (call-with-input-string (utf8->string (blob-content (blob-lookup repository (tree-entry-id entry))))
             read-authorizations))))

(define* (commit-authorized-keys repository commit #:optional (default-authorizations '()))
  "Return the fingerprints of those who may sign COMMIT: those that all its parents list."
  (define (authorizations parent)
    (or (authorizations-of repository parent)
        (begin
          ;; Without the list anybody who is authorized by default could go on.
          (when (any (cut authorizations-of repository <>) (commit-parents parent))
            (raise (with-message (make-condition &unauthorized-commit-error
                                                 'commit (commit-id parent) 'signing-key #f)
                                 "commit ~a attempts to remove '.guix-authorizations' file~%"
                                 (oid->string (commit-id parent)))))
          default-authorizations)))

  (match (map authorizations (commit-parents commit))
    (() default-authorizations)
    (lists (apply lset-intersection bytevector=? lists))))

(define* (authenticate-commit repository commit keyring #:key (default-authorizations '()))
  "Return the key that signed COMMIT; raise an error unless it was authorized to."
  (define id (commit-id commit))
  (define key (commit-signing-key repository id keyring))

  (unless (member (openpgp-public-key-fingerprint key)
                  (commit-authorized-keys repository commit default-authorizations))
    (raise (with-message (make-condition &unauthorized-commit-error 'commit id 'signing-key key)
                         "commit ~a not signed by an authorized key: ~a~%" (oid->string id)
                         (openpgp-format-fingerprint (openpgp-public-key-fingerprint key)))))
  key)

(define* (authenticate-commits repository commits #:key (default-authorizations '()) (keyring-reference "keyring")
                               (keyring (load-keyring-from-reference repository keyring-reference)))
  "Authenticate COMMITS; return a list of (KEY . NUMBER-OF-COMMITS)."
  (fold (lambda (commit statistics)
          (let ((key (authenticate-commit repository commit keyring
                                          #:default-authorizations default-authorizations)))
            (match (assq key statistics)
              (#f (acons key 1 statistics))
              ((_ . number) (acons key (+ 1 number) (alist-delete key statistics eq?))))))
        '() commits))


;;;
;;; What was authenticated before.
;;;

(define (cache-file key)
  (string-append (cache-directory #:ensure? #f) "/authentication/" key))

(define (previously-authenticated-commits key)
  "Return the commits that were authenticated under KEY before."
  (let ((file (cache-file key)))
    (if (file-exists? file)
        (match (call-with-input-file file read)
          (((? string? commits) ...) commits)
          (_ '()))
        '())))

(define (cache-authenticated-commit key commit-id)
  "Note under KEY that COMMIT-ID, a string, is authentic."
  (let ((file    (cache-file key))
        (commits (delete-duplicates (cons commit-id (previously-authenticated-commits key)))))
    (mkdir-p (dirname file))
    (with-atomic-file-output file
      (lambda (port)
        (write (take commits (min 200 (length commits))) port)))))

(define (repository-cache-key repository)
  "Return the key of what is known of REPOSITORY."
  (string-append "checkouts/" (basename (url-cache-directory (repository-directory repository)))))

(define* (authenticate-repository repository start signer
                                  #:key
                                  (keyring-reference "keyring")
                                  (cache-key (repository-cache-key repository))
                                  (end (reference-target (repository-head repository)))
                                  (authentic-commits '())
                                  (historical-authorizations '())
                                  make-reporter)
  "Authenticate the commits of REPOSITORY from START, which SIGNER, a fingerprint, has to have signed, up to END, except
those that AUTHENTIC-COMMITS and what was authenticated before lead to."
  (define start-commit (commit-lookup repository start))
  (define end-commit (commit-lookup repository end))
  (define keyring (load-keyring-from-reference repository keyring-reference))
  (define key (commit-signing-key repository start keyring))

  (define fingerprint (openpgp-public-key-fingerprint key))

  (unless (bytevector=? fingerprint signer)
    (raise (formatted-message "initial commit ~a is signed by '~a' instead of '~a'"
                              (oid->string start)
                              (openpgp-format-fingerprint fingerprint)
                              (openpgp-format-fingerprint signer))))
  (unless (commit-descendant? end-commit (list start-commit))
    (raise (formatted-message "commit ~a is not a descendant of introductory commit ~a"
                              (oid->string end) (oid->string start))))
  (let* ((known   (filter-map (lambda (id)
                                (false-if-git-not-found (commit-lookup repository (string->oid id))))
                              (append authentic-commits (previously-authenticated-commits cache-key))))
         (commits (commit-difference end-commit start-commit known)))
    (unless (null? commits)
      (format (current-error-port) "Authenticating ~a commits...~%" (length commits)))
    (let ((statistics (authenticate-commits repository commits
                                            #:default-authorizations historical-authorizations
                                            #:keyring keyring)))
      (cache-authenticated-commit cache-key (oid->string end))
      statistics)))
