;;; Commentary:
;;;
;;; Where packages come from besides the own collection: looking names up in the index that commands keep of a
;;; collection, so that only the modules of what is looked for are loaded, and the directories of channels.  Not of Guix:
;;; its package cache is part of (gnu packages).
;;;
;;; Code:

(define-module (guix package-index)
  #:use-module (strata channels)
  #:use-module (strata collections)
  #:export (indexed-variables
            indexed-names
            collection-state keep-names
            channel-directories
            load-problem
            collection-entry collection-root))

(define (indexed-variables directories name)
  "Return the list of (MODULE . VARIABLE) of the packages called NAME in the collection of DIRECTORIES, a list of
(DIRECTORY . SUB-DIRECTORY); #f when there is no index of it that is up to date."
  (%indexed-variables directories name))

(define (indexed-names directories)
  "Return the names of all packages in the collection of DIRECTORIES; #f when there is no index of it."
  (%indexed-names directories))

(define (collection-state directories)
  "Return a string that changes whenever a module of the collection of DIRECTORIES does."
  (%collection-state directories))

(define (keep-names directories state entries)
  "Keep ENTRIES, a list of (NAME MODULE . VARIABLE) of all packages in the collection of DIRECTORIES, as an index for later
processes; STATE is what 'collection-state' returned before its modules were loaded."
  (%keep-names directories state entries))

(define (load-problem module)
  "Return the message about why the module called MODULE cannot be loaded, with the place and a hint; #f when it can."
  (%load-problem module))

(define (channel-directories)
  "Return the directories of the channels in use as a list of (DIRECTORY . SUB-DIRECTORY)."
  (%channel-directories))

(define (collection-entry directory)
  "Return where the packages of DIRECTORY, which a user named, are looked for: the directory itself, or (VIEW . \"gnu/packages\") when it is a whole Guix, whose other modules strata has itself."
  (let ((root (%module-root directory)))
    (if (%module-view? root)
        (cons root "gnu/packages")
        root)))

(define (collection-root entry)
  "Return the directory that the modules of ENTRY are named from."
  (if (pair? entry) (car entry) entry))
