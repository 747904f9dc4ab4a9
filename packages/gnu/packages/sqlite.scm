;;; Commentary:
;;;
;;; SQLite.  The build of its source wants Tcl: it is had as it was compiled.
;;;
;;; Code:

(define-module (gnu packages sqlite)
  #:use-module (gnu packages bootstrap toolchains)
  #:use-module ((guix licenses) #:prefix license:))

(define-public sqlite
  (relocated-package
   "sqlite" "3.40.1"
   '(libreadline8 libsqlite3-0 libsqlite3-dev libtinfo6 sqlite3 zlib1g)
   #:synopsis "SQL in a file"
   #:description "SQLite is a library with a database in one file that speaks SQL."
   #:home-page "https://www.sqlite.org/"
   #:license license:public-domain))
