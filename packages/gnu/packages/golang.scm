;;; Commentary:
;;;
;;; Go.  Its compiler is written in Go: the first one is that of a fixed release of Debian.
;;;
;;; Code:

(define-module (gnu packages golang)
  #:use-module (guix build-system gnu)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (gnu packages elf)
  #:use-module ((guix licenses) #:prefix license:)
  #:export (make-go-std))

(define (golang-archive file hash)
  (origin
    (method url-fetch)
    (uri (string-append "mirror://debian/pool/main/g/golang-1.19/" file))
    (sha256 (base32 hash))))

(define-public go
  (package
    (name "go")
    (version "1.19.8")
    (source (golang-archive "golang-1.19-go_1.19.8-2_amd64.deb"
                            "0cfm9hadfwnp2d2kz7ff6g7j8m4239w2hrfqy9fffybckc1j6lal"))
    (build-system gnu-build-system)
    (arguments
     (list #:tests? #f
           #:strip-binaries? #f
           #:phases
           #~(modify-phases %standard-phases
               (replace 'unpack
                 (lambda* (#:key source inputs #:allow-other-keys)
                   (for-each (lambda (archive)
                               (invoke "ar" "x" archive)
                               (invoke "tar" "xf" "data.tar.xz"))
                             (list source (assoc-ref inputs "go-sources")))))
               (delete 'bootstrap)
               (delete 'configure)
               (delete 'patch-source-shebangs)
               (delete 'patch-generated-file-shebangs)
               (replace 'build
                 (lambda* (#:key inputs #:allow-other-keys)
                   (let ((loader (search-input-file inputs "lib/ld-linux-x86-64.so.2")))
                     (for-each (lambda (file)
                                 (make-file-writable file)
                                 ;; Those that are linked statically refuse.
                                 (system* "patchelf" "--set-interpreter" loader
                                          "--set-rpath" (dirname loader) file))
                               (append (find-files "usr/lib/go-1.19/bin")
                                       (find-files "usr/lib/go-1.19/pkg/tool"))))))
               (replace 'install
                 (lambda _
                   (let ((lib (string-append #$output "/lib/go")))
                     (mkdir-p lib)
                     (copy-recursively "usr/lib/go-1.19/bin" (string-append #$output "/bin"))
                     (symlink "../../bin" (string-append lib "/bin"))
                     (copy-recursively "usr/lib/go-1.19/pkg" (string-append lib "/pkg"))
                     (copy-file "usr/lib/go-1.19/VERSION" (string-append lib "/VERSION"))
                     (copy-recursively "usr/share/go-1.19/src" (string-append lib "/src")))))
               (add-after 'install 'name-root
                 (lambda _
                   (for-each (lambda (name)
                               (wrap-program (string-append #$output "/bin/" name)
                                 `("GOROOT" = (,(string-append #$output "/lib/go")))))
                             '("go")))))))
    (native-inputs
     `(("patchelf" ,patchelf)
       ("go-sources" ,(golang-archive "golang-1.19-src_1.19.8-2_all.deb"
                                      "0nnzi2r7pmdq5d7z022n4gsp2669yhd5cbjk7hcy1x089zz85yid"))))
    (supported-systems '("x86_64-linux"))
    (synopsis "Programming language Go")
    (description "Go compiles programs with garbage collection and concurrent processes to machine code.")
    (home-page "https://go.dev/")
    (license license:bsd-3)))

(define (make-go-std go)
  "Return the package of the standard library of GO, which GO itself has."
  go)
