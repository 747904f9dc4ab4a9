;;; Commentary:
;;;
;;; Phases of mods for Minetest.
;;; Interface: (guix build minetest-build-system) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build minetest-build-system)
  #:use-module ((guix build gnu-build-system) #:prefix gnu:)
  #:use-module ((guix build copy-build-system) #:prefix copy:)
  #:use-module (guix build utils)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 match)
  #:use-module (ice-9 popen)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 regex)
  #:use-module (ice-9 textual-ports)
  #:export (%standard-phases
            mod-install-plan
            minimise-png
            read-mod-name
            check))


;;;
;;; Names.
;;;

(define* (read-mod-name mod.conf #:optional not-found)
  "Return the name of the mod that the file MOD.CONF describes; when it has none, return what the thunk NOT-FOUND returns,
or raise an error."
  (match (string-match "(^|\n)name *=([^\n]+)"
                       (call-with-input-file mod.conf get-string-all))
    (#f (if not-found
            (not-found)
            (error (format #f "~a does not have a 'name' field" mod.conf))))
    (found (string-trim-both (match:substring found 2)))))

(define (guess-name source)
  "Return the name that the file name of SOURCE, a store item, suggests."
  (let* ((name (strip-store-file-name source))
         (name (regexp-substitute/global #f "^minetest-|-checkout$" name 'pre 'post))
         (name (first (string-split name #\.))))
    (format (current-error-port)
            "warning: the modpack ~a did not set 'name' in 'modpack.conf'~%" name)
    name))

(define (mod-name inputs)
  "Return the name of the mod or the pack of mods in the current directory."
  (define (guess)
    (guess-name (assoc-ref inputs "source")))

  (cond ((file-exists? "mod.conf") (read-mod-name "mod.conf"))
        ((file-exists? "modpack.conf") (read-mod-name "modpack.conf" guess))
        (else (guess))))


;;;
;;; Phases.
;;;

(define (mod-install-plan mod-name)
  "Return the install plan of the mod MOD-NAME: what the game reads, and nothing else."
  `(("." ,(string-append "share/minetest/mods/" mod-name)
     #:include ("mod.conf" "modpack.conf" "settingtypes.txt" "depends.txt"
                "description.txt" "config.txt" "_config.txt")
     #:include-regexp (".lua$" ".png$" ".ogg$" ".obj$" ".b3d$" ".tr$" ".mts$"))))

(define* (install #:key inputs #:allow-other-keys #:rest arguments)
  "Install the mod."
  (apply (assq-ref copy:%standard-phases 'install)
         #:install-plan (mod-install-plan (mod-name inputs))
         arguments))

(define png-file?
  ((@@ (guix build utils) file-header-match) #vu8(137 80 78 71 13 10 26 10)))

(define (file-size file)
  (stat:size (stat file)))

(define* (minimise-png #:rest _)
  "Make PNG images smaller and say by how much."
  (define (minimise image)
    (format #t "Optimising ~a~%" image)
    (make-file-writable (dirname image))
    (make-file-writable image)
    (if (png-file? image)
        (invoke "optipng" "-o4" "-quiet" image)
        (format #t "warning: skipping ~a because it's not actually a PNG image~%" image)))

  (define (mebibytes size)
    (/ (round (* 100. (/ size (expt 2 20)))) 100))

  (let* ((images (find-files "." "\\.png$"))
         (before (apply + (map file-size images))))
    (if (zero? before)
        (format #t "There were no PNG images to minimise.~%")
        (begin
          (for-each minimise images)
          (let ((after (apply + (map file-size images))))
            (format #t "Minimisation reduced size of images by ~a% (~a MiB to ~a MiB)~%"
                    (/ (round (* 10000. (- 1 (/ after before)))) 100)
                    (mebibytes before) (mebibytes after)))))))

(define %world
  ;; The description of a world.
  "gameid = minetest
world_name = guix_testworld
backend = sqlite3
player_backend = sqlite3
auth_backend = sqlite3
")

(define (play-until-joined)
  "Run the game with the world in the current directory until the player is in it; raise an error if it reports one."
  (let ((port (open-pipe* OPEN_READ "sh" "-c"
                          "echo $$; exec xvfb-run -- minetest --info --world . --go 2>&1")))
    (define process (string->number (read-line port)))

    (format #t "Started Minetest with all mods loaded for testing~%")
    (let loop ((error? #f))
      (let* ((line (read-line port))
             (joined? (and (string? line)
                           (string-contains
                            line "ACTION[Server]: singleplayer [127.0.0.1] joins game."))))
        (cond ((not (or (eof-object? line) joined?))
               (display line)
               (newline)
               (loop (or error? (->bool (string-contains line ": ERROR[")))))
              (error? (error "minetest raised an error"))
              ((eof-object? line) (error "minetest didn't start"))
              (else
               (kill process SIGINT)
               (close-pipe port)))))))

(define* (check #:key outputs tests? #:allow-other-keys)
  "Load the installed mod and those it needs into a game, if TESTS? is true."
  (when tests?
    (let ((directories (cons (string-append (assoc-ref outputs "out") "/share/minetest/mods")
                             (search-path-as-string->list (or (getenv "MINETEST_MOD_PATH") "")))))
      (setenv "MINETEST_MOD_PATH" (list->search-path-as-string directories ":"))
      (mkdir "guix_testworld")
      (with-directory-excursion "guix_testworld"
        (setenv "HOME" (getcwd))
        (call-with-output-file "world.mt"
          (lambda (port)
            (display %world port)
            (for-each (lambda (file)
                        (format port "load_mod_~a = true~%" (read-mod-name file)))
                      (append-map (lambda (directory) (find-files directory "mod.conf"))
                                  directories))))
        (play-until-joined)))))

(define %standard-phases
  (modify-phases gnu:%standard-phases
    (delete 'bootstrap)
    (delete 'configure)
    (add-before 'build 'minimise-png minimise-png)
    (delete 'build)
    (delete 'check)
    (replace 'install install)
    (add-after 'install 'check check)))
