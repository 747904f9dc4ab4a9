;;; Commentary:
;;;
;;; Verifying detached OpenPGP signatures with GnuPG.  Interface: (guix gnupg) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix gnupg)
  #:use-module (guix store places)
  #:use-module (guix i18n)
  #:use-module ((guix utils) #:select (config-directory))
  #:use-module ((guix build utils) #:select (mkdir-p))
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:export (%gpg-command
            %openpgp-key-server
            current-keyring
            gnupg-verify
            gnupg-verify*
            gnupg-status-good-signature?
            gnupg-status-missing-key?))

(define %gpg-command
  ;; The program of GnuPG that fetches keys.
  (make-parameter (or (getenv "GUIX_GPG_COMMAND") "gpg")))

(define %gpgv-command
  ;; The one that verifies.
  (make-parameter (or (getenv "GUIX_GPGV_COMMAND") "gpgv")))

(define %openpgp-key-server
  ;; Where keys are fetched from, or #f for GnuPG's default.
  (make-parameter #f))

(define current-keyring
  ;; The file of trusted keys.
  (make-parameter (string-append (config-directory #:ensure? #f) "/gpg/trustedkeys.kbx")))

(define (parse-status line)
  "Return the list that LINE, of GnuPG's status output, says; see doc/DETAILS in its source."
  (define (user words) (string-join words))
  (match (string-tokenize line)
    (("[GNUPG:]" "SIG_ID" id date time . _)
     `(signature-id ,id ,date ,(string->number time)))
    (("[GNUPG:]" "GOODSIG" key . user-id) `(good-signature ,key ,(user user-id)))
    (("[GNUPG:]" "VALIDSIG" fingerprint date time . _)
     `(valid-signature ,fingerprint ,date ,(string->number time)))
    (("[GNUPG:]" "EXPKEYSIG" key . user-id) `(expired-key-signature ,key ,(user user-id)))
    (("[GNUPG:]" "ERRSIG" key public-key hash class time code . rest)
     `(signature-error ,key ,(string->number public-key) ,(string->number hash)
                       ,(string->number class 16) ,(string->number time)
                       ,(match (string->number code)
                          (9 'missing-key)
                          (4 'unknown-algorithm)
                          (other other))
                       ,(match rest
                          ((fingerprint) fingerprint)
                          (_ #f))))
    (_ `(unparsed-line ,line))))

(define* (gnupg-verify sig file #:optional (keyring (current-keyring)))
  "Verify that SIG is a signature of FILE by a key of KEYRING.  Return a list of status lists."
  (define (keyring-file)
    (unless (file-exists? keyring)
      (mkdir-p (dirname keyring))
      (close-port (open-file keyring "a")))
    keyring)

  (let* ((pipe (open-pipe* OPEN_READ (%gpgv-command) "--status-fd=1"
                           "--keyring" (keyring-file)
                           ;; They may be in the store.
                           (place-of-item sig) (place-of-item file)))
         (status (let loop ((lines '()))
                   (match (read-line pipe)
                     ((? eof-object?) (reverse lines))
                     (line (loop (cons (parse-status line) lines)))))))
    ;; The status lines tell more than the exit code.
    (close-pipe pipe)
    status))

(define (gnupg-status-good-signature? status)
  "If STATUS, of `gnupg-verify', means a good signature, return a pair of the key's fingerprint and user."
  (match (find (lambda (entry) (memq (car entry) '(good-signature expired-key-signature))) status)
    ((_ key user)
     (match (assq 'valid-signature status)
       ((_ fingerprint _ ...) (cons fingerprint user))
       (_ #f)))
    (_ #f)))

(define (gnupg-status-missing-key? status)
  "If STATUS means that the key is missing, return its fingerprint or identifier."
  (any (match-lambda
         (('signature-error key _ _ _ _ 'missing-key fingerprint) (or fingerprint key))
         (_ #f))
       status))

(define* (gnupg-receive-keys fingerprint server #:optional (keyring (current-keyring)))
  "Fetch the key with FINGERPRINT from SERVER into KEYRING; return true on success."
  (mkdir-p (dirname keyring))
  (zero? (apply system* (%gpg-command) `(,@(if server `("--keyserver" ,server) '())
                                         "--no-default-keyring" "--keyring" ,keyring
                                         "--recv-keys" ,fingerprint))))

(define* (gnupg-verify* sig file #:key
                        (key-download 'interactive) (server (%openpgp-key-server))
                        (keyring (current-keyring)))
  "Like `gnupg-verify', but fetch a missing key when KEY-DOWNLOAD, `interactive', `always' or `never', says so.
Return two values: one of `valid-signature', `invalid-signature' and `missing-key', and the user's pair or the key."
  (define (download? key)
    (match key-download
      ('always #t)
      ('never #f)
      ('interactive
       (format #t (G_ "Would you like to add this key to keyring '~a'?~%") keyring)
       (match (read-line)
         ((? string? answer) (member (string-downcase answer) '("y" "yes")))
         (_ #f)))))

  (let ((status (gnupg-verify sig file keyring)))
    (match (gnupg-status-good-signature? status)
      ((? pair? signer) (values 'valid-signature signer))
      (_
       (let ((missing (gnupg-status-missing-key? status)))
         (cond ((not missing) (values 'invalid-signature #f))
               ((and (download? missing) (gnupg-receive-keys missing server keyring))
                (match (gnupg-status-good-signature? (gnupg-verify sig file keyring))
                  (#f (values 'invalid-signature missing))
                  (signer (values 'valid-signature signer))))
               (else (values 'missing-key missing))))))))
