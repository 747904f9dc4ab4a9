;;; Commentary:
;;;
;;; Reading ELF files from bytevectors: the header, segments and sections, and the dynamic entries.
;;; It reads files of both word sizes and byte orders; it neither links nor writes.
;;; Format: System V ABI, chapters 4 and 5; names as in (system vm elf) of Guile.
;;;
;;; Code:

(define-module (guix elf)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:export (has-elf-header?
            parse-elf
            elf?
            elf-bytes
            elf-word-size
            elf-byte-order
            elf-type
            elf-machine-type
            elf-entry
            elf-phoff elf-shoff
            elf-phentsize elf-shentsize
            elf-phnum elf-shnum
            elf-shstrndx

            ET_NONE ET_REL ET_EXEC ET_DYN ET_CORE

            elf-segment?
            elf-segment
            elf-segments
            elf-segment-type elf-segment-offset elf-segment-vaddr elf-segment-paddr
            elf-segment-filesz elf-segment-memsz elf-segment-flags elf-segment-align
            PT_NULL PT_LOAD PT_DYNAMIC PT_INTERP PT_NOTE PT_SHLIB PT_PHDR PT_TLS
            PT_GNU_EH_FRAME PT_GNU_STACK PT_GNU_RELRO

            elf-section?
            elf-section
            elf-sections
            elf-section-by-name
            elf-section-index
            elf-section-name elf-section-type elf-section-flags elf-section-addr elf-section-offset
            elf-section-size elf-section-link elf-section-info elf-section-addralign elf-section-entsize
            SHT_NULL SHT_PROGBITS SHT_SYMTAB SHT_STRTAB SHT_RELA SHT_HASH SHT_DYNAMIC SHT_NOTE
            SHT_NOBITS SHT_REL SHT_SHLIB SHT_DYNSYM

            string-table-ref
            DT_NULL DT_NEEDED DT_STRTAB DT_STRSZ DT_SONAME DT_RPATH DT_RUNPATH))

(define-syntax-rule (define-constants (name value) ...)
  (begin (define name value) ...))

(define-constants
  (ET_NONE 0) (ET_REL 1) (ET_EXEC 2) (ET_DYN 3) (ET_CORE 4))

