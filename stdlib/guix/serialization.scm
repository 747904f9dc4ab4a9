;;; Commentary:
;;;
;;; Values as the store's programs exchange them, and file trees as archives ("NARs"), over binary ports.
;;; Large trees go through the primitives of (strata store); this is for programs that have a port.
;;; Interface: (guix serialization) of GNU Guix 1.4.
;;;
;;; Code:

(define-module (guix serialization)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-26)
  #:use-module (srfi srfi-34)
  #:use-module (srfi srfi-35)
  #:use-module (ice-9 binary-ports)
  #:use-module (ice-9 match)
  #:use-module (ice-9 ftw)
  #:export (write-int read-int
            write-long-long read-long-long
            write-padding
            write-bytevector write-string
            read-string read-latin1-string read-maybe-utf8-string
            write-string-list read-string-list
            write-string-pairs read-string-pairs
            write-store-path read-store-path
            write-store-path-list read-store-path-list
            (dump . dump-port*)

            &nar-error nar-error? nar-error-port nar-error-file
            &nar-read-error nar-read-error? nar-read-error-token

            write-file write-file-tree
            fold-archive restore-file dump-file))

(define-condition-type &nar-error &error
  nar-error?
  (file nar-error-file)
  (port nar-error-port))

(define-condition-type &nar-read-error &nar-error
  nar-read-error?
  (token nar-read-error-token))

