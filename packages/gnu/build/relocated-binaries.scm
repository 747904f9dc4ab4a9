;;; Commentary:
;;;
;;; Programs that another distribution has compiled, laid out as one store item: their files get the places they have in
;;; a package, the texts among them name these places, executables find the C library and one another in the store.
;;; (gnu packages bootstrap toolchains) has the packages that are made of them.
;;;
;;; Code:

(define-module (gnu build relocated-binaries)
  #:use-module (guix build gremlin)
  #:use-module (guix build utils)
  #:use-module (guix elf)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:export (install-relocated))

(define (unpack-archive archive directory)
  "Unpack ARCHIVE, a binary package of Debian, into DIRECTORY."
  (invoke "sh" "-e" "-c"
          "ar p \"$0\" data.tar.xz | tar -xJ --no-same-owner --no-same-permissions -C \"$1\""
          archive directory))


;;;
;;; Places.
;;;

(define %moved-directories
  ;; Where directories of a Debian system are in an item.
  '(("lib/x86_64-linux-gnu/" . "lib/")
    ("include/x86_64-linux-gnu/" . "include/")
    ("lib64/" . "lib/")
    ("sbin/" . "bin/")))

(define %left-out
  (make-regexp "^(var/(cache|log|spool)|share/(doc|man|locale|lintian|bug|bash-completion|doc-base|menu|applications|pixmaps))(/|$)"))

