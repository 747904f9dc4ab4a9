;;; Commentary:
;;;
;;; Phases of games for Ren'Py: a launcher and a desktop entry are made for their files.
;;; Interface: (guix build renpy-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build renpy-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module ((guix build python-build-system) #:prefix python:)
  #:use-module (guix build json)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:export (%standard-phases
            renpy-build))

(define (description-file game)
  (string-append game "/renpy-build.json"))

(define (member-of object name)
  "Return the member NAME of OBJECT, or #f."
  (match object
    (('@ . members) (assoc-ref members name))))

(define (call-with-description game proc)
  "Call PROC with the name of GAME, its display name, and those of its program and its directory."
  (let* ((description (call-with-input-file (description-file game) read-json))
         (build (member-of description "build")))
    (proc (member-of description "name")
          (member-of build "display_name")
          (member-of build "executable_name")
          (member-of build "directory_name"))))

(define (data-directory out name)
  (string-append out "/share/renpy/" name))

(define* (build #:key game #:allow-other-keys)
  "Compile the scripts in the directory GAME and let Ren'Py describe it."
  (for-each make-file-writable
            (find-files game (lambda (file stat) (eq? 'directory (stat:type stat)))
                        #:directories? #t))
  (invoke "renpy" "--json-dump" (description-file game) game "quit"))

(define* (install #:key inputs outputs game (output "out") #:allow-other-keys)
  "Install the game and a program that runs it."
  (call-with-description game
    (lambda (name display-name program directory)
      (let* ((out (assoc-ref outputs output))
             (launcher (string-append out "/bin/" program))
             (data (data-directory out directory)))
        (mkdir-p (dirname launcher))
        (copy-recursively game data)
        (delete-file (description-file data))
        (call-with-output-file launcher
          (lambda (port)
            (format port "#!~a~%~a ~s \"$@\""
                    (search-input-file inputs "/bin/sh")
                    (search-input-file inputs "/bin/renpy")
                    data)))
        (chmod launcher #o755)))))

(define* (install-desktop-file #:key inputs outputs game (output "out") #:allow-other-keys)
  "Install a desktop entry."
  (call-with-description game
    (lambda (name display-name program directory)
      (let ((out (assoc-ref outputs output)))
        (make-desktop-entry-file (string-append out "/share/applications/" program ".desktop")
                                 #:name name
                                 #:generic-name display-name
                                 #:exec (format #f "~a ~s"
                                                (search-input-file inputs "/bin/renpy")
                                                (data-directory out directory))
                                 #:categories '("Game" "Visual Novel"))))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (add-after 'unpack 'enable-bytecode-determinism
      (assq-ref python:%standard-phases 'enable-bytecode-determinism))
    (delete 'bootstrap)
    (delete 'configure)
    (replace 'build build)
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'install-desktop-file install-desktop-file)))

(define* (renpy-build #:key inputs (phases %standard-phases)
                   #:allow-other-keys #:rest args)
  "Build the package that ARGS describe, running PHASES in order."
  (apply gnu:gnu-build #:inputs inputs #:phases phases args))
