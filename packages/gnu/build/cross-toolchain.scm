;;; Commentary:
;;;
;;; Phases for cross-compilers: GCC finds the tools and the headers of its target, and keeps those of the build machine
;;; apart.  Interface: (gnu build cross-toolchain) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu build cross-toolchain)
  #:use-module (guix build gnu-build-system)
  #:use-module (guix build utils)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:export (cross-gcc-build-phases))

(define native-header-variables
  ;; One a language: GCC with CPATH would take headers from there as if they were the user's.
  '("C_INCLUDE_PATH" "CPLUS_INCLUDE_PATH" "OBJC_INCLUDE_PATH" "OBJCPLUS_INCLUDE_PATH"))

(define (set-cross-headers! directories)
  (for-each (lambda (variable)
              (setenv (string-append "CROSS_" variable) (string-join directories ":")))
            native-header-variables))

(define (set-cross-libraries! directories)
  (setenv "CROSS_LIBRARY_PATH" (string-join directories ":")))

(define (remove-from-native-paths! items)
  "Take what is in ITEMS, store items of the target, out of the search paths of the build machine's compiler."
  (for-each (lambda (variable)
              (match (getenv variable)
                (#f #t)
                (value
                 (setenv variable
                         (list->search-path-as-string
                          (remove (lambda (directory)
                                    (any (cut string-prefix? <> directory) items))
                                  (search-path-as-string->list value))
                          ":")))))
            (cons "LIBRARY_PATH" native-header-variables)))

(define* (set-cross-path #:key inputs #:allow-other-keys)
  "Let the new compiler find the C library and the kernel's headers of its target.  The first compiler for a target has
neither."
  (match (assoc-ref inputs "libc")
    (#f #t)
    (libc
     (let ((kernel (assoc-ref inputs "xkernel-headers")))
       (set-cross-headers! (list (string-append libc "/include") (string-append kernel "/include")))
       ;; The Hurd has libraries there.
       (set-cross-libraries! (list (string-append libc "/lib") (string-append kernel "/lib")))
       (remove-from-native-paths! (list libc kernel))))))

(define (unpack-mingw-headers source)
  "Unpack SOURCE, of mingw-w64, complete the header that its `configure' would make, and return the directory of headers."
  (invoke "tar" "xf" source)
  (match (scandir "." (cut string-contains <> "mingw-w64"))
    ((directory)
     (let* ((headers (string-append (getcwd) "/" directory "/mingw-w64-headers"))
            (header (string-append headers "/crt/_mingw.h")))
       (copy-file (string-append header ".in") header)
       (substitute* header
         (("@MINGW_HAS_SECURE_API@") "#define MINGW_HAS_SECURE_API 1")
         (("@DEFAULT_WIN32_WINNT@") "0x502")
         (("@DEFAULT_MSVCRT_VERSION@") "0x700"))
       headers))))

(define* (set-cross-path/mingw #:key inputs target #:allow-other-keys)
  "The same for Windows, whose first compiler needs headers that come with the C library's source."
  (match (assoc-ref inputs "libc")
    (#f
     (let* ((headers (unpack-mingw-headers (assoc-ref inputs "mingw-source")))
            (directories (map (cut string-append headers <>)
                              '("/include" "/crt" "/defaults/include"))))
       (set-cross-headers! directories)
       (set-cross-libraries! directories)
       (remove-from-native-paths! '())))
    (libc
     (let ((own (string-append libc "/" target)))
       (set-cross-headers! (list (string-append libc "/include") (string-append own "/include")))
       (set-cross-libraries! (list (string-append libc "/lib") (string-append own "/lib")))
       (remove-from-native-paths! (list libc)))))
  (setenv "CPP" (string-append (assoc-ref inputs "gcc") "/bin/cpp")))

(define* (make-cross-binutils-visible #:key outputs inputs target #:allow-other-keys)
  "Put links to the assembler and the linker of the target where the new compiler looks first."
  (let ((directory (string-append (assoc-ref outputs "out") "/libexec/gcc/" target))
        (tool (lambda (input name)
                (string-append (assoc-ref inputs input) "/bin/" target "-" name))))
    (for-each (lambda (name)
                (symlink (tool "binutils-cross" name) (string-append directory "/" name)))
              '("as" "nm"))
    (symlink (tool "ld-wrapper-cross" "ld") (string-append directory "/ld"))))

(define (install-strip . _)
  "Install the compiler stripped; unlike the phase `strip', its makefile knows which files are for which machine."
  (invoke "make" "install-strip"))

(define* (cross-gcc-build-phases target #:optional (phases %standard-phases))
  "Return PHASES with what it takes to build a GCC for TARGET, a triplet."
  (modify-phases phases
    (add-before 'configure 'set-cross-path
      (if (string-suffix? "-mingw32" target)
          (cut set-cross-path/mingw #:target target <...>)
          set-cross-path))
    (add-after 'install 'make-cross-binutils-visible
      (cut make-cross-binutils-visible #:target target <...>))
    (replace 'install install-strip)))
