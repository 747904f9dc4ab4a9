;;; Commentary:
;;;
;;; Identifiers of file systems: bytes with the kind of file system that wrote them, and the text that each kind has for them.
;;; Not the bytes' place on a disk.
;;; Interface: (gnu system uuid) of GNU Guix 1.4; RFC 4122 for the common form, ECMA-119 for the dates of ISO 9660.
;;;
;;; Code:

(define-module (gnu system uuid)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:export (uuid
            uuid?
            uuid-type
            uuid-bytevector
            uuid=?
            bytevector->uuid
            uuid->string
            dce-uuid->string
            iso9660-uuid->string
            string->uuid
            string->dce-uuid
            string->iso9660-uuid
            string->ext2-uuid
            string->ext3-uuid
            string->ext4-uuid
            string->bcachefs-uuid
            string->btrfs-uuid
            string->fat-uuid
            string->jfs-uuid
            string->ntfs-uuid
            string->xfs-uuid
            sub-bytevector
            latin1->string))

(define (sub-bytevector bytes start size)
  "Return a new bytevector of the SIZE bytes of BYTES from START on."
  (let ((part (make-bytevector size)))
    (bytevector-copy! bytes start part 0 size)
    part))

(define (latin1->string bytes terminator)
  "Return the text of BYTES, one character a byte, up to the first byte for which TERMINATOR returns true; #f if there is none."
  (match (take-while (negate terminator) (bytevector->u8-list bytes))
    (() #f)
    (codes (list->string (map integer->char codes)))))

;;;
;;; Bytes as digits.
;;;

(define (u8->digits byte)
  (string-pad (number->string byte 16) 2 #\0))

(define (digits->u8-list digits)
  "Return the bytes that DIGITS, an even number of hexadecimal digits, stand for."
  (let loop ((index (- (string-length digits) 2)) (bytes '()))
    (if (negative? index)
        bytes
        (loop (- index 2)
              (cons (string->number (substring digits index (+ index 2)) 16) bytes)))))

(define (groups->digits text sizes allowed)
  "Return the characters of TEXT without the dashes between its groups, or #f unless the groups have SIZES characters, all in
the set ALLOWED."
  (let ((groups (string-split text #\-)))
    (and (equal? (map string-length groups) sizes)
         (every (lambda (group) (string-every allowed group)) groups)
         (string-concatenate groups))))

(define (digits->groups digits sizes)
  "Return DIGITS cut into groups of SIZES characters, with dashes between them."
  (let loop ((start 0) (sizes sizes) (groups '()))
    (match sizes
      (() (string-join (reverse groups) "-"))
      ((size . rest)
       (loop (+ start size) rest (cons (substring digits start (+ start size)) groups))))))

;;;
;;; The forms.
;;;

(define %dce-groups '(8 4 4 4 12))
(define %iso9660-groups '(4 2 2 2 2 2 2))
(define %fat-groups '(4 4))

(define (dce-uuid->string bytes)
  "Return the text of BYTES, 16 of them, in the form of RFC 4122."
  (digits->groups (string-concatenate (map u8->digits (bytevector->u8-list bytes))) %dce-groups))

(define (string->dce-uuid text)
  "Return the 16 bytes that TEXT, in the form of RFC 4122, stands for, or #f."
  (and=> (groups->digits text %dce-groups char-set:hex-digit)
         (lambda (digits)
           (u8-list->bytevector (digits->u8-list digits)))))

(define (iso9660-uuid->string bytes)
  "Return the date that BYTES, 16 digits of ISO 9660, stand for, as the name below /dev/disk/by-uuid."
  (digits->groups (latin1->string bytes (const #f)) %iso9660-groups))

(define (string->iso9660-uuid text)
  "Return the 16 digits of the date TEXT as bytes, or #f."
  (and=> (groups->digits text %iso9660-groups (string->char-set "0123456789")) string->utf8))

(define (fat-uuid->string bytes)
  "Return the text of the 4 bytes of a FAT file system."
  (digits->groups (string-upcase (string-concatenate (map u8->digits (reverse (bytevector->u8-list bytes))))) %fat-groups))

(define (string->fat-uuid text)
  "Return the 4 bytes that TEXT, the name of a FAT file system, stands for, or #f."
  (and=> (groups->digits text %fat-groups char-set:hex-digit)
         (lambda (digits)
           (u8-list->bytevector (reverse (digits->u8-list digits))))))

(define (ntfs-uuid->string bytes)
  "Return the text of the 8 bytes of an NTFS file system."
  (string-upcase (string-concatenate (map u8->digits (reverse (bytevector->u8-list bytes))))))

(define (string->ntfs-uuid text)
  "Return the 8 bytes that TEXT, 16 digits, stands for, or #f."
  (and=> (groups->digits text '(16) char-set:hex-digit)
         (lambda (digits)
           (u8-list->bytevector (reverse (digits->u8-list digits))))))

(define string->ext2-uuid string->dce-uuid)
(define string->ext3-uuid string->dce-uuid)
(define string->ext4-uuid string->dce-uuid)
(define string->bcachefs-uuid string->dce-uuid)
(define string->btrfs-uuid string->dce-uuid)
(define string->jfs-uuid string->dce-uuid)
(define string->xfs-uuid string->dce-uuid)

(define (type-form type)
  "Return the procedures that read and write the identifiers of file systems of TYPE, as a pair, or #f."
  (case type
    ((dce ext2 ext3 ext4 bcachefs btrfs f2fs jfs xfs luks) (cons string->dce-uuid dce-uuid->string))
    ((fat32 fat16 fat) (cons string->fat-uuid fat-uuid->string))
    ((ntfs) (cons string->ntfs-uuid ntfs-uuid->string))
    ((iso9660) (cons string->iso9660-uuid iso9660-uuid->string))
    (else #f)))

(define* (string->uuid text #:optional (type 'dce))
  "Return the bytes that TEXT stands for in a file system of TYPE, or #f if it is none of that type."
  (match (type-form type)
    (#f #f)
    ((parse . _) (parse text))))

;;;
;;; Identifiers that know their type.
;;;

(define-record-type <uuid>
  (make-uuid type bytes)
  uuid?
  (type uuid-type)
  (bytes uuid-bytevector))

(define* (bytevector->uuid bytes #:optional (type 'dce))
  "Return the identifier BYTES of a file system of TYPE."
  (make-uuid type bytes))

(define (text->uuid text type)
  (and=> (string->uuid text type)
         (lambda (bytes)
           (make-uuid type bytes))))

(define-syntax uuid
  (lambda (form)
    "Return the identifier that a text stands for, #f if it is none.  Texts that stand in the program are looked at when it is
expanded."
    (syntax-case form (quote)
      ((_ text (quote type))
       (and (string? (syntax->datum #'text)) (identifier? #'type))
       (match (string->uuid (syntax->datum #'text) (syntax->datum #'type))
         (#f (syntax-violation 'uuid "invalid UUID" form))
         (bytes #`(make-uuid 'type #,(datum->syntax form bytes)))))
      ((_ text)
       (string? (syntax->datum #'text))
       #'(uuid text 'dce))
      ((_ text)
       #'(text->uuid text 'dce))
      ((_ text type)
       #'(text->uuid text type)))))

(define* (uuid->string id #:optional (type (if (uuid? id) (uuid-type id) 'dce)))
  "Return the text of ID, an identifier or its bytes; these are of TYPE."
  (match (type-form type)
    (#f #f)
    ((_ . unparse) (unparse (if (uuid? id) (uuid-bytevector id) id)))))

(define (uuid=? a b)
  "Return true if A and B, identifiers or their bytes, have the same bytes, whatever their types."
  (define (bytes id)
    (if (uuid? id) (uuid-bytevector id) id))
  (bytevector=? (bytes a) (bytes b)))
