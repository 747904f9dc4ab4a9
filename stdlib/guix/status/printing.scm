;;; Commentary:
;;;
;;; Events of builds as users see them: lines in colours, bars of progress, logs.  Part of (guix status).
;;;
;;; Code:

(define-module (guix status printing)
  #:use-module (guix colors)
  #:use-module (guix derivations)
  #:use-module (guix i18n)
  #:use-module (guix progress)
  #:use-module (guix status state)
  #:use-module (guix store)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (ice-9 format)
  #:use-module (ice-9 match)
  #:export (print-build-event
            print-build-event/quiet
            print-build-event/quiet-with-urls
            print-build-status))

(define (hook-text hook)
  "Return what is being done by the HOOK of profiles, or #f."
  (assq-ref `((info-dir . ,(G_ "building directory of Info manuals..."))
              (ghc-package-cache . ,(G_ "building GHC package cache..."))
              (ca-certificate-bundle . ,(G_ "building CA certificate bundle..."))
              (emacs-subdirs . ,(G_ "listing Emacs sub-directories..."))
              (glib-schemas . ,(G_ "generating GLib schema cache..."))
              (gtk-icon-themes . ,(G_ "creating GTK+ icon theme cache..."))
              (gtk-im-modules . ,(G_ "building cache files for GTK+ input methods..."))
              (xdg-desktop-database . ,(G_ "building XDG desktop file cache..."))
              (xdg-mime-database . ,(G_ "building XDG MIME database..."))
              (fonts-dir . ,(G_ "building fonts directory..."))
              (texlive-font-maps . ,(G_ "building TeX Live font maps..."))
              (manual-database . ,(G_ "building database for manual pages..."))
              (package-cache . ,(G_ "building package cache...")))
            hook))

(define (build-text file)
  "Return what the build of the derivation FILE is for."
  (define properties
    (or (false-if-exception (derivation-properties (read-derivation-from-file file))) '()))

  (define (count-of type)
    (or (and=> (assq-ref properties type) (cut assq-ref <> 'count)) 0))

  (match (assq-ref properties 'type)
    ('graft
     (let ((count (count-of 'graft)))
       (format #f (N_ "applying ~a graft for ~a ..." "applying ~a grafts for ~a ..." count)
               count (string-drop-right (store-path-package-name file) (string-length ".drv")))))
    ('profile
     (let ((count (count-of 'profile)))
       (format #f (N_ "building profile with ~a package..." "building profile with ~a packages..." count)
               count)))
    ('profile-hook
     (let ((hook (assq-ref properties 'hook)))
       (or (hook-text hook)
           (format #f (G_ "running profile hook of type '~a'...") hook))))
    (_
     (format #f (G_ "building ~a...") file))))

(define log-line-colors
  (color-rules
   ("^(starting phase)(.*)" BLUE RESET)
   ("^(phase)(.*)(succeeded after)(.*)" GREEN BOLD GREEN RESET)
   ("^(phase)(.*)(failed after)(.*)" RED BOLD RED RESET)
   ("^(.*)(error|failed)(:)(.*)" RESET RED RED BOLD)
   ("^(.*)(warning)(:)(.*)" RESET MAGENTA MAGENTA BOLD)))

(define spin!
  ;; Show that something goes on, and which PHASE it is.
  (let ((steps (circular-list "|" "/" "-" "\\")))
    (lambda (phase port)
      (erase-current-line port)
      (display (first steps) port)
      (when phase
        (format port " '~a'" phase))
      (set! steps (cdr steps))
      (force-output port))))

(define* (print-build-event event old-status status
                            #:optional (port (current-error-port))
                            #:key (colorize? (color-output? port)) (print-urls? #t) (print-log? #t))
  "Write to PORT what EVENT, which made STATUS of OLD-STATUS, means.  With PRINT-LOG?, logs are written, with PRINT-URLS? the
addresses of what is downloaded."
  (define (painter color)
    (if colorize?
        (cut colorize-string <> color)
        identity))

  (define emphasis (painter (color BOLD)))
  (define success (painter (color GREEN BOLD)))
  (define failure (painter (color RED BOLD)))
  (define terminal? (isatty?* port))

  (define (erase)
    (when (and terminal? (not print-log?))
      (erase-current-line port)))

  (define (say paint text . arguments)
    (erase)
    (display (paint (apply format #f text arguments)) port)
    (newline port))

  (define (show-progress build)
    (match (and build (build-completion build))
      (#f (when terminal? (spin! (and=> build build-phase) port)))
      (percentage
       (when terminal?
         (let* ((percentage (max 0 (min 100 percentage)))
                (prefix (format #f "~3d% ~@['~a' ~]" (inexact->exact (round percentage))
                                (match (build-phase build)
                                  ('build #f)
                                  (phase phase)))))
           (erase-current-line port)
           (display prefix port)
           (display (progress-bar percentage (- (current-terminal-columns) (string-length prefix))) port)
           (force-output port))))))

  (match event
    (('build-started file . _)
     (say emphasis "~a" (build-text file)))
    (('build-succeeded file . _)
     (if print-log?
         (say success (G_ "successfully built ~a") file)
         (erase))
     (match (build-status-building status)
       (() #t)
       (builds
        (format port (N_ "The following build is still in progress:~%~{  ~a~%~}~%"
                         "The following builds are still in progress:~%~{  ~a~%~}~%"
                         (length builds))
                (map build-derivation builds)))))
    (('build-failed file . _)
     (say failure (G_ "build of ~a failed") file)
     (match (false-if-exception (log-of file old-status))
       (#f (say failure (G_ "Could not find build log for '~a'.") file))
       (log (say emphasis (G_ "View build log at '~a'.") log))))
    (('substituter-started item . _)
     (when print-log?
       (say emphasis (G_ "substituting ~a...") item)))
    (('download-started item uri . _)
     (when print-urls?
       (say emphasis (G_ "downloading from ~a ...") uri)))
    (('download-progress item uri (= string->number size) (= string->number transferred))
     (when (= 1 (simultaneous-jobs status))
       (match (find (lambda (download) (string=? item (download-item download)))
                    (build-status-downloading status))
         (#f #t)
         (download
          (display-download-progress (basename uri) size
                                     #:tty? terminal?
                                     #:start-time (download-start download)
                                     #:transferred transferred)))))
    (('substituter-succeeded item . _)
     (unless (zero? (simultaneous-jobs status))
       (say success (G_ "substitution of ~a complete") item)))
    (('substituter-failed item . _)
     (say failure (G_ "substitution of ~a failed") item))
    (('hash-mismatch item algorithm expected actual . _)
     (say failure (G_ "~a hash mismatch for ~a:") algorithm item)
     (say emphasis (G_ "  expected hash: ~a\n  actual hash:   ~a") expected actual))
    (('build-remote file host . _)
     (say emphasis (G_ "offloading build of ~a to '~a'") file host))
    (('build-log #f line)
     (display line port)
     (force-output port))
    (('build-log id line)
     (if print-log?
         (display (if colorize? (log-line-colors line) line) port)
         (show-progress (match (build-status-building status)
                          ((build) build)
                          (_ #f)))))
    (_ #t)))

(define (log-of file status)
  "Return the name of the log of the derivation FILE, which STATUS or the store knows."
  (or (any (lambda (build)
             (and (string=? file (build-derivation build))
                  (build-log-file build)))
           (build-status-building status))
      (with-store store
        (log-file store file))))

(define* (print-build-event/quiet event old-status status
                                  #:optional (port (current-error-port))
                                  #:key (colorize? (color-output? port)))
  "Like `print-build-event', without logs and addresses."
  (print-build-event event old-status status port
                     #:colorize? colorize? #:print-urls? #f #:print-log? #f))

(define* (print-build-event/quiet-with-urls event old-status status
                                            #:optional (port (current-error-port))
                                            #:key (colorize? (color-output? port)))
  "Like `print-build-event', without logs."
  (print-build-event event old-status status port
                     #:colorize? colorize? #:print-log? #f))

(define* (print-build-status event old-status status #:optional (port (current-error-port)))
  "Like `print-build-event'; the name that it has for `with-status-report'."
  (print-build-event event old-status status port))