(define (read-error port token)
  (raise (condition (&nar-read-error (port port) (file #f) (token token)))))

(define %longest-string
  ;; Names, targets of links and paths are shorter; what is longer is no archive.
  (expt 2 24))


;;;
;;; Numbers and strings.
;;;

(define (get-bytes port size)
  "Return the next SIZE bytes of PORT; raise a `&nar-error' when there are not so many."
  (let ((bytes (if (zero? size) #vu8() (get-bytevector-n port size))))
    (if (and (bytevector? bytes) (= size (bytevector-length bytes)))
        bytes
        (raise (condition (&nar-error (port port) (file #f)))))))

(define (write-long-long number port)
  "Write NUMBER to PORT in 8 bytes, little endian."
  (let ((bytes (make-bytevector 8 0)))
    (bytevector-u64-set! bytes 0 number (endianness little))
    (put-bytevector port bytes)))

(define (write-int number port)
  "Write NUMBER, of 32 bits, to PORT in 8 bytes."
  (let ((bytes (make-bytevector 8 0)))
    (bytevector-u32-set! bytes 0 number (endianness little))
    (put-bytevector port bytes)))

(define (read-long-long port)
  "Return the number of 8 bytes that comes next on PORT."
  (bytevector-u64-ref (get-bytes port 8) 0 (endianness little)))

(define (read-int port)
  "Return the number of 32 bits that comes next, in 8 bytes, on PORT."
  (bytevector-u32-ref (get-bytes port 8) 0 (endianness little)))

(define (padding length)
  (modulo (- length) 8))

(define (write-padding length port)
  "Write to PORT the zeros that follow LENGTH bytes."
  (put-bytevector port (make-bytevector (padding length) 0)))

(define (write-bytevector bytes port)
  "Write BYTES to PORT, with their length in front and padded."
  (let ((length (bytevector-length bytes)))
    (write-int length port)
    (put-bytevector port bytes)
    (write-padding length port)))

(define (write-string string port)
  "Write STRING to PORT, in UTF-8, with its length in front and padded."
  (write-bytevector (string->utf8 string) port))

(define (read-byte-string port)
  "Return the bytes of the string that comes next on PORT."
  (let ((length (read-long-long port)))
    (when (> length %longest-string)
      (read-error port length))
    (let ((bytes (get-bytes port length)))
      (unless (every zero? (bytevector->u8-list (get-bytes port (padding length))))
        (read-error port bytes))
      bytes)))

(define (read-string port)
  "Return the string in UTF-8 that comes next on PORT."
  (utf8->string (read-byte-string port)))

(define (read-latin1-string port)
  "Return the string in ISO-8859-1 that comes next on PORT."
  (list->string (map integer->char (bytevector->u8-list (read-byte-string port)))))

(define (read-maybe-utf8-string port)
  "Return the string that comes next on PORT; what is not UTF-8 in it becomes question marks or the like."
  (let ((bytes (read-byte-string port)))
    (catch #t
      (lambda () (utf8->string bytes))
      (lambda _
        (list->string (map (lambda (byte)
                             (if (< byte 128) (integer->char byte) #\?))
                           (bytevector->u8-list bytes)))))))

(define (write-string-list strings port)
  "Write STRINGS to PORT, with their number in front."
  (write-int (length strings) port)
  (for-each (cut write-string <> port) strings))

(define (read-string-list port)
  "Return the list of strings that comes next on PORT."
  (let loop ((left (read-int port)) (strings '()))
    (if (zero? left)
        (reverse strings)
        (loop (- left 1) (cons (read-string port) strings)))))

(define (write-string-pairs alist port)
  "Write ALIST, of strings, to PORT, with its length in front."
  (write-int (length alist) port)
  (for-each (match-lambda
              ((key . value)
               (write-string key port)
               (write-string value port)))
            alist))

(define (read-string-pairs port)
  "Return the alist of strings that comes next on PORT."
  (let loop ((left (read-int port)) (pairs '()))
    (if (zero? left)
        (reverse pairs)
        (let* ((key (read-string port))
               (value (read-string port)))
          (loop (- left 1) (alist-cons key value pairs))))))

(define (write-store-path path port)
  "Write the store path PATH to PORT."
  (write-string path port))

(define (read-store-path port)
  "Return the store path that comes next on PORT."
  (read-string port))

(define write-store-path-list write-string-list)
(define read-store-path-list read-string-list)


;;;
;;; Archives.
;;;

(define* (dump input output size #:key (buffer-size 65536))
  "Copy SIZE bytes from INPUT to OUTPUT."
  (let loop ((left size))
    (unless (zero? left)
      (let ((bytes (get-bytevector-n input (min left buffer-size))))
        (when (eof-object? bytes)
          (raise (condition (&nar-error (port input) (file #f)))))
        (put-bytevector output bytes)
        (loop (- left (bytevector-length bytes)))))))

(define %archive-version "nix-archive-1")

(define (byte<? a b)
  "Whether the string A comes before B by the bytes of their UTF-8 form, which is the order of code points."
  (string<? a b))

(define (check-size file port copied size)
  (unless (= copied size)
    (raise (condition (&nar-error (port port) (file file))))))

(define* (write-file-tree file port
                          #:key
                          file-type+size file-port symlink-target directory-entries
                          (postprocess-entries (cut sort <> byte<?)))
  "Write the archive of FILE to PORT.  (FILE-TYPE+SIZE FILE) returns its type, `regular', `executable', `symlink' or
`directory', and its size; (FILE-PORT FILE) an input port, which is closed; (SYMLINK-TARGET FILE) and (DIRECTORY-ENTRIES
FILE) what their names say."
  (define (dump-contents file size)
    (write-string "contents" port)
    (write-long-long size port)
    (let ((input (file-port file)))
      (dynamic-wind
        (const #t)
        (lambda () (dump input port size))
        (lambda () (close-port input))))
    (write-padding size port))

  (define (dump-node file)
    (write-string "(" port)
    (call-with-values (lambda () (file-type+size file))
      (lambda (type size)
        (write-string "type" port)
        (match type
          ('regular
           (write-string "regular" port)
           (dump-contents file size))
          ('executable
           (write-string "regular" port)
           (write-string "executable" port)
           (write-string "" port)
           (dump-contents file size))
          ('directory
           (write-string "directory" port)
           (for-each (lambda (entry)
                       (write-string "entry" port)
                       (write-string "(" port)
                       (write-string "name" port)
                       (write-string entry port)
                       (write-string "node" port)
                       (dump-node (string-append file "/" entry))
                       (write-string ")" port))
                     (postprocess-entries (directory-entries file))))
          ('symlink
           (write-string "symlink" port)
           (write-string "target" port)
           (write-string (symlink-target file) port))
          (_ (raise (condition (&nar-error (file file) (port port))))))))
    (write-string ")" port))

  (write-string %archive-version port)
  (dump-node file))

(define* (write-file file port #:key (select? (const #t)))
  "Write the contents of FILE to PORT as an archive.  (SELECT? FILE STAT) decides which entries of directories belong
to it.  Symbolic links stay what they are."
  (write-file-tree file port
                   #:file-type+size
                   (lambda (file)
                     (let ((info (lstat file)))
                       (values (case (stat:type info)
                                 ((regular) (if (zero? (logand #o100 (stat:perms info))) 'regular 'executable))
                                 (else => identity))
                               (stat:size info))))
                   #:file-port (cut open-file <> "r0b")
                   #:symlink-target readlink
                   #:directory-entries
                   (lambda (directory)
                     (filter (lambda (name)
                               (let ((file (string-append directory "/" name)))
                                 (select? file (lstat file))))
                             (scandir directory (negate (cut member <> '("." "..")))
                                      byte<?)))))

(define (fold-archive proc seed port file)
  "Read an archive from PORT and call (PROC FILE TYPE CONTENTS RESULT) for each of its files in order, starting with SEED
as the result.  TYPE is `directory', `directory-complete' after the last entry, `symlink', with the target for CONTENTS, or
`regular' or `executable', with a pair of a port and the number of bytes that PROC has to read from it.  FILE is what
the archive's root is called."
  (define (expect token)
    (let ((found (read-string port)))
      (unless (string=? token found)
        (read-error port found))))

  (define (read-regular file type result)
    (let* ((size (read-long-long port))
           (result (proc file type (cons port size) result)))
      (unless (every zero? (bytevector->u8-list (get-bytes port (padding size))))
        (read-error port file))
      (expect ")")
      result))

  (define (check-name name previous)
    (when (or (member name '("" "." ".."))
              (string-index name #\/)
              (string-index name #\nul)
              (and previous (not (byte<? previous name))))
      (read-error port name)))

  (define (read-node file result)
    (expect "(")
    (expect "type")
    (match (read-string port)
      ("regular"
       (match (read-string port)
         ("contents" (read-regular file 'regular result))
         ("executable"
          (expect "")
          (expect "contents")
          (read-regular file 'executable result))
         (token (read-error port token))))
      ("symlink"
       (expect "target")
       (let ((target (read-string port)))
         (expect ")")
         (proc file 'symlink target result)))
      ("directory"
       (let loop ((result (proc file 'directory #f result)) (previous #f))
         (match (read-string port)
           (")" (proc file 'directory-complete #f result))
           ("entry"
            (expect "(")
            (expect "name")
            (let ((name (read-string port)))
              (check-name name previous)
              (expect "node")
              (let ((result (read-node (string-append file "/" name) result)))
                (expect ")")
                (loop result name))))
           (token (read-error port token)))))
      (token (read-error port token))))

  (expect %archive-version)
  (read-node file seed))

(define (dump-file file input size type)
  "Copy SIZE bytes from INPUT to FILE, and make it executable when TYPE says so."
  (call-with-output-file file
    (lambda (output)
      (dump input output size))
    #:binary #t)
  (chmod file (if (eq? type 'executable) #o755 #o644)))

(define* (restore-file port file #:key (dump-file dump-file))
  "Read an archive from PORT and make of it FILE, with the permissions and times of a store.  Where FILE is there already,
it must be a regular file, as must be what the archive holds.
(DUMP-FILE FILE INPUT SIZE TYPE) makes the regular files."
  (guard (c ((and (nar-error? c) (not (nar-error-file c)))
             ;; What is read does not know where it is to go.
             (raise (if (nar-read-error? c)
                        (condition (&nar-read-error (port port) (file file) (token (nar-read-error-token c))))
                        (condition (&nar-error (port port) (file file)))))))
    (restore-archive port file dump-file)))

(define AT_SYMLINK_NOFOLLOW #x100)

(define (settle file permissions)
  "Give FILE the PERMISSIONS and times that it would have in a store."
  (chmod file permissions)
  (utime file 1 1 0 0))

(define (restore-archive port file dump-file)
  (define root file)
  (define (in-the-way? file type)
    ;; Nothing is written through a link, or over a file that is there, but what the caller asked for.
    (let ((stat (and (not (eq? type 'directory-complete))
                     (false-if-exception (lstat file)))))
      (and stat
           (not (and (string=? file root)
                     (memq type '(regular executable))
                     (eq? 'regular (stat:type stat)))))))
  (fold-archive (lambda (file type contents result)
                  (when (in-the-way? file type)
                    (raise (condition (&nar-error (file file) (port port)))))
                  (match type
                    ('directory (mkdir file))
                    ('directory-complete (settle file #o555))
                    ('symlink
                     (symlink contents file)
                     (utime file 1 1 0 0 AT_SYMLINK_NOFOLLOW))
                    ((or 'regular 'executable)
                     (match contents
                       ((input . size)
                        (dump-file file input size type)
                        (settle file (if (eq? type 'executable) #o555 #o444)))))))
                #t
                port
                file))
