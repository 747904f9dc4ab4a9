;;; Commentary:
;;;
;;; What a store knows of its items: their references, origins, logs, substitutes; what keeps them and what does not.
;;; Programs use it as (guix store), which see.
;;;
;;; Code:

(define-module (guix store queries)
  #:use-module (guix store connections)
  #:use-module (strata store)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:export (path-info? path-info-deriver path-info-hash path-info-references
            path-info-registration-time path-info-nar-size
            valid-path? query-path-hash hash-part->path query-path-info
            references references/cached requisites referrers topologically-sorted
            valid-derivers query-derivation-outputs
            make-substitutable substitutable? substitutable-path substitutable-deriver substitutable-references
            substitutable-download-size substitutable-nar-size
            has-substitutes? substitutable-paths substitutable-path-info
            query-failed-paths built-in-builders
            derivation-log-file log-file
            find-roots live-paths dead-paths))

(define (valid-path? store path)
  "Return true when PATH is valid in STORE."
  (%valid-path? (store-connection-handle store) path))

(define (query-path-hash store path)
  "Return the SHA-256 of the NAR of PATH, a bytevector."
  (%path-hash (store-connection-handle store) path))

(define-record-type <path-info>
  (make-path-info deriver hash references registration-time nar-size)
  path-info?
  (deriver path-info-deriver)                     ;store path or #f
  (hash path-info-hash)                           ;bytevector
  (references path-info-references)               ;list of store paths
  (registration-time path-info-registration-time) ;seconds since the epoch
  (nar-size path-info-nar-size))

(define (query-path-info store path)
  "Return the <path-info> of PATH, which must be valid."
  (apply make-path-info (%path-info (store-connection-handle store) path)))

(define (hash-part->path store hash-part)
  "Return the valid path that has HASH-PART, or the empty string."
  (%hash-part->path (store-connection-handle store) hash-part))

(define (references store path)
  "Return the list of references of PATH, which must be valid."
  (%references (store-connection-handle store) path))

(define references/cached references)

(define (referrers store path)
  "Return the list of the valid paths that refer to PATH."
  (%referrers (store-connection-handle store) path))

(define (derivation-log-file drv)
  "Return the name of the log of the build of DRV, a derivation file, or #f."
  (with-store store
    (log-file store drv)))

(define-record-type <substitutable>
  ;; What a server of substitutes says of an item.
  (make-substitutable path deriver references download-size nar-size)
  substitutable?
  (path substitutable-path)
  (deriver substitutable-deriver)
  (references substitutable-references)
  (download-size substitutable-download-size)
  (nar-size substitutable-nar-size))

(define (has-substitutes? store path)
  "Return true when a substitute of PATH can be had."
  (pair? (substitutable-paths store (list path))))

(define (substitutable-paths store paths)
  "Return those of PATHS of which substitutes can be had."
  (map substitutable-path (substitutable-path-info store paths)))

(define (substitutable-path-info store paths)
  "Return the <substitutable> objects of those of PATHS of which substitutes can be had."
  (map (match-lambda
         ((path deriver references download-size nar-size)
          (make-substitutable path (and (not (string-null? deriver)) deriver) references download-size nar-size)))
       (%substitutes (store-connection-handle store) paths)))

(define (log-file store file)
  "Return the name of the build log of FILE, an output or a derivation, or #f."
  (%log-file (store-connection-handle store) file))

(define (query-failed-paths store)
  "Return the list of outputs whose builds failed, when STORE remembers."
  (%failed-paths (store-connection-handle store)))

(define (built-in-builders store)
  "Return the names of the builders that STORE is itself."
  (%built-in-builders (store-connection-handle store)))

(define (find-roots store)
  "Return the alist of the names of roots of the garbage collector and the store paths they keep."
  (%find-roots (store-connection-handle store)))

(define (requisites store paths)
  "Return the closure of PATHS, a list: each path once, in no order."
  (%closure (store-connection-handle store) (if (string? paths) (list paths) paths)))

(define (topologically-sorted store paths)
  "Return PATHS and what they refer to, references before what refers to them."
  (requisites store paths))

(define (valid-derivers store path)
  "Return the list of valid derivations that have PATH as an output."
  (%derivers (store-connection-handle store) path))

(define (query-derivation-outputs store drv)
  "Return the list of output paths of the derivation file DRV."
  (map cdr (%derivation-outputs (store-connection-handle store) drv)))

(define (live-paths store)
  "Return the list of the paths that roots reach."
  (%live-paths (store-connection-handle store)))

(define (dead-paths store)
  "Return the list of the paths that no root reaches."
  (%dead-paths (store-connection-handle store)))
