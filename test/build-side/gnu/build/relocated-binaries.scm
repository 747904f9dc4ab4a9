;;; What (gnu build relocated-binaries) makes of a binary package of Debian: its files are where packages have them, and
;;; texts and links lead there.

(add-to-load-path (string-append (dirname (current-filename)) "/../../../../packages"))

(use-modules (gnu build relocated-binaries)
             (guix build utils)
             (checks)
             (ice-9 textual-ports))

(define (write-file file text)
  (mkdir-p (dirname file))
  (call-with-output-file file
    (lambda (port)
      (display text port))))

(define output (string-append (getcwd) "/output"))

(with-directory-excursion (begin (mkdir "package") "package")
  (write-file "usr/bin/tool" "#!/bin/sh\nexec /usr/bin/other /usr/lib/tool/data /usr/lib/absent/data --prefix=/usr/share/tool\n")
  (write-file "usr/bin/other" "#!/usr/bin/env sh\n# x/usr/lib/tool is another path.\n")
  (write-file "usr/lib/tool/data" "data")
  (write-file "usr/share/tool/text" "text")
  (write-file "usr/share/doc/tool/copyright" "left out")
  (write-file "usr/lib/x86_64-linux-gnu/libtool.a" "archive")
  (write-file "usr/lib/x86_64-linux-gnu/pkgconfig/tool.pc"
              "prefix=/usr\nlibdir=${prefix}/lib/x86_64-linux-gnu\nCflags: -I${prefix}/include/x86_64-linux-gnu\n")
  (write-file "usr/include/x86_64-linux-gnu/tool.h" "")
  (write-file "usr/sbin/daemon" "")
  (write-file "etc/tool.conf" "")
  (symlink "/etc/tool.conf" "usr/lib/tool/conf")
  (symlink "../../bin/tool" "usr/lib/tool/self")
  (symlink "/nowhere/else" "usr/lib/tool/dangling")
  (invoke "tar" "-cJf" "../data.tar.xz" "usr" "etc"))
(write-file "debian-binary" "2.0\n")
(invoke "ar" "rc" "tool.deb" "debian-binary" "data.tar.xz")

(install-relocated (list (string-append (getcwd) "/tool.deb")) output
                   #:libc "/gnu/store/c" #:libraries '())

(define (installed file)
  (string-append output "/" file))
(define (text file)
  (call-with-input-file (installed file) get-string-all))

(check "programs name what is there, and leave the rest alone"
       (string-append "#!/bin/sh\nexec " (installed "bin/other") " " (installed "lib/tool/data")
                      " /usr/lib/absent/data --prefix=" (installed "share/tool") "\n")
       (text "bin/tool"))
(check "ends of other paths are no paths"
       "#!/usr/bin/env sh\n# x/usr/lib/tool is another path.\n"
       (text "bin/other"))
(check "descriptions of libraries"
       (string-append "prefix=" output "\nlibdir=${prefix}/lib\nCflags: -I${prefix}/include\n")
       (text "lib/pkgconfig/tool.pc"))
(check "directories of the machine's kind"
       '(#t #t #t)
       (map (lambda (file) (file-exists? (installed file)))
            '("lib/libtool.a" "include/tool.h" "bin/daemon")))
(check "links" (list (installed "etc/tool.conf") (installed "bin/tool"))
       (list (readlink (installed "lib/tool/conf")) (readlink (installed "lib/tool/self"))))
(check "what is left out"
       '(#f #f #f)
       (map (lambda (file) (file-exists? (installed file)))
            '("share/doc/tool/copyright" "lib/tool/dangling" ".root")))
