;;; Commentary:
;;;
;;; Reporting how far something has come: reporters, which are told and show it (on a terminal, as a bar, or as lines for
;;; other programs), and ports and copies that tell them.  Interface: (guix progress) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix progress)
  #:use-module (guix records)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-19)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 format)
  #:export (<progress-reporter> progress-reporter make-progress-reporter progress-reporter?
            call-with-progress-reporter start-progress-reporter! stop-progress-reporter! progress-reporter-report!
            progress-reporter/silent progress-reporter/file progress-reporter/bar progress-reporter/trace
            progress-report-port
            display-download-progress erase-current-line progress-bar byte-count->string
            current-terminal-columns
            dump-port*))

(define-record-type* <progress-reporter> progress-reporter make-progress-reporter progress-reporter?
  (start   progress-reporter-start)     ;called before
  (report  progress-reporter-report)    ;called with what there is to say, as often as one likes
  (stop    progress-reporter-stop))     ;called after

(define (start-progress-reporter! reporter)
  "Tell REPORTER that it begins."
  ((progress-reporter-start reporter)))

(define (progress-reporter-report! reporter . args)
  "Tell REPORTER what ARGS say: for most the number of bytes so far."
  (apply (progress-reporter-report reporter) args))

(define (stop-progress-reporter! reporter)
  "Tell REPORTER that it is over."
  ((progress-reporter-stop reporter)))

(define (call-with-progress-reporter reporter proc)
  "Call PROC with the procedure that tells REPORTER of progress, which is told of the beginning and the end, too."
  (dynamic-wind
    (lambda () (start-progress-reporter! reporter))
    (lambda () (proc (progress-reporter-report reporter)))
    (lambda () (stop-progress-reporter! reporter))))

(define progress-reporter/silent
  (make-progress-reporter noop noop noop))


;;;
;;; Text.
;;;

(define current-terminal-columns
  (make-parameter 80))

(define (rounded number)
  (inexact->exact (round number)))

