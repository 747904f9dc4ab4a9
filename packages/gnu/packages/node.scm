;;; Commentary:
;;;
;;; Node, of the bootstrap seed, with npm.
;;;
;;; Code:

(define-module (gnu packages node)
  #:use-module (guix build-system copy)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix packages)
  #:use-module (guix search-paths)
  #:use-module (guix utils)
  #:use-module (gnu packages bootstrap)
  #:use-module ((guix licenses) #:prefix license:))

(define %seed-node
  (seed-package "node" "26.10.0" "node" license:expat))

(define-public node
  (package
    (inherit %seed-node)
    (source (origin
              (method url-fetch)
              (uri "mirror://npm/npm/-/npm-10.9.2.tgz")
              (sha256
               (base32 "1r0nn7379j7glfr7k8kdwvs5wz0n003xbhhbj4zk79hyjymyblaw"))))
    (build-system copy-build-system)
    (arguments
     (list #:install-plan #~'(("." "lib/node_modules/npm"))
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'install 'install-programs
                 (lambda _
                   (let ((bin (string-append #$output "/bin")))
                     (mkdir-p bin)
                     (copy-file #$(file-append %seed-node "/bin/node") (string-append bin "/node"))
                     (for-each (lambda (name)
                                 (symlink (string-append "../lib/node_modules/npm/bin/" name "-cli.js")
                                          (string-append bin "/" name)))
                               '("npm" "npx"))
                     ;; Where links lead is not looked for by `patch-shebangs'.
                     (for-each (lambda (file)
                                 (patch-shebang file (list bin)))
                               (find-files (string-append #$output "/lib/node_modules/npm/bin") "-cli\\.js$"))
                     (setenv "PATH" (string-append bin ":" (getenv "PATH")))))))))
    (native-search-paths
     (list (search-path-specification
            (variable "NODE_PATH")
            (files '("lib/node_modules")))))
    (synopsis "JavaScript runtime, and npm")
    (description
     "Node runs programs in JavaScript; npm installs what they need.  This is the Node that builds run on.")
    (home-page "https://nodejs.org/")))

(define-public node-lts node)
