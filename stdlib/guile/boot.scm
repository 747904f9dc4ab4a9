;;; The Scheme part of module (guile): loaded into it when it is first created, after the primitives.
;;; What calls procedures is written here, so that continuations captured in them pass through.

(include "lists.scm")
(include "sorting.scm")
(include "strings.scm")
(include "char-sets.scm")
(include "vectors.scm")
(include "hash-tables.scm")
(include "control.scm")
(include "records.scm")
(include "ports.scm")
(include "files.scm")
(include "errors.scm")
(include "late.scm")
(include "host.scm")
(include "modules.scm")
(include "deferred.scm")
