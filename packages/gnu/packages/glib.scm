;;; Commentary:
;;;
;;; GLib, as it was compiled: with it come the libraries that its own are linked with.
;;;
;;; Code:

(define-module (gnu packages glib)
  #:use-module (guix gexp)
  #:use-module (guix search-paths)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public glib
  (relocated-package
   "glib" "2.74.6"
   '(libblkid-dev libblkid1 libelf1 libffi-dev libffi8 libglib2.0-0 libglib2.0-bin libglib2.0-dev libglib2.0-dev-bin
     libmount-dev libmount1 libpcre2-16-0 libpcre2-32-0 libpcre2-8-0 libpcre2-dev libpcre2-posix3 libselinux1
     libselinux1-dev libsepol-dev libsepol2 zlib1g zlib1g-dev)
   #:outputs '("out" "bin")
   #:finish
   #~(lambda* (#:key outputs #:allow-other-keys)
       (let* ((out (assoc-ref outputs "out"))
              (bin (string-append (assoc-ref outputs "bin") "/bin"))
              (libexec (string-append (assoc-ref outputs "bin") "/libexec")))
         (define (python-script? file)
           ((@ (ice-9 regex) string-match) "^#!.*python3"
                         (with-fluids ((%default-port-encoding "ISO-8859-1"))
                           (call-with-input-file file (@ (ice-9 rdelim) read-line)))))

         ;; Programs that recipes find on the search path.
         (mkdir-p libexec)
         (copy-recursively (string-append out "/bin") bin #:follow-symlinks? #t #:log #f)
         (delete-file-recursively (string-append out "/bin"))
         (substitute* (find-files (string-append out "/lib/pkgconfig") "\\.pc$")
           (("\\$\\{bindir\\}/") ""))
         ;; Scripts are run by the Python of whoever has one.
         (for-each (lambda (file)
                     (when (python-script? file)
                       (let ((script (string-append libexec "/" (basename file))))
                         (rename-file file script)
                         (call-with-output-file file
                           (lambda (port)
                             (format port "#!~a~%exec python3 '~a' \"$@\"~%" (which "sh") script)))
                         (chmod file #o755))))
                   (find-files bin))))
   #:native-search-paths
   (list (search-path-specification
          (variable "XDG_DATA_DIRS")
          (files '("share")))
         (search-path-specification
          (variable "GIO_EXTRA_MODULES")
          (files '("lib/gio/modules"))))
   #:synopsis "Library of objects, events and data structures"
   #:description "GLib is what GTK+ and many other programs in C are built on."
   #:home-page "https://wiki.gnome.org/Projects/GLib"
   #:license license:lgpl2.1+))
