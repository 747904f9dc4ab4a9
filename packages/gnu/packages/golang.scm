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
           #:modules '((guix build gnu-build-system) (guix build utils) (ice-9 match))
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
                   ;; Debian's program wants the loader at another place, and breaks when that is patched: with the loader
                   ;; as its interpreter it compiles itself and the tools like it again, without the C library.
                   (let ((loader (search-input-file inputs "lib/ld-linux-x86-64.so.2")))
                     (mkdir "root")
                     (for-each (match-lambda
                                 ((source . target)
                                  (copy-recursively source (string-append "root/" target) #:log #f)))
                               '(("usr/lib/go-1.19/bin" . "bin")
                                 ("usr/lib/go-1.19/pkg" . "pkg")
                                 ("usr/share/go-1.19/src" . "src")))
                     ;; A link to where Debian has them.
                     (delete-file "root/pkg/include")
                     (copy-recursively "usr/share/go-1.19/pkg/include" "root/pkg/include" #:log #f)
                     (copy-file "usr/lib/go-1.19/VERSION" "root/VERSION")
                     (setenv "GOROOT" (string-append (getcwd) "/root"))
                     (setenv "GOCACHE" (string-append (getcwd) "/cache"))
                     (setenv "GOFLAGS" "-trimpath")
                     (setenv "CGO_ENABLED" "0")
                     (for-each (match-lambda
                                 ((program . file)
                                  (delete-file file)
                                  (invoke loader "--library-path" (dirname loader)
                                          "usr/lib/go-1.19/bin/go" "build" "-o" file program)))
                               '(("cmd/go" . "root/bin/go")
                                 ("cmd/pprof" . "root/pkg/tool/linux_amd64/pprof")
                                 ("cmd/trace" . "root/pkg/tool/linux_amd64/trace"))))))
               (replace 'install
                 (lambda _
                   (let ((bin (string-append #$output "/bin")))
                     (copy-recursively "root" (string-append #$output "/lib/go") #:log #f)
                     (mkdir-p bin)
                     (for-each (lambda (name)
                                 (symlink (string-append "../lib/go/bin/" name) (string-append bin "/" name)))
                               '("go" "gofmt"))))))))
    (native-inputs
     `(("go-sources" ,(golang-archive "golang-1.19-src_1.19.8-2_all.deb"
                                      "0nnzi2r7pmdq5d7z022n4gsp2669yhd5cbjk7hcy1x089zz85yid"))))
    (supported-systems '("x86_64-linux"))
    (synopsis "Programming language Go")
    (description "Go compiles programs with garbage collection and concurrent processes to machine code.")
    (home-page "https://go.dev/")
    (license license:bsd-3)))

(define (make-go-std go)
  "Return the package of the standard library of GO, which GO itself has."
  go)
