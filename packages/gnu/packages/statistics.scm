;;; Commentary:
;;;
;;; Statistics.  R wants a compiler of Fortran, which the seed has not: it is had as it was compiled.
;;;
;;; Code:

(define-module (gnu packages statistics)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public r-minimal
  (relocated-package
   "r-minimal" "4.2.2"
   '(libblas3 libbrotli1 libbz2-1.0 libcom-err2 libcurl4 libffi8 libgfortran5 libgssapi-krb5-2 libicu72 libidn2-0
     libk5crypto3 libkeyutils1 libkrb5-3 libkrb5support0 liblapack3 libldap-2.5-0 liblzma5 libnghttp2-14 libpcre2-8-0
     libpsl5 libreadline8 librtmp1 libsasl2-2 libssh2-1 libssl3 libtinfo6 libtirpc3 libunistring2 libzstd1 r-base-core
     zlib1g)
   ;; Alternatives of libraries stand in directories of their own.
   #:library-directories ''("lib" "lib/R/lib" "lib/blas" "lib/lapack")
   #:finish
   #~(lambda* (#:key inputs outputs #:allow-other-keys)
       (let ((out (assoc-ref outputs "out")))
         (for-each (lambda (file)
                     (unless (symbolic-link? file)
                       (patch-shebang file)))
                   (find-files (string-append out "/lib/R") (lambda (file stat)
                                                              (executable-file? file))))
         (copy-file (string-append out "/lib/R/etc/Renviron.ucf") (string-append out "/lib/R/etc/Renviron"))
         ;; Tools are those of whoever runs it.
         (substitute* (append (list (string-append out "/etc/R/Makeconf")
                                    (string-append out "/lib/R/etc/Renviron"))
                              (find-files (string-append out "/lib/R/bin")))
           (("([-=' ])(/usr)?/bin/([a-z0-9]+)" _ before _ tool)
            (string-append before tool)))
         (substitute* (string-append out "/lib/R/etc/Renviron")
           (("/usr/local/lib/R/site-library:") ""))
         ;; The C library of the seed does not find its converters of character sets by itself.
         (substitute* (string-append out "/lib/R/bin/R")
           (("^R_HOME_DIR=" start)
            (string-append "export GCONV_PATH=\"${GCONV_PATH-" (search-input-directory inputs "lib/gconv") "}\"\n"
                           start)))
         ;; Programs are looked for on the search path, not with the program that was there when R was built.
         (let ((port (open-file (string-append out "/lib/R/library/base/R/Rprofile") "a")))
           (display "local({
  search <- function(name) {
    candidates <- if (grepl('/', name, fixed = TRUE)) name
                  else file.path(strsplit(Sys.getenv('PATH'), ':', fixed = TRUE)[[1L]], name)
    found <- candidates[file.access(candidates, 1L) == 0L & !dir.exists(candidates)]
    if (nzchar(name) && length(found)) found[[1L]] else ''
  }
  replacement <- function(names) vapply(structure(names, names = names), search, '')
  unlockBinding('Sys.which', baseenv())
  assign('Sys.which', replacement, baseenv())
  lockBinding('Sys.which', baseenv())
})
" port)
           (close-port port))))
   #:native-search-paths
   (list (search-path-specification
          (variable "R_LIBS_SITE")
          (files '("site-library/"))))
   #:synopsis "Environment for statistics"
   #:description "R is a language and an environment for statistics and their graphics."
   #:home-page "https://www.r-project.org/"
   #:license license:gpl3+))
