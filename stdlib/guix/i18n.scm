;;; Commentary:
;;;
;;; Internationalization: the names recipes and messages use.  Messages are in English: translation is the identity.
;;; Interface: (guix i18n) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix i18n)
  #:export (G_ N_ P_ C_ NC_ %gettext-domain %package-text-domain))

(define %gettext-domain "guix")
(define %package-text-domain "guix-packages")

(define (G_ message) "Return the translation of MESSAGE." message)
(define (N_ singular plural n) "Return SINGULAR when N is 1, else PLURAL." (if (= n 1) singular plural))
(define (P_ message) message)
(define (C_ context message) message)
(define (NC_ context singular plural n) (N_ singular plural n))
