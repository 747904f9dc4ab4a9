;;; Commentary:
;;;
;;; Wrapping programs that use Qt, so that they find plug-ins, QML modules and data of their inputs.
;;; Interface: (guix build qt-utils) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix build qt-utils)
  #:use-module (guix build utils)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (wrap-qt-program
            wrap-all-qt-programs
            %qt-wrap-excluded-inputs))

(define %default-major-version "5")

(define %qt-wrap-excluded-inputs
  ;; Code for a list of labels: tools, which programs do not need at run time.
  '(list "cmake" "extra-cmake-modules" "qttools"))

(define (qt-variables major-version)
  "Return the environment variables of Qt's MAJOR-VERSION: how they are set, what is looked for in each input, and in
which of these directories, if any, one must be."
  (define (below-qt directory)
    (string-append "/lib/qt" major-version directory))

  `(("XDG_DATA_DIRS" suffix ,directory-exists? "/share"
     "/applications" "/cursors" "/fonts" "/icons" "/glib-2.0/schemas" "/mime" "/sounds" "/themes" "/wallpapers")
    ("XDG_CONFIG_DIRS" suffix ,directory-exists? "/etc/xdg")
    ;; Users cannot add to these: plug-ins of another version would do harm.
    ("QT_PLUGIN_PATH" = ,directory-exists? ,(below-qt "/plugins"))
    ("QML2_IMPORT_PATH" = ,directory-exists? ,(below-qt "/qml"))
    ("QTWEBENGINEPROCESS_PATH" = ,file-exists? ,(below-qt "/libexec/QtWebEngineProcess"))))

(define (wrapper-variables directories major-version)
  "Return the arguments of `wrap-program' that make what DIRECTORIES have known to a program."
  (filter-map
   (match-lambda
     ((variable how exists? file . parts)
      (define (chosen directory)
        (let ((candidate (string-append directory file)))
          (and (exists? candidate)
               (or (null? parts)
                   (any (lambda (part) (exists? (string-append candidate part))) parts))
               candidate)))

      (match (filter-map chosen directories)
        (() #f)
        (found (list variable how found)))))
   (qt-variables major-version)))

(define (wrap program output inputs excluded-inputs major-version)
  "Wrap the file PROGRAM of OUTPUT for what INPUTS other than EXCLUDED-INPUTS have."
  (define directories
    (filter-map (match-lambda
                  ((label . directory)
                   (and (not (member label excluded-inputs)) directory)))
                inputs))

  (match (wrapper-variables (cons output directories) major-version)
    (() #f)
    (variables (apply wrap-program program variables))))

(define* (wrap-qt-program program-name #:key inputs output
                          (qt-wrap-excluded-inputs %qt-wrap-excluded-inputs)
                          (qt-major-version %default-major-version))
  "Wrap the program PROGRAM-NAME of OUTPUT's directory \"bin\" for what INPUTS have."
  (wrap (string-append output "/bin/" program-name) output inputs
        qt-wrap-excluded-inputs qt-major-version))

(define (major-version qtbase)
  "Return the major version of QTBASE, a store item, or the default one when it is #f."
  (if qtbase
      (call-with-values
          (lambda () (package-name->name+version (strip-store-file-name qtbase)))
        (lambda (name version)
          (first (string-split version #\.))))
      %default-major-version))

(define* (wrap-all-qt-programs #:key inputs outputs qtbase
                               (qt-wrap-excluded-outputs '())
                               (qt-wrap-excluded-inputs %qt-wrap-excluded-inputs)
                               #:allow-other-keys)
  "Wrap the programs of OUTPUTS other than QT-WRAP-EXCLUDED-OUTPUTS for what INPUTS other than QT-WRAP-EXCLUDED-INPUTS
have.  QTBASE tells the version of Qt."
  (define (programs output)
    (append-map (lambda (part)
                  (let ((directory (string-append output part)))
                    (if (directory-exists? directory)
                        (find-files directory
                                    (lambda (file stat) (not (wrapped-program? file))))
                        '())))
                '("/bin" "/sbin" "/libexec" "/lib/libexec")))

  (for-each (match-lambda
              ((name . output)
               (unless (member name qt-wrap-excluded-outputs)
                 (for-each (lambda (program)
                             (wrap program output inputs qt-wrap-excluded-inputs (major-version qtbase)))
                           (programs output)))))
            outputs))