(define (byte-count->string size)
  "Return SIZE, a number of bytes, as people read it."
  (define (in power)
    (/ size (expt 1024. power)))
  (cond ((< size 1024) (format #f "~dB" (rounded size)))
        ((< (in 1) 1024) (format #f "~dKiB" (rounded (in 1))))
        ((< (in 2) 1024) (format #f "~,1fMiB" (in 2)))
        ((< (in 3) 1024) (format #f "~,2fGiB" (in 3)))
        (else (format #f "~,3fTiB" (in 4)))))

(define (duration->string seconds)
  "Return SECONDS as [HH:]MM:SS."
  (let* ((total   (rounded seconds))
         (minutes (quotient total 60)))
    (if (< minutes 60)
        (format #f "~2,'0d:~2,'0d" minutes (modulo total 60))
        (format #f "~2,'0d:~2,'0d:~2,'0d" (quotient minutes 60) (modulo minutes 60) (modulo total 60)))))

(define* (progress-bar % #:optional (bar-width 20))
  "Return a bar, BAR-WIDTH characters wide, of which % hundredths are filled."
  (let* ((inside (max 3 (- bar-width 2)))
         (filled (inexact->exact (floor (* inside (/ % 100))))))
    (string-append "[" (make-string filled #\#) (make-string (- inside filled) #\space) "]")))

(define (erase-current-line port)
  "Clear the line of the terminal at PORT."
  (display "\r\x1b[K" port))

(define (redraw-line port left right)
  "Show LEFT and RIGHT at the ends of the terminal's line at PORT."
  (let ((gap (- (current-terminal-columns) (string-length left) (string-length right))))
    (erase-current-line port)
    (display (string-append left (make-string (max 1 gap) #\space) right) port)
    (force-output port)))

(define (seconds-since start)
  (let ((elapsed (time-difference (current-time (time-type start)) start)))
    (+ (time-second elapsed) (/ (time-nanosecond elapsed) 1e9))))

(define* (display-download-progress file size
                                    #:key (tty? #t) start-time (transferred 0) (log-port (current-error-port)))
  "Show on LOG-PORT that TRANSFERRED bytes of FILE, which has SIZE if that is not #f, have come since START-TIME.  Without
TTY? only dots are written, one for each tenth."
  (define elapsed (seconds-since start-time))
  (define speed
    ;; Nothing takes no time at all.
    (byte-count->string (/ transferred (max elapsed 1e-9))))
  (define time (duration->string elapsed))

  (cond ((and (number? size) (not (zero? size)))
         (let ((% (* 100. (/ transferred size))))
           (if tty?
               (redraw-line log-port
                            (format #f " ~a  ~a" file (byte-count->string size))
                            (format #f "~a/s ~a ~a~6,1f%" speed time (progress-bar %) %))
               (when (zero? (modulo (round %) 10))
                 (display "." log-port)
                 (force-output log-port)))))
        ((not (zero? transferred))
         (redraw-line log-port
                      (string-append " " file)
                      (format #f "~a/s ~a | ~a transferred" speed time (byte-count->string transferred))))))


;;;
;;; Reporters.
;;;

(define (at-most-five-times-a-second proc)
  "Return a procedure that calls PROC, except shortly after it did so, when it returns #f."
  (define pause (make-time time-duration 200000000 0))
  (define last #f)
  (lambda args
    (let ((now (current-time time-monotonic)))
      (and (or (not last) (time>=? (time-difference now last) pause))
           (begin
             (set! last now)
             (apply proc args))))))

(define* (progress-reporter/file file size #:optional (log-port (current-output-port))
                                 #:key (abbreviation basename))
  "Return a reporter of the download of FILE, of SIZE bytes or #f, that draws on the terminal at LOG-PORT what ABBREVIATION
makes of FILE."
  (define start-time (current-time time-monotonic))
  (define transferred 0)
  (define (draw)
    (display-download-progress (abbreviation file) size
                               #:start-time start-time #:transferred transferred #:log-port log-port))
  (define draw-sometimes (at-most-five-times-a-second draw))
  (make-progress-reporter draw
                          (lambda (bytes)
                            (set! transferred bytes)
                            (draw-sometimes))
                          draw))

(define* (progress-reporter/bar total #:optional (prefix "") (port (current-error-port)))
  "Return a reporter that is told of each of TOTAL tasks and draws a bar of them, after PREFIX, on the terminal at PORT."
  (define done 0)
  (define (draw)
    (define % (* 100. (/ done total)))
    (erase-current-line port)
    (unless (string-null? prefix)
      (display prefix port)
      (display "  " port))
    (display (progress-bar % (if (string-null? prefix)
                                 (current-terminal-columns)
                                 (- (current-terminal-columns) (string-length prefix) 3)))
             port)
    (force-output port))
  (define draw-sometimes (at-most-five-times-a-second draw))
  (make-progress-reporter (lambda () (set! done 0))
                          (lambda ()
                            (set! done (+ 1 done))
                            (when (<= done total)
                              (draw-sometimes)))
                          (lambda ()
                            (erase-current-line port)
                            (unless (string-null? prefix)
                              (display prefix port)
                              (newline port))
                            (force-output port))))

(define* (progress-reporter/trace file url size #:optional (log-port (current-output-port)))
  "Return a reporter that writes to LOG-PORT the lines by which programs follow the download of FILE, of SIZE bytes or #f,
from URL."
  (define total 0)
  (define (write-line . words)
    ;; At once: others may write there, too.
    (display (string-append "@" (string-concatenate (map (lambda (word) (format #f " ~a" word)) words)) "\n")
             log-port)
    (force-output log-port))
  (define (write-progress bytes)
    (write-line "download-progress" file url (or size "-") bytes))
  (define write-sometimes (at-most-five-times-a-second write-progress))
  (make-progress-reporter (lambda ()
                            (set! total 0)
                            (write-line "download-started" file url (or size "-")))
                          (lambda (bytes)
                            (set! total bytes)
                            (write-sometimes bytes))
                          (lambda ()
                            (let ((size (or size total)))
                              (write-progress size)
                              (write-line "download-succeeded" file url size)))))


;;;
;;; Ports.
;;;

(define* (dump-port* in out #:key (buffer-size 16384) (reporter progress-reporter/silent))
  "Copy what IN has to OUT, in pieces of at most BUFFER-SIZE bytes, and tell REPORTER how many bytes there were after each."
  (define buffer (make-bytevector buffer-size))
  (call-with-progress-reporter reporter
    (lambda (report)
      (let loop ((total 0))
        (let ((count (get-bytevector-n! in buffer 0 buffer-size)))
          (unless (eof-object? count)
            (put-bytevector out buffer 0 count)
            (report (+ total count))
            (loop (+ total count))))))))

(define* (progress-report-port reporter port #:key (close? #t) download-size)
  "Return an input port with what PORT has, of which REPORTER is told.  No more than DOWNLOAD-SIZE bytes are read, if it is
not #f; closing closes PORT, too, unless CLOSE? is #f."
  (define report (progress-reporter-report reporter))
  (define total 0)
  (define (read! bytes start count)
    (let* ((wanted (if download-size (min count (- download-size total)) count))
           (got    (if (zero? wanted) 0 (get-bytevector-n! port bytes start wanted)))
           (got    (if (eof-object? got) 0 got)))
      (set! total (+ total got))
      (report total)
      got))
  (define (close)
    ;; A port that nothing was read from is a copy that some other process of a pipeline closes.
    (unless (zero? total)
      (stop-progress-reporter! reporter))
    (when close?
      (close-port port)))
  (start-progress-reporter! reporter)
  (make-custom-binary-input-port "progress-port-proc" read! #f #f close))
