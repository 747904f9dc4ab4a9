;;; Commentary:
;;;
;;; Packages of extensions that Chromium installs from the directories of its packages: the extension is signed with a
;;; key made for its name, and registered under the identifier that follows from the key.
;;; Interface: (gnu build chromium-extension) of GNU Guix 1.4.  The tools are those of the collection that asks.
;;;
;;; Code:

(define-module (gnu build chromium-extension)
  #:use-module (guix build-system trivial)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:autoload   (gnu packages) (specification->package)
  #:export (make-chromium-extension))

(define (tool name file)
  "Return the FILE of the package called NAME."
  (file-append (specification->package name) file))

(define (signing-key name)
  "Return the file of an RSA key, always the same for NAME."
  (computed-file
   (string-append name "-signing-key.pem")
   (with-extensions (list (specification->package "guile-gcrypt"))
     #~(let ((digest (begin
                       (use-modules (gcrypt hash) (gcrypt base16) (rnrs bytevectors))
                       (bytevector->base16-string (sha256 (string->utf8 #$name))))))
         ;; A provable key of 2048 bits has a seed of 28 bytes.
         (exit
          (zero? (system* #$(tool "gnutls" "/bin/certtool")
                          "--generate-privkey" "--key-type=rsa" "--bits=2048" "--pkcs8" "--password="
                          "--no-text" "--provable"
                          (string-append "--seed=" (substring digest 0 56))
                          "--outfile" #$output)))))
   #:local-build? #t))

(define (public-key key)
  "Return the file of the public half of KEY, a file, in DER."
  (computed-file
   "public-key.der"
   #~(exit
      (zero? (system* #$(tool "gnutls" "/bin/certtool")
                      "--pubkey-info" "--load-privkey" #$key "--outder" "--outfile" #$output)))
   #:local-build? #t))

(define (signed-extension package output key)
  "Return the file of OUTPUT of PACKAGE, an unpacked extension, packed and signed with KEY."
  (computed-file
   (string-append (package-name package) "-" (package-version package) ".crx")
   (with-imported-modules '((guix build utils))
     #~(begin
         (use-modules (guix build utils))
         (copy-recursively (ungexp package output) "extension" #:keep-mtime? #t)
         (invoke #+(tool "node-crx3" "/bin/crx3") "--keyPath" #$key "extension")
         (copy-file "extension.crx" #$output)))
   #:local-build? #t))

(define (registration crx version)
  "Return the file that tells Chromium of CRX."
  (computed-file
   "extension.json"
   #~(call-with-output-file #$output
       (lambda (port)
         (format port "{\"external_crx\": \"~a\", \"external_version\": \"~a\"}~%" #$crx #$version)))
   #:local-build? #t))

(define* (make-chromium-extension package* #:optional (output "out"))
  "Return a package that makes the extension in OUTPUT of PACKAGE*, unpacked, available to Chromium."
  (define key
    (signing-key (package-name package*)))

  (package
    (inherit package*)
    (name (string-append (package-name package*) "-chromium"))
    (source #f)
    (outputs '("out"))
    (inputs '())
    (native-inputs '())
    (propagated-inputs '())
    (build-system trivial-build-system)
    (arguments
     (list #:modules '((guix build utils))
           #:builder
           (with-extensions (list (specification->package "guile-gcrypt"))
             #~(begin
                 (use-modules (guix build utils) (gcrypt hash) (gcrypt base16))
                 ;; The identifier: the first half of the key's hash, with the letters a to p as digits.
                 (let ((directory (string-append #$output "/share/chromium/extensions"))
                       (identifier (string-map (lambda (digit)
                                                 (integer->char
                                                  (+ (char->integer #\a)
                                                     (string->number (string digit) 16))))
                                               (substring (bytevector->base16-string
                                                           (file-sha256 #$(public-key key)))
                                                          0 32))))
                   (mkdir-p directory)
                   (symlink #$(registration (signed-extension package* output key)
                                            (package-version package*))
                            (string-append directory "/" identifier ".json")))))))))
