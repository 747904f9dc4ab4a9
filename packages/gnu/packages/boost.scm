;;; Commentary:
;;;
;;; Boost, as it was compiled.
;;;
;;; Code:

(define-module (gnu packages boost)
  #:use-module (guix gexp)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public boost
  (relocated-package
   "boost" "1.74.0"
   '(libboost-atomic1.74-dev libboost-atomic1.74.0 libboost-chrono1.74-dev libboost-chrono1.74.0
     libboost-date-time1.74-dev libboost-date-time1.74.0 libboost-filesystem1.74-dev libboost-filesystem1.74.0
     libboost-iostreams1.74-dev libboost-iostreams1.74.0 libboost-program-options1.74-dev
     libboost-program-options1.74.0 libboost-random1.74-dev libboost-random1.74.0 libboost-regex1.74-dev
     libboost-regex1.74.0 libboost-serialization1.74-dev libboost-serialization1.74.0 libboost-system1.74-dev
     libboost-system1.74.0 libboost-test1.74-dev libboost-test1.74.0 libboost-thread1.74-dev libboost-thread1.74.0
     libboost1.74-dev libbz2-1.0 libicu72 liblzma5 libzstd1 zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       ;; Headers are told relative to a directory one level deeper.
       (substitute* (find-files (string-append (assoc-ref outputs "out") "/lib/cmake") "\\.cmake$")
         (("/\\.\\./\\.\\./\\.\\./include") "/../../include")))
   #:synopsis "Libraries of C++, reviewed by their peers"
   #:description "Boost has libraries for much of what the standard library of C++ leaves out."
   #:home-page "https://www.boost.org"
   #:license (license:x11-style "https://www.boost.org/LICENSE_1_0.txt")))
