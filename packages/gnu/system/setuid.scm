;;; Commentary:
;;;
;;; Programs of a system that run as another user or group than the one who starts them.
;;; Interface: (gnu system setuid) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (gnu system setuid)
  #:use-module (guix records)
  #:export (setuid-program
            setuid-program?
            setuid-program-program
            setuid-program-setuid?
            setuid-program-setgid?
            setuid-program-user
            setuid-program-group
            file-like->setuid-program))

(define-record-type* <setuid-program> setuid-program make-setuid-program
  setuid-program?
  (program setuid-program-program)
  (setuid? setuid-program-setuid? (default #t))
  (setgid? setuid-program-setgid? (default #f))
  (user setuid-program-user (default 0))
  (group setuid-program-group (default 0)))

(define (file-like->setuid-program file)
  "Return the declaration that FILE is to run as root."
  (setuid-program (program file)))
