;;; Commentary:
;;;
;;; Rust and its package manager, Cargo.  The compiler is written in Rust: it is had as it was compiled.
;;;
;;; Code:

(define-module (gnu packages rust)
  #:use-module (guix gexp)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public rust
  (relocated-package
   "rust" "1.63.0"
   '(cargo libbrotli1 libbsd0 libcom-err2 libcurl3-gnutls libedit2 libffi8 libgit2-1.5 libgmp10 libgnutls30
     libgssapi-krb5-2 libhogweed6 libhttp-parser2.9 libicu72 libidn2-0 libjansson4 libk5crypto3 libkeyutils1 libkrb5-3
     libkrb5support0 libldap-2.5-0 libllvm14 liblzma5 libmbedcrypto7 libmbedtls14 libmbedx509-1 libmd0 libnettle8
     libnghttp2-14 libp11-kit0 libpcre2-8-0 libpsl5 librtmp1 libsasl2-2 libssh2-1 libssl3 libstd-rust-1.63
     libstd-rust-dev libtasn1-6 libtinfo6 libunistring2 libxml2 libz3-4 libzstd1 rustc zlib1g)
   #:outputs '("out" "cargo")
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let ((cargo (assoc-ref outputs "cargo")))
         (mkdir-p (string-append cargo "/bin"))
         (rename-file (string-append (assoc-ref outputs "out") "/bin/cargo")
                      (string-append cargo "/bin/cargo"))))
   #:synopsis "Compiler of the language Rust"
   #:description "Rust is a language for systems that is safe with memory and with threads."
   #:home-page "https://www.rust-lang.org"
   #:license (list license:asl2.0 license:expat)))