(define (relocated-path path)
  "Return where PATH, relative to the root of a Debian system, is relative to the item, or #f when it is left out."
  (define stripped
    (if (string-prefix? "usr/" path) (string-drop path 4) path))

  (and (not (regexp-exec %left-out stripped))
       (or (any (match-lambda
                  ((from . to)
                   (cond ((string-prefix? from stripped)
                          (string-append to (string-drop stripped (string-length from))))
                         ;; The directory itself.
                         ((string=? stripped (string-drop-right from 1))
                          (string-drop-right to 1))
                         (else #f))))
                %moved-directories)
           stripped)))

(define (normalized path)
  "Return PATH, relative, without `.' and `..'."
  (string-join (reverse
                (fold (lambda (name result)
                        (match name
                          ((or "" ".") result)
                          (".." (if (null? result) result (cdr result)))
                          (_ (cons name result))))
                      '() (string-split path #\/)))
               "/"))

(define (link-target path target)
  "Return where the link TARGET at PATH leads, relative to the root of the system."
  (normalized (if (string-prefix? "/" target)
                  target
                  (string-append (dirname path) "/" target))))

(define (place-files root output)
  "Move the files below ROOT to their places below OUTPUT."
  (define prefix (+ 1 (string-length root)))

  (for-each (lambda (file)
              (let* ((path (string-drop file prefix))
                     (place (relocated-path path)))
                (when place
                  (let ((place (string-append output "/" place)))
                    (mkdir-p (dirname place))
                    (match (stat:type (lstat file))
                      ('symlink
                       (let ((target (relocated-path (link-target path (readlink file)))))
                         (when (and target
                                    (not (string=? place (string-append output "/" target)))
                                    (not (false-if-exception (lstat place))))
                           (symlink (string-append output "/" target) place))))
                      (_ (rename-file file place)))))))
            (find-files root)))

(define (remove-dangling-links output)
  (for-each (lambda (file)
              (when (and (symbolic-link? file) (not (file-exists? file)))
                (delete-file file)))
            (find-files output)))


;;;
;;; Contents.
;;;

(define %absolute-path
  (make-regexp "/(usr|etc|lib|var/lib)/[-A-Za-z0-9_.+/]*"))

(define (relocate-text file output)
  "Let the absolute paths in FILE, a text, that exist below OUTPUT lead there."
  (define (relocated match)
    (let* ((path (match:substring match))
           (place (relocated-path (string-drop path 1)))
           (existing (and place (string-append output "/" place))))
      ;; What looks like a path may end a sentence or name a prefix of files: then its directory counts.
      (if (and existing
               (or (file-exists? existing)
                   (file-exists? (dirname existing)))
               (not (string-prefix? "/usr/bin/env" path))
               (or (not (string-prefix? "/usr/bin/" path))
                   (file-exists? existing)))
          existing
          path)))

  (define (after-name-character? match)
    ;; Then it is the end of another path.
    (let ((start (match:start match)))
      (and (> start 0)
           (let ((before (string-ref (match:string match) (- start 1))))
             (or (char-alphabetic? before) (char-numeric? before) (memv before '(#\} #\) #\. #\- #\_)))))))

  (with-fluids ((%default-port-encoding "ISO-8859-1"))
    (let* ((text (call-with-input-file file read-string))
           (changed (regexp-substitute/global #f %absolute-path text
                                              'pre
                                              (lambda (match)
                                                (if (after-name-character? match)
                                                    (match:substring match)
                                                    (relocated match)))
                                              'post)))
      (unless (string=? text changed)
        (let ((mode (stat:perms (stat file))))
          (delete-file file)
          (call-with-output-file file (cut display changed <>))
          (chmod file mode))))))

(define (relocate-descriptions output)
  "Relocate the descriptions of libraries for pkg-config below OUTPUT, whose paths begin with a variable."
  (substitute* (find-files output "\\.pc$")
    (("^prefix=/usr\n") (string-append "prefix=" output "\n"))
    (("/(lib|include)/x86_64-linux-gnu" _ directory) (string-append "/" directory))))

(define (relocate-texts output)
  "Relocate the texts below OUTPUT that name the directories of a Debian system."
  (let* ((port (open-pipe* OPEN_READ "grep" "-rlIZE" "/(usr|etc|lib|var)/" output))
         (files (string-split (read-string port) #\nul)))
    (close-pipe port)
    (for-each (lambda (file)
                (unless (string-null? file)
                  (relocate-text file output)))
              files)))

(define (parse-executable file)
  "Return FILE as a dynamically linked ELF file, or #f when it is none."
  (and (elf-file? file)
       (let ((elf (parse-elf (call-with-input-file file get-bytevector-all #:binary #t))))
         (and (find (lambda (segment)
                      (= (elf-segment-type segment) PT_DYNAMIC))
                    (elf-segments elf))
              elf))))

(define (relocated-runpath elf output)
  "Return the directories where ELF searches its libraries, as they are below OUTPUT."
  (let ((info (elf-dynamic-info elf)))
    (map (lambda (directory)
           (if (string-prefix? "/" directory)
               (string-append output "/" (relocated-path (normalized directory)))
               directory))
         (append (elf-dynamic-info-rpath info) (elf-dynamic-info-runpath info)))))

(define (relocate-executables output libraries interpreter directories)
  "Let the ELF files below OUTPUT find INTERPRETER, and libraries in the DIRECTORIES of OUTPUT and in LIBRARIES."
  (define search-path
    (append (map (cut string-append output "/" <>) directories) libraries))

  (for-each (lambda (file)
              (match (parse-executable file)
                (#f #t)
                (elf
                 (make-file-writable file)
                 (apply invoke "patchelf" "--set-rpath"
                        (string-join (delete-duplicates (append (relocated-runpath elf output) search-path)) ":")
                        (if (find (lambda (segment)
                                    (= (elf-segment-type segment) PT_INTERP))
                                  (elf-segments elf))
                            (list "--set-interpreter" interpreter file)
                            (list file))))))
            (find-files output (lambda (file stat)
                                 (and (eq? 'regular (stat:type stat))
                                      (or (executable-file? file)
                                          (string-contains (basename file) ".so")))))))

(define* (install-relocated archives output
                            #:key libc libraries (directories '("lib")))
  "Install the files of ARCHIVES, binary packages of Debian, in OUTPUT.  Executables are run by the loader of LIBC, a
store item; shared libraries are searched for in the DIRECTORIES of OUTPUT, in LIBRARIES, a list of directories, and in
LIBC."
  (define root
    ;; Files can be moved from there, which they cannot from the directory of the build.
    (string-append output "/.root"))

  (mkdir-p root)
  (for-each (cut unpack-archive <> root) archives)
  (place-files root output)
  (delete-file-recursively root)
  (remove-dangling-links output)
  (relocate-descriptions output)
  (relocate-texts output)
  (relocate-executables output
                        (append libraries (list (string-append libc "/lib")))
                        (string-append libc "/lib/ld-linux-x86-64.so.2")
                        directories))
