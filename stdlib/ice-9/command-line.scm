;;; Commentary:
;;;
;;; What the command lines of GNU programs print: versions, and where to report bugs.  Not the options of `guile' itself,
;;; which strata's own command reads (runtime/cli).
;;;
;;; Code:

(define-module (ice-9 command-line)
  #:export (version-etc *GPLv3+* *LGPLv3+* emit-bug-reporting-address))

(define (license-notice name title url)
  (string-append "License " name ": " title " <" url ">.\n"
                 "This is free software: you are free to change and redistribute it.\n"
                 "There is NO WARRANTY, to the extent permitted by law."))

(define *GPLv3+*
  (license-notice "GPLv3+" "GNU GPL version 3 or later" "http://gnu.org/licenses/gpl.html"))
(define *LGPLv3+*
  (license-notice "LGPLv3+" "GNU LGPL 3 or later" "http://gnu.org/licenses/lgpl.html"))

(define (print port . parts)
  (for-each (lambda (part) (display part port)) parts)
  (newline port))

(define* (version-etc package version #:key
                      (port (current-output-port))
                      (copyright-year 2021)
                      (copyright-holder "Free Software Foundation, Inc.")
                      (copyright (format #f "Copyright (C) ~a ~a" copyright-year copyright-holder))
                      (license *GPLv3+*)
                      command-name packager packager-version)
  "Print to PORT what `--version' of a GNU program says: that it is VERSION of PACKAGE, or COMMAND-NAME of PACKAGE, who
packaged it, its COPYRIGHT and its LICENSE."
  (if command-name
      (print port command-name " (" package ") " version)
      (print port package " " version))
  (if packager
      (if packager-version
          (print port "Packaged by " packager " (" packager-version ")")
          (print port "Packaged by " packager)))
  (print port copyright)
  (newline port)
  (print port license))

(define* (emit-bug-reporting-address package bug-address #:key
                                     (port (current-output-port))
                                     (url (string-append "http://www.gnu.org/software/" package "/"))
                                     packager packager-bug-address)
  "Print to PORT where to report bugs of PACKAGE, and where its home page is."
  (newline port)
  (print port "Report bugs to: " bug-address)
  (if (and packager packager-bug-address)
      (print port "Report " packager " bugs to: " packager-bug-address))
  (print port package " home page: <" url ">")
  (print port "General help using GNU software: <http://www.gnu.org/gethelp/>"))
