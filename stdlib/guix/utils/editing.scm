;;; Commentary:
;;;
;;; Editing source files in place: finding an expression by its position and replacing its text.
;;; Part of (guix utils), whose interface is that of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix utils editing)
  #:use-module (ice-9 rdelim)
  #:use-module (ice-9 textual-ports)
  #:export (go-to-location edit-expression delete-expression with-atomic-file-output))

(define (with-atomic-file-output file proc)
  "Call PROC with an output port to the file that is about to replace FILE."
  (let* ((template (string-append file ".XXXXXX"))
         (port (mkstemp! template)))
    (with-throw-handler #t
      (lambda ()
        (let ((result (proc port)))
          (close-port port)
          (rename-file template file)
          result))
      (lambda (key . args)
        (false-if-exception (delete-file template))
        (false-if-exception (close-port port))))))

(define (go-to-location port line column)
  "Jump to LINE and COLUMN, both from 1, of what PORT, on a file, reads."
  (seek port 0 SEEK_SET)
  (set-port-line! port 0)
  (set-port-column! port 0)
  (let loop ()
    (unless (= (+ 1 (port-line port)) line)
      (when (eof-object? (read-char port))
        (error "unexpected end of file" port line))
      (loop)))
  (let loop ()
    (when (< (+ 1 (port-column port)) column)
      (let ((char (read-char port)))
        (when (or (eof-object? char) (char=? char #\newline))
          (error "unexpected end of line" port))
        (loop)))))

(define* (edit-expression source-properties proc
                          #:key (encoding "UTF-8") include-trailing-newline?)
  "Replace the text of the expression at SOURCE-PROPERTIES by what PROC returns for it, which must be an expression
too.  INCLUDE-TRAILING-NEWLINE? says that the rest of its last line belongs to it.  The file is in ENCODING."
  (let* ((file (assq-ref source-properties 'filename))
         (text (call-with-input-file file get-string-all #:encoding encoding))
         (line (assq-ref source-properties 'line))
         (start (+ (assq-ref source-properties 'column)
                   (let loop ((line line) (position 0))
                     (if (zero? line)
                         position
                         (loop (- line 1)
                               (+ 1 (or (string-index text #\newline position)
                                        (error "unexpected end of file" file))))))))
         (port (open-input-string (substring text start)))
         (old (begin
                (read port)
                (when include-trailing-newline? (read-line port))
                (string-length-before (substring text start) (get-string-all port))))
         (before (substring text start (+ start old)))
         (after (proc before)))
    (unless (string=? before after)
      (call-with-input-string after read)
      (with-atomic-file-output file
        (lambda (out)
          (set-port-encoding! out encoding)
          (display (string-append (substring text 0 start) after (substring text (+ start old)))
                   out)))))
  #t)

(define (string-length-before text rest)
  ;; How much of TEXT is before REST, its end.
  (- (string-length text) (string-length rest)))

(define (delete-expression source-properties)
  "Delete the expression at SOURCE-PROPERTIES and the rest of its line."
  (edit-expression source-properties (const "") #:include-trailing-newline? #t))

