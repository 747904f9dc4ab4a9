;;; Commentary:
;;;
;;; TeX Live: its programs, as they were compiled, with what all of TeX wants, and LaTeX.
;;;
;;; Code:

(define-module (gnu packages tex)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define %license
  (license:fsf-free "https://www.tug.org/texlive/copying.html"))

(define-public texlive-bin
  (relocated-package
   "texlive-bin" "2022"
   '(libkpathsea6 libpaper1 libpng16-16 libptexenc1 libsynctex2 libtexlua53-5 libtexluajit2 libzzip-0-13 texlive-base
     texlive-binaries zlib1g)
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (texmf (string-append out "/share/texmf-dist")))
         (rename-file (string-append out "/share/texlive/texmf-dist") texmf)
         ;; The trees are those of the packages that a build or a profile has.
         (substitute* (string-append texmf "/web2c/texmf.cnf")
           (("^TEXMF = .*") "TEXMF = {$GUIX_TEXMF}\n")
           (("^TEXMFDBS = .*") "TEXMFDBS = {$GUIX_TEXMF}\n"))
         (for-each (lambda (program)
                     (unless (symbolic-link? program)
                       (wrap-program program
                         `("TEXMFCNF" ":" suffix (,(string-append texmf "/web2c"))))))
                   (find-files (string-append out "/bin")
                               "^(e?p?tex|pdftex|luatex|bibtex|kpsewhich|dvips|makeindex)$"))))
   #:native-search-paths
   (list (search-path-specification
          (variable "GUIX_TEXMF")
          (files '("share/texmf-dist"))))
   #:synopsis "Programs of the typesetting system TeX"
   #:description "TeX Live is a collection of TeX, its variants and what has been written for it.  These are the programs."
   #:home-page "https://www.tug.org/texlive/"
   #:license %license))

(define-public texlive-latex-base
  (relocated-package
   "texlive-latex-base" "2022" '(texlive-latex-base)
   #:inputs (list texlive-bin)
   #:finish
   #~(lambda* (#:key inputs outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (texmf (string-append out "/share/texmf-dist"))
              (config (string-append texmf "/tex/generic/config"))
              (formats (string-append texmf "/web2c")))
         (define (write-text file text)
           (call-with-output-file file
             (lambda (port)
               (display text port))))

         (rename-file (string-append out "/share/texlive/texmf-dist") texmf)
         (mkdir-p config)
         (mkdir-p formats)
         (write-text (string-append config "/language.def")
                     "\\addlanguage{USenglish}{hyphen}{}{2}{3}\n\\uselanguage{USenglish}\n")
         (write-text (string-append config "/language.dat")
                     "english hyphen.tex\n=usenglish\n=USenglish\n=american\n")
         (setenv "GUIX_TEXMF"
                 (string-append texmf ":" (search-input-directory inputs "share/texmf-dist")))
         (with-directory-excursion formats
           (for-each (lambda (format)
                       (invoke "pdftex" "-ini" "-interaction=nonstopmode"
                               (string-append "-jobname=" format) (string-append "-progname=" format)
                               "-translate-file=cp227.tcx"
                               (string-append "*" (if (string=? format "pdftex") "pdfetex" format) ".ini")))
                     '("pdftex" "latex" "pdflatex"))
           (for-each delete-file (find-files "." "\\.log$")))
         (mkdir-p (string-append out "/bin"))
         (for-each (lambda (name)
                     (write-text (string-append out "/bin/" name)
                                 (string-append "#!" (which "sh") "\nexec " (which "pdftex") " -fmt=" name " -progname=" name " \"$@\"\n"))
                     (chmod (string-append out "/bin/" name) #o755))
                   '("latex" "pdflatex"))))
   #:synopsis "Base of LaTeX"
   #:description "LaTeX describes documents by their structure, which TeX then sets."
   #:home-page "https://www.tug.org/texlive/"
   #:license %license))
