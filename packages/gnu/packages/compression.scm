;;; Commentary:
;;;
;;; Compression: the programs that the seed has.
;;;
;;; Code:

(define-module (gnu packages compression)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define-public gzip
  (seed-package "gzip" "1.12" "tools" license:gpl3+
                #:synopsis "General file (de)compression (using lzw)"))
(define-public bzip2
  (seed-package "bzip2" "1.0.8" "tools" (license:non-copyleft "file://LICENSE")
                #:synopsis "High-quality data compression program"))
(define-public xz
  (seed-package "xz" "5.4.1" "tools" license:gpl2+
                #:synopsis "General-purpose data compression"))
