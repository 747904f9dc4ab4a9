;;; Commentary:
;;;
;;; Fetching a store item from a server of substitutes by its name, as a last resort for checkouts whose repositories are
;;; gone: its hash is known and checked by the daemon.
;;; It uses modules of the host, so it is here and not in build-side: builds import it with them.
;;; Interface: (guix build download-nar) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build download-nar)
  #:use-module (guix build download)
  #:use-module (guix build utils)
  #:use-module ((guix serialization) #:select (restore-file))
  #:use-module (ice-9 match)
  #:use-module (web uri)
  #:export (download-nar))

(define %servers
  ;; Servers that keep checkouts.
  '("http://berlin.guix.gnu.org"))

(define (archive-urls item)
  "Return the URLs of the archive of ITEM, not compressed: nothing here decompresses."
  (map (lambda (server) (string-append server "/nar/" (basename item)))
       %servers))

(define (fetch url item)
  "Restore the archive at URL as ITEM and return #t, or return #f when that fails."
  (format #t "Trying content-addressed mirror at ~a...~%" (uri-host (string->uri url)))
  (catch #t
    (lambda ()
      (call-with-values (lambda () (http-fetch (string->uri url)))
        (lambda (port size)
          (format #t "Downloading from ~a~a...~%" url
                  (if size (string-append " (" (byte-count->string size) ")") ""))
          (restore-file port item)
          (close-port port)
          #t)))
    (lambda _
      ;; Part of it may be there.
      (when (file-exists? item)
        (delete-file-recursively item))
      #f)))

(define (download-nar item)
  "Download ITEM, the name of a store item, and unpack it under that name.  Return #t on success, #f otherwise."
  (setvbuf (current-error-port) 'none)
  (setvbuf (current-output-port) 'none)
  (let loop ((urls (archive-urls item)))
    (match urls
      (() #f)
      ((url . rest) (or (fetch url item) (loop rest))))))
