;;; Commentary:
;;;
;;; Checksums of crates, as Cargo keeps them beside vendored sources.
;;; Interface: (guix build cargo-utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build cargo-utils)
  #:use-module (guix build utils)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (srfi srfi-1)
  #:export (generate-checksums
            generate-all-checksums))

(define (file-sha256 file)
  "Return the SHA256 hash of FILE in hexadecimal."
  (let* ((port (open-pipe* OPEN_READ "sha256sum" "--" file))
         (hash (read-delimited " " port)))
    (close-pipe port)
    hash))

(define (generate-checksums dir-name)
  "Write the file `.cargo-checksum.json' in DIR-NAME, with the checksum of each file in DIR-NAME and below."
  (define (relative file)
    (string-drop file (+ 1 (string-length dir-name))))

  (define (write-entry file port)
    (write (relative file) port)
    (display ":" port)
    (write (file-sha256 file) port))

  (let ((files (find-files dir-name ".")))
    (call-with-output-file (string-append dir-name "/.cargo-checksum.json")
      (lambda (port)
        (display "{\"files\":{" port)
        (fold (lambda (file separator)
                (display separator port)
                (write-entry file port)
                ",")
              "" files)
        ;; Cargo wants a checksum of the package, whichever.
        (display "},\"package\":" port)
        (write (file-sha256 "/dev/null") port)
        (display "}" port)))))

(define (generate-all-checksums dir-name)
  "Write checksums for each crate in DIR-NAME and below, in place of those there are."
  (for-each (lambda (manifest)
              (let* ((crate (dirname manifest))
                     (checksums (string-append crate "/.cargo-checksum.json")))
                (when (file-exists? checksums)
                  (delete-file checksums))
                (format #t "patch-cargo-checksums: generate-checksums for ~a\n" crate)
                (generate-checksums crate)))
            (find-files dir-name "Cargo.toml$")))
