;;; Commentary:
;;;
;;; Archives in cpio's "new ASCII" format, in which Linux takes its initial RAM disks: equal, byte for byte, to what
;;; `cpio -H newc' of GNU writes.  Each member is a header of numbers in hexadecimal, its name and its content, both padded
;;; to four bytes; a member called TRAILER!!! ends the archive.
;;; Interface: (guix cpio) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix cpio)
  #:use-module ((guix build utils) #:select (dump-port))
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (cpio-header? make-cpio-header
            file->cpio-header file->cpio-header* special-file->cpio-header*
            write-cpio-header read-cpio-header
            write-cpio-archive))


;;;
;;; Headers.
;;;

(define-record-type <cpio-header>
  (%make-cpio-header fields)
  cpio-header?
  (fields cpio-header-fields))          ;alist of %fields and numbers

(define %fields
  ;; In the order of the format, after the six digits of the magic number.
  '(inode mode uid gid nlink mtime file-size device-major device-minor rdevice-major rdevice-minor name-size checksum))

(define %magic "070701")
(define %digits 8)
(define %header-size (+ (string-length %magic) (* %digits (length %fields))))

(define type-bits
  '((socket . #o140000) (symlink . #o120000) (regular . #o100000) (block-special . #o060000)
    (directory . #o040000) (char-special . #o020000) (fifo . #o010000)))

(define (mode->type mode)
  "Return the kind of file that MODE says, a symbol as of `stat:type'."
  (match (find (match-lambda ((_ . bits) (= bits (logand mode #o170000)))) type-bits)
    ((type . _) type)
    (#f (error "unsupported file type" mode))))

(define (header-ref header field)
  (assq-ref (cpio-header-fields header) field))

;; Device numbers as Linux packs them in 64 bits: 12 bits of the major and 8 of the minor are where they were of old.

(define (device-major device)
  (logior (logand #xfff (ash device -8))
          (logand #xfffff000 (ash device -32))))

(define (device-minor device)
  (logior (logand #xff device)
          (logand #xffffff00 (ash device -12))))

(define (device-number major minor)
  (logior (ash (logand #xfff major) 8)
          (logand #xff minor)
          (ash (logand #xffffff00 minor) 12)
          (ash (logand #xfffff000 major) 32)))

(define* (make-cpio-header #:key
                           (inode 0) (mode #o100400) (uid 0) (gid 0)
                           (nlink 1) (mtime 0) (size 0)
                           (dev 0) (rdev 0) (name-size 0))
  "Return the header of a file; SIZE counts for files with content only, and NAME-SIZE does without the final zero."
  (%make-cpio-header
   (map cons %fields
        (list inode mode uid gid nlink mtime
              (if (memv (logand mode #o170000)
                        (list (assq-ref type-bits 'regular) (assq-ref type-bits 'symlink)))
                  size
                  0)
              (device-major dev) (device-minor dev)
              (device-major rdev) (device-minor rdev)
              (+ 1 name-size)
              0))))

(define* (file->cpio-header file #:optional (file-name file) #:key (stat lstat))
  "Return the header that says what STAT does of FILE, for an archive where it is called FILE-NAME."
  (let ((st (stat file)))
    (make-cpio-header #:inode (stat:ino st)
                      #:mode (stat:mode st)
                      #:uid (stat:uid st)
                      #:gid (stat:gid st)
                      #:nlink (stat:nlink st)
                      #:mtime (stat:mtime st)
                      #:size (stat:size st)
                      #:dev (stat:dev st)
                      #:rdev (stat:rdev st)
                      #:name-size (bytevector-length (string->utf8 file-name)))))

(define* (file->cpio-header* file #:optional (file-name file) #:key (stat lstat))
  "Return a header of FILE that is always the same for the same content: without owner, time and inode."
  (let ((st (stat file)))
    (make-cpio-header #:mode (stat:mode st)
                      #:nlink (stat:nlink st)
                      #:size (stat:size st)
                      #:name-size (bytevector-length (string->utf8 file-name)))))

(define* (special-file->cpio-header* file device-type major minor permission-bits
                                     #:optional (file-name file))
  "Return the header of FILE, a device of DEVICE-TYPE, `char-special' or `block-special', that need not exist."
  (make-cpio-header #:mode (logior (assq-ref type-bits device-type) permission-bits)
                    #:rdev (device-number major minor)
                    #:name-size (bytevector-length (string->utf8 file-name))))

(define (write-cpio-header header port)
  "Write HEADER to PORT."
  (define (digits number)
    (string-pad (string-upcase (number->string number 16)) %digits #\0))
  (put-bytevector port
                  (string->utf8
                   (string-concatenate
                    (cons %magic (map (match-lambda ((_ . number) (digits number)))
                                      (cpio-header-fields header)))))))

(define (read-cpio-header port)
  "Return the header that comes next in PORT."
  (define (take count)
    (let ((bytes (get-bytevector-n port count)))
      (unless (and (bytevector? bytes) (= count (bytevector-length bytes)))
        (error "unexpected end of a cpio archive"))
      (utf8->string bytes)))

  (let ((magic (take (string-length %magic))))
    (unless (string=? magic %magic)
      (error "not a cpio archive in the new ASCII format" magic))
    (%make-cpio-header
     (map-in-order (lambda (field)
                     (let ((text (take %digits)))
                       (cons field
                             (or (string->number text 16)
                                 (error "not a number in a cpio header" field text)))))
                   %fields))))


;;;
;;; Archives.
;;;

(define* (write-cpio-archive files port #:key (file->header file->cpio-header))
  "Write an archive of FILES to PORT, with the headers that FILE->HEADER makes."
  (define written 0)

  (define (put! bytes)
    (put-bytevector port bytes)
    (set! written (+ written (bytevector-length bytes))))

  (define (pad! size)
    (put! (make-bytevector (modulo (- written) size) 0)))

  (define (put-member! name header content)
    (write-cpio-header header port)
    (set! written (+ written %header-size))
    (put! name)
    (put! #vu8(0))
    (pad! 4)
    (content)
    (pad! 4))

  (define (put-file! file)
    (let ((header (file->header file)))
      (put-member! (string->utf8 file) header
                   (lambda ()
                     (match (mode->type (header-ref header 'mode))
                       ('regular
                        (call-with-input-file file
                          (lambda (input)
                            (dump-port input port))
                          #:binary #t)
                        (set! written (+ written (header-ref header 'file-size))))
                       ('symlink (put! (string->utf8 (readlink file))))
                       ((or 'directory 'block-special 'char-special) #t)
                       (type (error "file type not supported" type file)))))))

  (define trailer "TRAILER!!!")

  (for-each put-file! files)
  (put-member! (string->utf8 trailer)
               (make-cpio-header #:mode 0 #:name-size (string-length trailer))
               (const #t))
  (pad! 512))
