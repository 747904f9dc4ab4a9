;;; Commentary:
;;;
;;; The Glasgow Haskell Compiler.  It is written in Haskell: it is had as it was compiled.
;;;
;;; Code:

(define-module (gnu packages haskell)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public ghc
  (relocated-package
   "ghc" "9.0.2"
   '(ghc libffi-dev libffi8 libgmp-dev libgmp10 libtinfo6)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (settings (search-input-file outputs "lib/ghc/settings")))
         ;; The compiler of C is that of whoever compiles.
         (substitute* settings
           (("-fuse-ld=gold") "")
           (("\"x86_64-linux-gnu-(gcc|ar|ranlib|ld)(\\.gold)?\"" _ tool)
            (string-append "\"" tool "\"")))
         ;; The directory of packages is where search paths look for them.
         (mkdir-p (string-append out "/lib/ghc-9.0.2"))
         (rename-file (string-append out "/var/lib/ghc/package.conf.d")
                      (string-append out "/lib/ghc-9.0.2/package.conf.d"))
         (delete-file-recursively (string-append out "/var"))
         (delete-file (string-append out "/lib/ghc/package.conf.d"))
         (symlink "../ghc-9.0.2/package.conf.d" (string-append out "/lib/ghc/package.conf.d"))
         (for-each patch-shebang (find-files (string-append out "/bin")))
         (invoke (string-append out "/bin/ghc-pkg") "recache")))
   #:native-search-paths
   (list (search-path-specification
          (variable "GHC_PACKAGE_PATH")
          (files '("lib/ghc-9.0.2"))
          (file-pattern ".*\\.conf\\.d$")
          (file-type 'directory)))
   #:synopsis "The Glasgow Haskell Compiler"
   #:description "GHC compiles the functional language Haskell, and interprets it."
   #:home-page "https://www.haskell.org/ghc"
   #:license license:bsd-3))
