;;; Commentary:
;;;
;;; Building profiles: a union of packages, the manifest, and the file that sets search paths in a shell.
;;; It uses modules of the host, so it is here and not in build-side: builds import it with them.
;;; Interface: (guix build profiles) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build profiles)
  #:use-module (guix build union)
  #:use-module (guix build utils)
  #:use-module (guix search-paths)
  #:use-module (srfi srfi-1)
  #:use-module (ice-9 ftw)
  #:use-module (ice-9 match)
  #:use-module (ice-9 pretty-print)
  #:re-export (symlink-relative)
  #:export (ensure-writable-directory
            build-profile))

(define %profile-introduction
  "# Source this file to define all the relevant environment variables in Bash
# for this profile.  You may want to define the 'GUIX_PROFILE' environment
# variable to point to the \"visible\" name of the profile, like this:
#
#  GUIX_PROFILE=/path/to/profile ; \\
#  source /path/to/profile/etc/profile
#
# When GUIX_PROFILE is undefined, the various environment variables refer
# to this specific profile generation.

")

(define (write-search-paths search-paths profile)
  "Write the file of PROFILE that sets SEARCH-PATHS, relative to GUIX_PROFILE when that is set."
  (define file (string-append profile "/etc/profile"))

  (define (visible name)
    (string-append "${GUIX_PROFILE:-" profile "}"
                   (string-drop name (string-length profile))))

  (define (visible-value specification value)
    (match (search-path-specification-separator specification)
      (#f (visible value))
      (separator (string-join (map visible (string-tokenize* value separator)) separator))))

  (mkdir-p (dirname file))
  (when (file-exists? file)
    (delete-file file))
  (call-with-output-file file
    (lambda (port)
      (display %profile-introduction port)
      (for-each (match-lambda
                  ((specification . value)
                   (display (search-path-definition specification (visible-value specification value)
                                                    #:kind 'prefix)
                            port)
                   (newline port)))
                (evaluate-search-paths search-paths (list profile))))))

(define* (ensure-writable-directory directory #:key (symlink symlink))
  "Make DIRECTORY, or, when it is a link to a directory, replace it by a directory of links to what is in that."
  (define (replace-link)
    (let* ((target (readlink directory))
           (target (if (string-prefix? "/" target)
                       target
                       (string-append (dirname directory) "/" target)))
           (names (scandir (string-append target "/")
                           (lambda (name) (not (member name '("." "..")))))))
      (delete-file directory)
      (mkdir directory)
      (for-each (lambda (name)
                  (symlink (string-append target "/" name)
                           (string-append directory "/" name)))
                names)))

  (match (false-if-exception (stat:type (lstat directory)))
    (#f (mkdir directory))
    ('directory #t)
    ('symlink (replace-link))
    (_ (error "cannot mkdir because a same-named file exists" directory))))

(define (manifest-contents manifest)
  "Return the list of the store items that MANIFEST, an S-expression, lists, with those they propagate after them, and the
list of their search paths."
  (define (field fields name)
    (match (assq name fields)
      ((_ value) value)
      (#f '())))

  (match manifest
    (('manifest ('version (or 3 4)) ('packages entries))
     (let loop ((entries entries) (items '()) (search-paths '()))
       (match entries
         (()
          (values (reverse items)
                  (delete-duplicates
                   (cons* $PATH $GUIX_EXTENSIONS_PATH
                          (map sexp->search-path-specification (reverse search-paths))))))
         ((('repeated _ _ _) . rest)
          (loop rest items search-paths))
         (((name version output item . fields) . rest)
          (loop (append rest (field fields 'propagated-inputs))
                (cons item items)
                (append (field fields 'search-paths) search-paths))))))))

(define* (build-profile output manifest #:key (extra-inputs '()) (symlink symlink))
  "Make the profile OUTPUT of MANIFEST, an S-expression, and EXTRA-INPUTS, store items; SYMLINK makes links."
  (define manifest-file (string-append output "/manifest"))

  (call-with-values (lambda () (manifest-contents manifest))
    (lambda (items search-paths)
      (union-build output (append extra-inputs items)
                   #:symlink symlink
                   #:log-port (%make-void-port "w"))
      ;; A package may have a file of that name.
      (when (file-exists? manifest-file)
        (delete-file manifest-file))
      (call-with-output-file manifest-file
        (lambda (port)
          (display ";; This file was automatically generated and is for internal use only.
;; It cannot be passed to the '--manifest' option.
;; Run 'guix package --export-manifest' if you want to export a file
;; suitable for '--manifest'.\n\n" port)
          (pretty-print manifest port)))
      (ensure-writable-directory (string-append output "/etc") #:symlink symlink)
      (write-search-paths search-paths output))))
