;;; Commentary:
;;;
;;; Python, which build procedures are written in.  Sources are those that Debian keeps, whose addresses do not change.
;;;
;;; Code:

(define-module (gnu packages python)
  #:use-module (guix build-system trivial)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (gnu packages)
  #:use-module (gnu packages compression)
  #:use-module (gnu packages python-build)
  #:use-module (gnu packages libffi)
  #:use-module (gnu packages ncurses)
  #:use-module (gnu packages pkg-config)
  #:use-module (gnu packages tls)
  #:use-module ((guix licenses) #:prefix license:))

(define-public python
  (package
    (name "python")
    (version "3.11.2")
    (source (origin
              (method url-fetch)
              (uri (string-append "mirror://debian/pool/main/p/python3.11/python3.11_" version ".orig.tar.gz"))
              (file-name (string-append name "-" version ".tar.gz"))
              (sha256
               (base32 "0jgqvgpkll99n20ykbi9ym3z4wyw39nzcca5mzfzrg2vv95wf494"))))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           ;; Setuptools and pip are part of the source.
           #:configure-flags #~(list "--enable-shared" "--with-ensurepip=install"
                                     (string-append "LDFLAGS=-Wl,-rpath=" #$output "/lib"))
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'name-shell
                 ;; Commands of programs run without /bin/sh too.
                 (lambda _
                   (substitute* "Lib/subprocess.py"
                     (("/bin/sh") (which "sh")))))
               (add-after 'unpack 'search-inputs
                 ;; Modules of the library are built with what the search paths name.
                 (lambda _
                   (substitute* "setup.py"
                     (("(system_lib_dirs =).*" _ start)
                      (string-append start " os.environ['LIBRARY_PATH'].split(os.pathsep)\n"))
                     (("(system_include_dirs =).*" _ start)
                      (string-append start " os.environ['C_INCLUDE_PATH'].split(os.pathsep)\n")))))
               (add-after 'install 'install-site-customization
                 (lambda* (#:key native-inputs inputs #:allow-other-keys)
                   (for-each (lambda (directory)
                               (copy-file (assoc-ref (or native-inputs inputs) "sitecustomize.py")
                                          (string-append directory "/sitecustomize.py")))
                             (find-files (string-append #$output "/lib") "^site-packages$"
                                         #:directories? #t)))))))
    (native-inputs
     `(("pkgconf" ,pkgconf)
       ("sitecustomize.py" ,(local-file (search-auxiliary-file "python/sitecustomize.py")))))
    (inputs (list bzip2 libffi ncurses openssl zlib))
    (native-search-paths
     (list (search-path-specification
            (variable "GUIX_PYTHONPATH")
            (files (list (string-append "lib/python" (version-major+minor version) "/site-packages"))))))
    (synopsis "High-level, dynamically typed language")
    (description
     "Python is an interpreted language with a large standard library.")
    (home-page "https://www.python.org/")
    (license license:psfl)))

(define-public python-wrapper
  (package
    (inherit python)
    (name "python-wrapper")
    (source #f)
    (build-system trivial-build-system)
    (outputs '("out"))
    (native-inputs '())
    (inputs '())
    (propagated-inputs (list python))
    (arguments
     (list #:modules '((guix build utils))
           #:builder
           #~(begin
               (use-modules (guix build utils))
               (let ((bin (string-append #$output "/bin")))
                 (mkdir-p bin)
                 (for-each (lambda (name target)
                             (symlink (string-append #$(this-package-input "python") "/bin/" target)
                                      (string-append bin "/" name)))
                           '("python" "pydoc" "pip")
                           '("python3" "pydoc3" "pip3"))))))
    (synopsis "Python under the names without a version")
    (description "This package has the commands of Python 3 under the names @command{python} and the like.")))

(define-public python-toolchain
  (package
    (inherit python-wrapper)
    (name "python-toolchain")
    (propagated-inputs (list python python-wheel))
    (synopsis "Python with what builds packages for it")
    (description "This package has Python and the modules that make wheels.")))
