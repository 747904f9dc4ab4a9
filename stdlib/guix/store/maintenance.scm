;;; Commentary:
;;;
;;; Looking after a store: collecting garbage, checking, sharing files, forgetting failures; roots; archives of items.
;;; Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store maintenance)
  #:use-module (guix config)
  #:use-module (guix store connections)
  #:use-module (guix store queries)
  #:use-module (strata store)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:export (%gc-roots-directory
            add-temp-root add-indirect-root add-permanent-root remove-permanent-root
            clear-failed-paths verify-store optimize-store
            collect-garbage delete-paths
            export-path export-paths import-paths))

(define %gc-roots-directory
  (string-append %state-directory "/gcroots"))

(define (add-temp-root store path)
  "Keep PATH until this process ends."
  (%add-temporary-root (store-connection-handle store) path))

(define (add-indirect-root store file)
  "Make the symbolic link FILE a root of the garbage collector."
  (%add-indirect-root (store-connection-handle store) file))

(define (permanent-root-file item)
  (string-append %gc-roots-directory "/" (basename item)))

(define (add-permanent-root target)
  "Make TARGET, a store path, a permanent root, if it is none."
  (catch 'system-error
    (lambda ()
      (symlink target (permanent-root-file target)))
    (lambda args
      (unless (= EEXIST (system-error-errno args))
        (apply throw args)))))

(define (remove-permanent-root target)
  "Make TARGET, a store path, no permanent root any more."
  (delete-file (permanent-root-file target)))

(define (clear-failed-paths store paths)
  "Forget that the builds of PATHS, outputs, failed; (\"*\") stands for all."
  (%clear-failed-paths (store-connection-handle store) paths))

(define* (verify-store store #:key check-contents? repair?)
  "Check that the items of STORE are there, with CHECK-CONTENTS? also that they are what they were; with REPAIR? build
broken ones again.  Return true when nothing is wrong, or no longer."
  (%verify-store (store-connection-handle store) check-contents? repair?))

(define (optimize-store store)
  "Make files of equal contents in STORE one file, and return true."
  (%optimize-store (store-connection-handle store)))

(define* (collect-garbage store #:optional (min-freed #f))
  "Delete what no root reaches until MIN-FREED bytes are free, by default all.  Return the list of the paths that were
deleted and the number of bytes freed."
  (match (%collect-garbage (store-connection-handle store) min-freed #f)
    ((paths . freed) (values paths freed))))

(define* (delete-paths store paths #:optional (min-freed #f))
  "Delete PATHS, which no root may reach.  Return the list of the paths that were deleted and the number of bytes
freed."
  (match (%collect-garbage (store-connection-handle store) min-freed paths)
    ((paths . freed) (values paths freed))))

(define (put-number port number)
  (let ((bytes (make-bytevector 8 0)))
    (bytevector-u64-set! bytes 0 number (endianness little))
    (put-bytevector port bytes)))

(define* (export-path store path port #:key (sign? #t))
  "Write the item PATH to PORT in the export format, signed if SIGN? is true."
  (%export-path (store-connection-handle store) path sign?
                (lambda (bytes) (put-bytevector port bytes))))

(define* (export-paths store paths port #:key (sign? #t) recursive? (start (const #f)) (progress (const #f)) (finish (const #f)))
  "Write the items PATHS to PORT in the export format, references before what refers to them; with RECURSIVE?, all that
they refer to as well.  Each is signed if SIGN? is true."
  (let* ((all (topologically-sorted store paths))
         (items (if recursive? all (filter (lambda (path) (member path paths)) all))))
    (for-each (lambda (path)
                (put-number port 1)
                (export-path store path port #:sign? sign?))
              items)
    (put-number port 0)))

(define (import-paths store port)
  "Import the items in the archive read from PORT and return the list of their paths."
  (%import-paths (store-connection-handle store) #t
                 (lambda (size)
                   (let ((bytes (get-bytevector-n port size)))
                     (if (eof-object? bytes) #vu8() bytes)))))
