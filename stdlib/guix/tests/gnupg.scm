;;; Commentary:
;;;
;;; Keys for tests, which lie in tests/keys below a directory of the load path, and GnuPG with only them.
;;; Interface: (guix tests gnupg) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix tests gnupg)
  #:use-module (guix openpgp)
  #:use-module (guix utils)
  #:use-module ((guix build utils) #:select (invoke))
  #:use-module (ice-9 binary-ports)
  #:export (gpg-command
            gpgconf-command
            with-fresh-gnupg-setup

            %ed25519-public-key-file %ed25519-secret-key-file
            %ed25519-2-public-key-file %ed25519-2-secret-key-file
            %ed25519-3-public-key-file %ed25519-3-secret-key-file

            read-openpgp-packet
            key-fingerprint
            key-fingerprint-vector
            key-id))

(define gpg-command (make-parameter "gpg"))
(define gpgconf-command (make-parameter "gpgconf"))

(define (call-with-keys files thunk)
  "Call THUNK while GnuPG has the keys of FILES and no others."
  (call-with-temporary-directory
   (lambda (home)
     (with-environment-variables `(("GNUPGHOME" ,home))
       (for-each (lambda (file) (invoke (gpg-command) "--quiet" "--batch" "--import" file))
                 files)
       (dynamic-wind
         (const #t)
         thunk
         (lambda () (invoke (gpgconf-command) "--kill" "all")))))))

(define-syntax-rule (with-fresh-gnupg-setup files exp ...)
  ;; Evaluate EXP while GnuPG has the keys of FILES and no others.
  (call-with-keys files (lambda () exp ...)))

(define-syntax-rule (define-key-files (name file) ...)
  (begin
    (define name (search-path %load-path (string-append "tests/keys/" file))) ...))

(define-key-files
  (%ed25519-public-key-file "ed25519.pub")
  (%ed25519-secret-key-file "ed25519.sec")
  (%ed25519-2-public-key-file "ed25519-2.pub")
  (%ed25519-2-secret-key-file "ed25519-2.sec")
  (%ed25519-3-public-key-file "ed25519-3.pub")
  (%ed25519-3-secret-key-file "ed25519-3.sec"))

(define (read-openpgp-packet file)
  "Return the first packet of the block of text in FILE."
  (get-openpgp-packet (open-bytevector-input-port (call-with-input-file file read-radix-64))))

(define (key-fingerprint-vector file)
  "Return the fingerprint of the key in FILE."
  (openpgp-public-key-fingerprint (read-openpgp-packet file)))

(define (key-fingerprint file)
  "Return the fingerprint of the key in FILE as people read it."
  (openpgp-format-fingerprint (key-fingerprint-vector file)))

(define (key-id file)
  "Return the number of the key in FILE."
  (openpgp-public-key-id (read-openpgp-packet file)))