(define-constants
  (PT_NULL 0) (PT_LOAD 1) (PT_DYNAMIC 2) (PT_INTERP 3) (PT_NOTE 4) (PT_SHLIB 5) (PT_PHDR 6) (PT_TLS 7)
  (PT_GNU_EH_FRAME #x6474e550) (PT_GNU_STACK #x6474e551) (PT_GNU_RELRO #x6474e552))

(define-constants
  (SHT_NULL 0) (SHT_PROGBITS 1) (SHT_SYMTAB 2) (SHT_STRTAB 3) (SHT_RELA 4) (SHT_HASH 5) (SHT_DYNAMIC 6)
  (SHT_NOTE 7) (SHT_NOBITS 8) (SHT_REL 9) (SHT_SHLIB 10) (SHT_DYNSYM 11))

(define-constants
  (DT_NULL 0) (DT_NEEDED 1) (DT_STRTAB 5) (DT_STRSZ 10) (DT_SONAME 14) (DT_RPATH 15) (DT_RUNPATH 29))

(define-record-type <elf>
  (make-elf bytes word-size byte-order type machine-type entry phoff shoff
            phentsize phnum shentsize shnum shstrndx)
  elf?
  (bytes elf-bytes)
  (word-size elf-word-size)
  (byte-order elf-byte-order)
  (type elf-type)
  (machine-type elf-machine-type)
  (entry elf-entry)
  (phoff elf-phoff)
  (shoff elf-shoff)
  (phentsize elf-phentsize)
  (phnum elf-phnum)
  (shentsize elf-shentsize)
  (shnum elf-shnum)
  (shstrndx elf-shstrndx))

(define-record-type <elf-segment>
  (make-elf-segment type offset vaddr paddr filesz memsz flags align)
  elf-segment?
  (type elf-segment-type)
  (offset elf-segment-offset)
  (vaddr elf-segment-vaddr)
  (paddr elf-segment-paddr)
  (filesz elf-segment-filesz)
  (memsz elf-segment-memsz)
  (flags elf-segment-flags)
  (align elf-segment-align))

(define-record-type <elf-section>
  (make-elf-section index name type flags addr offset size link info addralign entsize)
  elf-section?
  (index elf-section-index)
  (name elf-section-name)
  (type elf-section-type)
  (flags elf-section-flags)
  (addr elf-section-addr)
  (offset elf-section-offset)
  (size elf-section-size)
  (link elf-section-link)
  (info elf-section-info)
  (addralign elf-section-addralign)
  (entsize elf-section-entsize))

(define (has-elf-header? bytes)
  "Return #t when the bytevector BYTES starts as an ELF file of a known class and byte order."
  (and (>= (bytevector-length bytes) 52)
       (= (bytevector-u8-ref bytes 0) #x7f)
       (= (bytevector-u8-ref bytes 1) (char->integer #\E))
       (= (bytevector-u8-ref bytes 2) (char->integer #\L))
       (= (bytevector-u8-ref bytes 3) (char->integer #\F))
       (->bool (memv (bytevector-u8-ref bytes 4) '(1 2)))
       (->bool (memv (bytevector-u8-ref bytes 5) '(1 2)))
       (or (= 1 (bytevector-u8-ref bytes 4))
           (>= (bytevector-length bytes) 64))))

(define (half bytes index order)
  (bytevector-u16-ref bytes index order))

(define (word bytes index order)
  (bytevector-u32-ref bytes index order))

(define (address bytes index order size)
  ;; An address, offset or other number as wide as the file's class.
  (if (= size 8)
      (bytevector-u64-ref bytes index order)
      (bytevector-u32-ref bytes index order)))

(define (parse-elf bytes)
  "Return the ELF object in the bytevector BYTES; it is an error when there is none."
  (unless (has-elf-header? bytes)
    (error "parse-elf: not an ELF file"))
  (let* ((size (if (= 1 (bytevector-u8-ref bytes 4)) 4 8))
         (order (if (= 1 (bytevector-u8-ref bytes 5)) (endianness little) (endianness big)))
         ;; Three numbers of the class's width stand before these.
         (flags (+ 24 (* 3 size))))
    (make-elf bytes size order
              (half bytes 16 order)
              (half bytes 18 order)
              (address bytes 24 order size)
              (address bytes (+ 24 size) order size)
              (address bytes (+ 24 size size) order size)
              (half bytes (+ flags 6) order)
              (half bytes (+ flags 8) order)
              (half bytes (+ flags 10) order)
              (half bytes (+ flags 12) order)
              (half bytes (+ flags 14) order))))

(define (elf-segment elf n)
  "Return segment N of ELF."
  (match elf
    (($ <elf> bytes size order _ _ _ phoff _ phentsize)
     (let ((start (+ phoff (* n phentsize))))
       (define (at index)
         (address bytes (+ start index) order size))
       ;; The two classes differ in where the flags are.
       (if (= size 8)
           (make-elf-segment (word bytes start order)
                             (at 8) (at 16) (at 24) (at 32) (at 40)
                             (word bytes (+ start 4) order)
                             (at 48))
           (make-elf-segment (word bytes start order)
                             (at 4) (at 8) (at 12) (at 16) (at 20)
                             (word bytes (+ start 24) order)
                             (at 28)))))))

(define (elf-segments elf)
  "Return the list of the segments of ELF."
  (map (lambda (n) (elf-segment elf n))
       (iota (elf-phnum elf))))

(define (raw-section elf n name)
  ;; Section N of ELF under NAME, a procedure of where its name is in the table of names.
  (match elf
    (($ <elf> bytes size order _ _ _ _ shoff _ _ shentsize)
     (let ((start (+ shoff (* n shentsize))))
       (define (at words addresses)
         (+ start (* 4 words) (* size addresses)))
       (make-elf-section n
                         (name (word bytes start order))
                         (word bytes (at 1 0) order)
                         (address bytes (at 2 0) order size)
                         (address bytes (at 2 1) order size)
                         (address bytes (at 2 2) order size)
                         (address bytes (at 2 3) order size)
                         (word bytes (at 2 4) order)
                         (word bytes (at 3 4) order)
                         (address bytes (at 4 4) order size)
                         (address bytes (at 4 5) order size))))))

(define (elf-section elf n)
  "Return section N of ELF."
  (let ((names (and (< (elf-shstrndx elf) (elf-shnum elf))
                    (raw-section elf (elf-shstrndx elf) (const #f)))))
    (raw-section elf n
                 (lambda (offset)
                   (and names
                        (string-table-ref (elf-bytes elf)
                                          (+ (elf-section-offset names) offset)))))))

(define (elf-sections elf)
  "Return the list of the sections of ELF."
  (map (lambda (n) (elf-section elf n))
       (iota (elf-shnum elf))))

(define (elf-section-by-name elf name)
  "Return the section of ELF called NAME, or #f."
  (let loop ((n 0))
    (and (< n (elf-shnum elf))
         (let ((section (elf-section elf n)))
           (if (equal? name (elf-section-name section))
               section
               (loop (+ n 1)))))))

(define (string-table-ref bytes offset)
  "Return the string in BYTES that starts at OFFSET and ends before a NUL."
  (let loop ((end offset))
    (if (zero? (bytevector-u8-ref bytes end))
        (let ((text (make-bytevector (- end offset))))
          (bytevector-copy! bytes offset text 0 (- end offset))
          (utf8->string text))
        (loop (+ end 1)))))
