;;; Commentary:
;;;
;;; Go.  The compiler is written in Go; the seed's counterpart of it are the binaries of a fixed release of Debian.
;;;
;;; Code:

(define-module (gnu packages golang)
  #:use-module (guix build-system copy)
  #:use-module (guix build-system trivial)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (gnu packages base)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages gcc)
  #:use-module ((guix licenses) #:prefix license:))


