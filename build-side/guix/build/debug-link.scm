;;; Commentary:
;;;
;;; Links from ELF files to the files with their debugging information: the section `.gnu_debuglink' has a file name and
;;; a CRC of that file, which grafting changes.  Interface: (guix build debug-link) of GNU Guix 1.4.
;;; Format: "Separate Debug Files" in the manual of GDB.
;;;
;;; Code:

(define-module (guix build debug-link)
  #:use-module (guix build utils)
  #:use-module (guix elf)
  #:use-module (rnrs bytevectors)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (srfi srfi-1)
  #:export (debuglink-crc32
            elf-debuglink
            set-debuglink-crc
            graft-debug-links))

(define %polynomial
  ;; Of CRC-32, its bits reversed.
  #xedb88320)

(define %crc-table
  (let ((table (make-vector 256)))
    (do ((byte 0 (1+ byte)))
        ((= byte 256) table)
      (vector-set! table byte
                   (let loop ((bit 0) (crc byte))
                     (cond ((= bit 8) crc)
                           ((odd? crc) (loop (1+ bit) (logxor %polynomial (ash crc -1))))
                           (else (loop (1+ bit) (ash crc -1)))))))))

(define (debuglink-crc32 port)
  "Return the CRC, as debug links have it, of what is read from PORT."
  (let next ((crc #xffffffff))
    (let ((bytes (get-bytevector-n port 65536)))
      (if (eof-object? bytes)
          (logxor crc #xffffffff)
          (let ((size (bytevector-length bytes)))
            (let loop ((i 0) (crc crc))
              (if (= i size)
                  (next crc)
                  (loop (1+ i)
                        (logxor (ash crc -8)
                                (vector-ref %crc-table
                                            (logand #xff (logxor crc (bytevector-u8-ref bytes i)))))))))))))

(define (debug-section elf)
  (elf-section-by-name elf ".gnu_debuglink"))

(define (name-length bytes start)
  "Return the number of bytes of the string that ends with a zero at START in BYTES."
  (let loop ((i start))
    (if (zero? (bytevector-u8-ref bytes i))
        (- i start)
        (loop (1+ i)))))

(define (crc-offset elf section)
  "Return where in ELF the CRC in SECTION is: after the name, at a multiple of four."
  (let* ((start (elf-section-offset section))
         (size  (1+ (name-length (elf-bytes elf) start))))
    (+ start (* 4 (quotient (+ size 3) 4)))))

(define (elf-debuglink elf)
  "Return two values: the name and the CRC of the file with the debugging information of ELF; #f twice when there is none."
  (match (debug-section elf)
    (#f (values #f #f))
    (section
     (let* ((bytes (elf-bytes elf))
            (start (elf-section-offset section))
            (name  (make-bytevector (name-length bytes start))))
       (bytevector-copy! bytes start name 0 (bytevector-length name))
       (values (utf8->string name)
               (bytevector-u32-ref bytes (crc-offset elf section) (elf-byte-order elf)))))))

(define (set-debuglink-crc file debug-file)
  "Write the CRC of DEBUG-FILE to the debug link of the ELF file FILE, if it has one."
  (let* ((elf     (parse-elf (call-with-input-file file get-bytevector-all #:binary #t)))
         (section (debug-section elf)))
    (when section
      (let ((crc   (call-with-input-file debug-file debuglink-crc32 #:binary #t))
            (bytes (make-bytevector 4))
            (port  (open file O_RDWR)))
        (bytevector-u32-set! bytes 0 crc (elf-byte-order elf))
        (seek port (crc-offset elf section) SEEK_SET)
        (put-bytevector port bytes)
        (close-port port)))))

(define* (graft-debug-links old-outputs new-outputs mapping #:key (log-port (current-error-port)))
  "Make the debug links in NEW-OUTPUTS, an alist of names and directories, right again, if the output `debug' is among
them.  To be called after grafting."
  (define (programs directory)
    (append-map (lambda (name)
                  (let ((directory (string-append directory "/" name)))
                    (if (directory-exists? directory)
                        (filter elf-file? (find-files directory))
                        '())))
                '("bin" "sbin" "lib" "libexec")))

  (match (assoc-ref new-outputs "debug")
    (#f #t)
    (debug
     (for-each (lambda (file)
                 (let ((information (string-append debug "/lib/debug" file ".debug")))
                   (when (file-exists? information)
                     (format log-port "updating '.gnu_debuglink' CRC in '~a'~%" file)
                     (make-file-writable file)
                     (set-debuglink-crc file information))))
               (append-map (match-lambda
                             (("debug" . _) '())
                             ((_ . directory) (programs directory)))
                           new-outputs)))))
