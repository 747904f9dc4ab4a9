;;; Phases of build systems, run on small source trees with the tools of the machine.  What is not installed is left out,
;;; with a line that says so.  Runs in an empty directory.

(use-modules ((guix build cmake-build-system) #:prefix cmake:)
             ((guix build copy-build-system) #:prefix copy:)
             ((guix build font-build-system) #:prefix font:)
             ((guix build node-build-system) #:prefix node:)
             ((guix build perl-build-system) #:prefix perl:)
             ((guix build ruby-build-system) #:prefix ruby:)
             ((guix build haskell-build-system) #:prefix haskell:)
             (guix build json)
             (guix build utils)
             (ice-9 match)
             (checks))

(define here (getcwd))
(define (in . parts) (string-append here "/" (string-join parts "/")))

(define (run phases . arguments)
  ;; Run PHASES, a list of alists of all phases and names, with ARGUMENTS; what tools print is not for this program.
  (match phases
    ((all . names)
     (with-output-to-file (in "log")
       (lambda ()
         (for-each (lambda (name) (apply (assq-ref all name) arguments)) names))))))

(define-syntax-rule (with-tools (tool ...) exp ...)
  (let ((missing (filter (lambda (name) (not (which name))) '(tool ...))))
    (if (null? missing)
        (begin exp ...)
        (format #t "skipped: not installed: ~a~%" missing))))

(define (make file text)
  (mkdir-p (dirname file))
  (write-text file text))

;; CMake.
(with-tools ("cmake" "make" "cc")
  (make "c/source/CMakeLists.txt" "cmake_minimum_required(VERSION 3.5)
project(hello C)
enable_testing()
add_executable(hello hello.c)
add_test(NAME greets COMMAND hello)
install(TARGETS hello DESTINATION bin)
")
  (make "c/source/hello.c" "int main(void) { return 0; }\n")
  (let ((outputs `(("out" . ,(in "c/out")))))
    (with-directory-excursion "c/source"
      (run (list cmake:%standard-phases 'configure 'build 'check 'install)
           #:outputs outputs #:build-type "Release" #:test-target "test" #:tests? #t
           #:configure-flags '("-DTHING=on")))
    (check-that "CMake builds beside the sources and installs" (executable-file? "c/out/bin/hello"))
    (check-that "its flags are the package's"
                (string-contains (text-of "c/build/CMakeCache.txt") "CMAKE_BUILD_TYPE:STRING=Release"))))

;; Perl.
(with-tools ("perl" "make")
  (make "p/Makefile.PL" "use ExtUtils::MakeMaker; WriteMakefile(NAME => 'Thing', VERSION => '1');\n")
  (make "p/lib/Thing.pm" "package Thing; sub answer { 42 } 1;\n")
  (make "p/t/thing.t" "print \"1..1\\nok 1\\n\";\n")
  (let ((outputs `(("out" . ,(in "p-out")))))
    (with-directory-excursion "p"
      (run (list perl:%standard-phases 'configure 'build 'check 'install)
           #:outputs outputs #:make-maker? #f #:tests? #t #:test-target "test"))
    (check "Perl modules are installed, without a list of modules" '("Thing.pm")
           (map basename (find-files "p-out" "\\.(pm|pod)$")))))

;; Fonts and copied files need no tools.
(make "f/a.ttf" "t")
(make "f/sub/b.otf" "o")
(make "f/readme" "r")
(with-directory-excursion "f"
  (run (list font:%standard-phases 'install) #:outputs `(("out" . ,(in "f-out")))))
(check "fonts go to directories of their kind"
       '("f-out/share/fonts/opentype/b.otf" "f-out/share/fonts/truetype/a.ttf")
       (find-files "f-out"))

;; package.json.
(make "modules/lib/node_modules/dep/package.json" "{\"name\":\"dep\"}")
(make "modules/lib/node_modules/@scope/other/package.json" "{\"name\":\"@scope/other\"}")
(make "n/package.json" "{\"name\":\"n\",\"dependencies\":{\"dep\":\"^1\",\"gone\":\"2\"},\"peerDependencies\":{\"@scope/other\":\"3\"}}")
(with-directory-excursion "n"
  (run (list node:%standard-phases 'patch-dependencies) #:inputs `(("modules" . ,(in "modules"))))
  (node:delete-dependencies '("gone")))
(define dependencies
  (sort (cdr (assoc-ref (cdr (call-with-input-file "n/package.json" read-json)) "dependencies"))
        (lambda (a b) (string<? (car a) (car b)))))
(check "what a Node package needs is where the inputs have it"
       `("@" ("@scope/other" . ,(in "modules/lib/node_modules/@scope/other"))
         ("dep" . ,(in "modules/lib/node_modules/dep")))
       (match dependencies
         (('@ . members) (cons "@" members))
         (members (cons "@" members))))

;; Setup.hs.
(mkdir-p "h")
(with-directory-excursion "h"
  (run (list haskell:%standard-phases 'generate-setuphs)))
(check "a Haskell package without a setup program gets one" "import Distribution.Simple\nmain = defaultMain\n"
       (text-of "h/Setup.hs"))

;; Gemspecs.
(make "r/x.gemspec" "s.files = `git ls-files`.split\n")
(with-directory-excursion "r"
  (run (list ruby:%standard-phases 'replace-git-ls-files) #:source "/x.tar.gz"))
(check-that "gems list files without Git" (not (string-contains (text-of "r/x.gemspec") "git ls-files")))

;; All phases are there, in order.
(define (names phases) (map car phases))
(check-that "CMake's phases have no bootstrap" (not (memq 'bootstrap (names cmake:%standard-phases))))
(check "gems are built after their specification is known"
       '(extract-gemspec replace-git-ls-files build)
       (filter (lambda (name) (memq name '(extract-gemspec replace-git-ls-files build)))
               (names ruby:%standard-phases)))
