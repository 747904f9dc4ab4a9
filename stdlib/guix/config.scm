;;; Commentary:
;;;
;;; Constants of the system: names and directories.  Interface: (guix config) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix config)
  #:export (%guix-package-name %guix-version %guix-bug-report-address %guix-home-page-url
            %storedir %localstatedir %sysconfdir %state-directory %store-directory
            %store-database-directory %config-directory %channel-metadata %system
            %gzip %bzip2 %xz))

(define %guix-package-name "strata")
(define %guix-version "1.4.0")
(define %guix-bug-report-address "bug-strata")
(define %guix-home-page-url "https://guix.gnu.org/")
(define %storedir "/gnu/store")
(define %store-directory %storedir)
(define %localstatedir "/var")
(define %sysconfdir "/etc")
(define %state-directory "/var/guix")
(define %store-database-directory "/var/guix/db")
(define %config-directory "/etc/guix")

(define %channel-metadata
  ;; Which channel this is from; it is no checkout of one.
  #f)

;; Programs, found by PATH.
(define %gzip "gzip")
(define %bzip2 "bzip2")
(define %xz "xz")

;; The system type of this host, in Nix's notation.
(define %system
  (let ((machine (utsname:machine (uname)))
        (kernel (string-downcase (utsname:sysname (uname)))))
    (string-append machine "-" kernel)))
