;;; Commentary:
;;;
;;; What (ice-9 posix) and its kin need from the host. All of it is primitives of this module; not one of Guile's.
;;;
;;; Code:

(define-module (ice-9 posix-primitives)
  #:export (%set-signal-handler! %signal-handler %deliver-signals %sleep-until-signal %poll %clone))
