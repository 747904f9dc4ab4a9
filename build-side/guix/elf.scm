;;; Commentary:
;;;
;;; ELF files in bytevectors: the header, segments, sections, symbols, notes, and the dynamic entries.  Files of both word sizes
;;; and byte orders are read; the parts can be made and written as well, it is for the caller to lay them out.
;;; Format: System V ABI, chapters 4 and 5; names as in (system vm elf) of Guile.
;;;
;;; Code:

(define-module (guix elf)
  #:use-module (srfi srfi-1)
  #:use-module (srfi srfi-9)
  #:use-module (ice-9 match)
  #:use-module (rnrs bytevectors)
  #:use-module (system base target)
  #:export (has-elf-header?
            (new-elf . make-elf)
            parse-elf
            elf?
            elf-bytes elf-word-size elf-byte-order
            elf-abi elf-type elf-machine-type elf-entry elf-phoff elf-shoff elf-flags elf-ehsize
            elf-phentsize elf-phnum elf-shentsize elf-shnum elf-shstrndx
            elf-header-len elf-header-shoff-offset write-elf-header

            (new-elf-segment . make-elf-segment)
            elf-segment?
            elf-segment elf-segments
            elf-segment-index
            elf-segment-type elf-segment-offset elf-segment-vaddr elf-segment-paddr
            elf-segment-filesz elf-segment-memsz elf-segment-flags elf-segment-align
            elf-program-header-len write-elf-program-header

            (new-elf-section . make-elf-section)
            elf-section?
            elf-section elf-sections elf-section-by-name elf-sections-by-name
            elf-section-index
            elf-section-name elf-section-type elf-section-flags elf-section-addr elf-section-offset
            elf-section-size elf-section-link elf-section-info elf-section-addralign elf-section-entsize
            elf-section-header-len elf-section-header-addr-offset elf-section-header-offset-offset
            write-elf-section-header

            (new-elf-symbol . make-elf-symbol)
            elf-symbol?
            elf-symbol-table-len elf-symbol-table-ref
            elf-symbol-name elf-symbol-value elf-symbol-size elf-symbol-info elf-symbol-other elf-symbol-shndx
            elf-symbol-binding elf-symbol-type elf-symbol-visibility
            elf-symbol-len elf-symbol-value-offset write-elf-symbol

            parse-elf-note
            elf-note-name elf-note-desc elf-note-type

            string-table-ref

            ELFOSABI_NONE ELFOSABI_HPUX ELFOSABI_NETBSD ELFOSABI_GNU ELFOSABI_SOLARIS ELFOSABI_AIX ELFOSABI_IRIX
            ELFOSABI_FREEBSD ELFOSABI_TRU64 ELFOSABI_MODESTO ELFOSABI_OPENBSD ELFOSABI_ARM_AEABI ELFOSABI_ARM
            ELFOSABI_STANDALONE
            ET_NONE ET_REL ET_EXEC ET_DYN ET_CORE
            EM_NONE EM_SPARC EM_386 EM_MIPS EM_PPC EM_PPC64 EM_ARM EM_SH EM_SPARCV9 EM_IA_64 EM_X86_64
            PT_NULL PT_LOAD PT_DYNAMIC PT_INTERP PT_NOTE PT_SHLIB PT_PHDR PT_TLS PT_NUM PT_LOOS PT_GNU_EH_FRAME
            PT_GNU_STACK PT_GNU_RELRO
            PF_X PF_W PF_R
            SHT_NULL SHT_PROGBITS SHT_SYMTAB SHT_STRTAB SHT_RELA SHT_HASH SHT_DYNAMIC SHT_NOTE SHT_NOBITS SHT_REL
            SHT_SHLIB SHT_DYNSYM SHT_INIT_ARRAY SHT_FINI_ARRAY SHT_PREINIT_ARRAY SHT_GROUP SHT_SYMTAB_SHNDX SHT_NUM
            SHT_LOOS SHT_HIOS SHT_LOPROC SHT_HIPROC SHT_LOUSER SHT_HIUSER
            SHF_WRITE SHF_ALLOC SHF_EXECINSTR SHF_MERGE SHF_STRINGS SHF_INFO_LINK SHF_LINK_ORDER SHF_OS_NONCONFORMING
            SHF_GROUP SHF_TLS
            SHN_UNDEF
            DT_NULL DT_NEEDED DT_PLTRELSZ DT_PLTGOT DT_HASH DT_STRTAB DT_SYMTAB DT_RELA DT_RELASZ DT_RELAENT DT_STRSZ
            DT_SYMENT DT_INIT DT_FINI DT_SONAME DT_RPATH DT_SYMBOLIC DT_REL DT_RELSZ DT_RELENT DT_PLTREL DT_DEBUG
            DT_TEXTREL DT_JMPREL DT_BIND_NOW DT_INIT_ARRAY DT_FINI_ARRAY DT_INIT_ARRAYSZ DT_FINI_ARRAYSZ DT_RUNPATH
            DT_FLAGS DT_ENCODING DT_PREINIT_ARRAY DT_PREINIT_ARRAYSZ DT_NUM DT_GUILE_GC_ROOT DT_LOGUILE
            DT_GUILE_GC_ROOT_SZ DT_GUILE_ENTRY DT_GUILE_VM_VERSION DT_GUILE_FRAME_MAPS DT_HIGUILE DT_LOOS DT_HIOS
            DT_LOPROC DT_HIPROC
            STB_LOCAL STB_GLOBAL STB_WEAK STB_NUM STB_GNU STB_LOOS STB_HIOS STB_LOPROC STB_HIPROC
            STT_NOTYPE STT_OBJECT STT_FUNC STT_SECTION STT_FILE STT_COMMON STT_TLS STT_NUM STT_GNU STT_LOOS STT_HIOS
            STT_LOPROC STT_HIPROC
            STV_DEFAULT STV_INTERNAL STV_HIDDEN STV_PROTECTED
            NT_GNU_ABI_TAG NT_GNU_HWCAP NT_GNU_BUILD_ID NT_GNU_GOLD_VERSION))

(define-syntax-rule (define-constants (name value) ...)
  (begin (define name value) ...))

;; Systems.
(define-constants
  (ELFOSABI_NONE 0) (ELFOSABI_HPUX 1) (ELFOSABI_NETBSD 2) (ELFOSABI_GNU 3) (ELFOSABI_SOLARIS 6) (ELFOSABI_AIX 7)
  (ELFOSABI_IRIX 8) (ELFOSABI_FREEBSD 9) (ELFOSABI_TRU64 10) (ELFOSABI_MODESTO 11) (ELFOSABI_OPENBSD 12)
  (ELFOSABI_ARM_AEABI 64) (ELFOSABI_ARM 97) (ELFOSABI_STANDALONE 255))

;; Types of files.
(define-constants
  (ET_NONE 0) (ET_REL 1) (ET_EXEC 2) (ET_DYN 3) (ET_CORE 4))

;; Machines.
(define-constants
  (EM_NONE 0) (EM_SPARC 2) (EM_386 3) (EM_MIPS 8) (EM_PPC 20) (EM_PPC64 21) (EM_ARM 40) (EM_SH 42) (EM_SPARCV9 43)
  (EM_IA_64 50) (EM_X86_64 62))

;; Types of segments.
(define-constants
  (PT_NULL 0) (PT_LOAD 1) (PT_DYNAMIC 2) (PT_INTERP 3) (PT_NOTE 4) (PT_SHLIB 5) (PT_PHDR 6) (PT_TLS 7) (PT_NUM 8)
  (PT_LOOS #x60000000) (PT_GNU_EH_FRAME #x6474e550) (PT_GNU_STACK #x6474e551) (PT_GNU_RELRO #x6474e552))

;; Flags of segments.
(define-constants
  (PF_X 1) (PF_W 2) (PF_R 4))

;; Types of sections.
(define-constants
  (SHT_NULL 0) (SHT_PROGBITS 1) (SHT_SYMTAB 2) (SHT_STRTAB 3) (SHT_RELA 4) (SHT_HASH 5) (SHT_DYNAMIC 6) (SHT_NOTE 7)
  (SHT_NOBITS 8) (SHT_REL 9) (SHT_SHLIB 10) (SHT_DYNSYM 11) (SHT_INIT_ARRAY 14) (SHT_FINI_ARRAY 15)
  (SHT_PREINIT_ARRAY 16) (SHT_GROUP 17) (SHT_SYMTAB_SHNDX 18) (SHT_NUM 19) (SHT_LOOS #x60000000) (SHT_HIOS #x6fffffff)
  (SHT_LOPROC #x70000000) (SHT_HIPROC #x7fffffff) (SHT_LOUSER #x80000000) (SHT_HIUSER #x8fffffff))

;; Flags of sections.
(define-constants
  (SHF_WRITE 1) (SHF_ALLOC 2) (SHF_EXECINSTR 4) (SHF_MERGE 16) (SHF_STRINGS 32) (SHF_INFO_LINK 64)
  (SHF_LINK_ORDER 128) (SHF_OS_NONCONFORMING #x100) (SHF_GROUP #x200) (SHF_TLS #x400))

;; Numbers of sections.
(define-constants
  (SHN_UNDEF 0))

;; Tags of dynamic entries.
(define-constants
  (DT_NULL 0) (DT_NEEDED 1) (DT_PLTRELSZ 2) (DT_PLTGOT 3) (DT_HASH 4) (DT_STRTAB 5) (DT_SYMTAB 6) (DT_RELA 7)
  (DT_RELASZ 8) (DT_RELAENT 9) (DT_STRSZ 10) (DT_SYMENT 11) (DT_INIT 12) (DT_FINI 13) (DT_SONAME 14) (DT_RPATH 15)
  (DT_SYMBOLIC 16) (DT_REL 17) (DT_RELSZ 18) (DT_RELENT 19) (DT_PLTREL 20) (DT_DEBUG 21) (DT_TEXTREL 22)
  (DT_JMPREL 23) (DT_BIND_NOW 24) (DT_INIT_ARRAY 25) (DT_FINI_ARRAY 26) (DT_INIT_ARRAYSZ 27) (DT_FINI_ARRAYSZ 28)
  (DT_RUNPATH 29) (DT_FLAGS 30) (DT_ENCODING 32) (DT_PREINIT_ARRAY 32) (DT_PREINIT_ARRAYSZ 33) (DT_NUM 34)
  (DT_GUILE_GC_ROOT #x37146000) (DT_LOGUILE #x37146000) (DT_GUILE_GC_ROOT_SZ #x37146001) (DT_GUILE_ENTRY #x37146002)
  (DT_GUILE_VM_VERSION #x37146003) (DT_GUILE_FRAME_MAPS #x37146004) (DT_HIGUILE #x37146fff) (DT_LOOS #x6000000d)
  (DT_HIOS #x6ffff000) (DT_LOPROC #x70000000) (DT_HIPROC #x7fffffff))

;; Bindings of symbols.
(define-constants
  (STB_LOCAL 0) (STB_GLOBAL 1) (STB_WEAK 2) (STB_NUM 3) (STB_GNU 10) (STB_LOOS 10) (STB_HIOS 12) (STB_LOPROC 13)
  (STB_HIPROC 15))

;; Types of symbols.
(define-constants
  (STT_NOTYPE 0) (STT_OBJECT 1) (STT_FUNC 2) (STT_SECTION 3) (STT_FILE 4) (STT_COMMON 5) (STT_TLS 6) (STT_NUM 7)
  (STT_GNU 10) (STT_LOOS 10) (STT_HIOS 12) (STT_LOPROC 13) (STT_HIPROC 15))

;; Visibility of symbols.
(define-constants
  (STV_DEFAULT 0) (STV_INTERNAL 1) (STV_HIDDEN 2) (STV_PROTECTED 3))

;; Types of notes.
(define-constants
  (NT_GNU_ABI_TAG 1) (NT_GNU_HWCAP 2) (NT_GNU_BUILD_ID 3) (NT_GNU_GOLD_VERSION 4))


;;;
;;; Layouts: the widths of the numbers that stand one after the other, in bytes or `address', which is as wide as the file's
;;; class.  The two classes order some of them differently.
;;;

(define identification-length 16)

(define header-layout
  ;; What follows the identification: type, machine, version, entry, phoff, shoff, flags, and six about sizes and counts.
  '(2 2 4 address address address 4 2 2 2 2 2 2))

(define section-layout
  '(4 4 address address address address 4 4 address address))

(define (segment-layout word-size)
  (match word-size
    (4 '(4 4 4 4 4 4 4 4))              ;type offset vaddr paddr filesz memsz flags align
    (8 '(4 4 8 8 8 8 8 8))))            ;type flags offset ...

(define (symbol-layout word-size)
  (match word-size
    (4 '(4 4 4 1 1 2))                  ;name value size info other shndx
    (8 '(4 1 1 2 8 8))))                ;name info other shndx value size

(define (width layout word-size)
  (match layout
    ('address word-size)
    ((? integer? width) width)))

(define (layout-length layout word-size)
  (fold (lambda (each total)
          (+ total (width each word-size)))
        0 layout))

(define (read-numbers bytes offset layout order word-size)
  "Return the numbers of LAYOUT that are at OFFSET of BYTES."
  (match layout
    (() '())
    ((first . rest)
     (let ((width (width first word-size)))
       (cons (bytevector-uint-ref bytes offset order width)
             (read-numbers bytes (+ offset width) rest order word-size))))))

(define (write-numbers bytes offset layout order word-size numbers)
  "Write NUMBERS, as many as LAYOUT has, at OFFSET of BYTES."
  (fold (lambda (each number offset)
          (let ((width (width each word-size)))
            (bytevector-uint-set! bytes offset number order width)
            (+ offset width)))
        offset layout numbers))

(define (require-word-size word-size)
  (unless (memv word-size '(4 8))
    (error "invalid word size" word-size)))


;;;
;;; The header.
;;;

(define-record-type <elf>
  (make-elf bytes word-size byte-order abi type machine-type entry phoff shoff flags ehsize
            phentsize phnum shentsize shnum shstrndx)
  elf?
  (bytes elf-bytes)
  (word-size elf-word-size)
  (byte-order elf-byte-order)
  (abi elf-abi)
  (type elf-type)
  (machine-type elf-machine-type)
  (entry elf-entry)
  (phoff elf-phoff)
  (shoff elf-shoff)
  (flags elf-flags)
  (ehsize elf-ehsize)
  (phentsize elf-phentsize)
  (phnum elf-phnum)
  (shentsize elf-shentsize)
  (shnum elf-shnum)
  (shstrndx elf-shstrndx))

(define* (new-elf #:key bytes
                  (byte-order (target-endianness)) (word-size (target-word-size))
                  (abi ELFOSABI_STANDALONE) (type ET_DYN) (machine-type EM_NONE)
                  (entry 0) (phoff (elf-header-len word-size)) (shoff -1) (flags 0)
                  (ehsize (elf-header-len word-size))
                  (phentsize (elf-program-header-len word-size)) (phnum 0)
                  (shentsize (elf-section-header-len word-size)) (shnum 0)
                  (shstrndx SHN_UNDEF))
  "Return the ELF object, for BYTES or for bytes that are yet to be written, whose header says this."
  (make-elf bytes word-size byte-order abi type machine-type entry phoff shoff flags ehsize
            phentsize phnum shentsize shnum shstrndx))

(define (elf-header-len word-size)
  "Return the length of the header for WORD-SIZE, 4 or 8."
  (require-word-size word-size)
  (+ identification-length (layout-length header-layout word-size)))

(define (elf-header-shoff-offset word-size)
  "Return where the header has the offset of the table of sections."
  (require-word-size word-size)
  (+ identification-length (layout-length (take header-layout 5) word-size)))

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

(define (parse-elf bytes)
  "Return the ELF object in the bytevector BYTES; it is an error when there is none."
  (unless (has-elf-header? bytes)
    (error "parse-elf: not an ELF file"))
  (let ((size (if (= 1 (bytevector-u8-ref bytes 4)) 4 8))
        (order (if (= 1 (bytevector-u8-ref bytes 5)) (endianness little) (endianness big))))
    (match (read-numbers bytes identification-length header-layout order size)
      ((type machine _ . rest)
       (apply make-elf bytes size order (bytevector-u8-ref bytes 7) type machine rest)))))

(define (write-elf-header bytes elf)
  "Write the header that ELF describes at the start of BYTES."
  (let ((size  (elf-word-size elf))
        (order (elf-byte-order elf)))
    (for-each (lambda (index byte)
                (bytevector-u8-set! bytes index byte))
              (iota identification-length)
              (append (list #x7f (char->integer #\E) (char->integer #\L) (char->integer #\F)
                            (match size (4 1) (8 2))
                            (if (eq? order (endianness little)) 1 2)
                            1           ;the version
                            (elf-abi elf))
                      (make-list 8 0)))
    (write-numbers bytes identification-length header-layout order size
                   (list (elf-type elf) (elf-machine-type elf) 1
                         (elf-entry elf) (elf-phoff elf) (elf-shoff elf) (elf-flags elf)
                         (elf-ehsize elf) (elf-phentsize elf) (elf-phnum elf)
                         (elf-shentsize elf) (elf-shnum elf) (elf-shstrndx elf)))
    *unspecified*))

(define (read-entry elf offset layout)
  "Return the numbers of LAYOUT at OFFSET of ELF."
  (let ((size (elf-word-size elf)))
    (unless (<= 0 offset (- (bytevector-length (elf-bytes elf)) (layout-length layout size)))
      (error "corrupt ELF (offset out of range)" offset))
    (read-numbers (elf-bytes elf) offset layout (elf-byte-order elf) size)))

(define (require-index n count)
  (unless (< -1 n count)
    (error "bad index" n)))


;;;
;;; Segments.
;;;

(define-record-type <elf-segment>
  (make-elf-segment index type offset vaddr paddr filesz memsz flags align)
  elf-segment?
  (index elf-segment-index)
  (type elf-segment-type)
  (offset elf-segment-offset)
  (vaddr elf-segment-vaddr)
  (paddr elf-segment-paddr)
  (filesz elf-segment-filesz)
  (memsz elf-segment-memsz)
  (flags elf-segment-flags)
  (align elf-segment-align))

(define* (new-elf-segment #:key (index -1) (type PT_LOAD) (offset 0) (vaddr 0) (paddr 0)
                          (filesz 0) (memsz filesz) (flags (logior PF_W PF_R)) (align 8))
  "Return a segment."
  (make-elf-segment index type offset vaddr paddr filesz memsz flags align))

(define (elf-program-header-len word-size)
  "Return the length of an entry in the table of segments for WORD-SIZE."
  (require-word-size word-size)
  (layout-length (segment-layout word-size) word-size))

(define (elf-segment elf n)
  "Return segment N of ELF."
  (require-index n (elf-phnum elf))
  (match (read-entry elf (+ (elf-phoff elf) (* n (elf-phentsize elf)))
                     (segment-layout (elf-word-size elf)))
    ((type a b c d e f align)
     (match (elf-word-size elf)
       (4 (make-elf-segment n type a b c d e f align))
       (8 (make-elf-segment n type b c d e f a align))))))

(define (elf-segments elf)
  "Return the list of the segments of ELF."
  (map (lambda (n) (elf-segment elf n))
       (iota (elf-phnum elf))))

(define (write-elf-program-header bytes offset byte-order word-size segment)
  "Write SEGMENT, an entry of the table of segments, at OFFSET of BYTES."
  (match segment
    (($ <elf-segment> _ type offset* vaddr paddr filesz memsz flags align)
     (write-numbers bytes offset (segment-layout word-size) byte-order word-size
                    (match word-size
                      (4 (list type offset* vaddr paddr filesz memsz flags align))
                      (8 (list type flags offset* vaddr paddr filesz memsz align))))
     *unspecified*)))


;;;
;;; Sections.
;;;

(define-record-type <elf-section>
  (make-elf-section index name type flags addr offset size link info addralign entsize)
  elf-section?
  (index elf-section-index)
  (name elf-section-name)               ;where it is in the table of names
  (type elf-section-type)
  (flags elf-section-flags)
  (addr elf-section-addr)
  (offset elf-section-offset)
  (size elf-section-size)
  (link elf-section-link)
  (info elf-section-info)
  (addralign elf-section-addralign)
  (entsize elf-section-entsize))

(define* (new-elf-section #:key (index SHN_UNDEF) (name 0) (type SHT_PROGBITS) (flags SHF_ALLOC)
                          (addr 0) (offset 0) (size 0) (link 0) (info 0) (addralign 8) (entsize 0))
  "Return a section."
  (make-elf-section index name type flags addr offset size link info addralign entsize))

(define (elf-section-header-len word-size)
  "Return the length of an entry in the table of sections for WORD-SIZE."
  (require-word-size word-size)
  (layout-length section-layout word-size))

(define (elf-section-header-addr-offset word-size)
  "Return where an entry in the table of sections has the address."
  (require-word-size word-size)
  (layout-length (take section-layout 3) word-size))

(define (elf-section-header-offset-offset word-size)
  "Return where an entry in the table of sections has the offset."
  (require-word-size word-size)
  (layout-length (take section-layout 4) word-size))

(define (elf-section elf n)
  "Return section N of ELF."
  (require-index n (elf-shnum elf))
  (apply make-elf-section n
         (read-entry elf (+ (elf-shoff elf) (* n (elf-shentsize elf))) section-layout)))

(define (elf-sections elf)
  "Return the list of the sections of ELF."
  (map (lambda (n) (elf-section elf n))
       (iota (elf-shnum elf))))

(define (section-title elf names section)
  "Return the name of SECTION as a string; NAMES is the section that has it."
  (string-table-ref (elf-bytes elf)
                    (+ (elf-section-offset names) (elf-section-name section))))

(define (elf-sections-by-name elf)
  "Return the sections of ELF as an alist from their names."
  (if (zero? (elf-shnum elf))
      '()
      (let ((names (elf-section elf (elf-shstrndx elf))))
        (map (lambda (section)
               (cons (section-title elf names section) section))
             (elf-sections elf)))))

(define (elf-section-by-name elf name)
  "Return the section of ELF called NAME, or #f."
  (let ((names (and (< (elf-shstrndx elf) (elf-shnum elf))
                    (elf-section elf (elf-shstrndx elf)))))
    (let loop ((n 0))
      (and names
           (< n (elf-shnum elf))
           (let ((section (elf-section elf n)))
             (if (equal? name (section-title elf names section))
                 section
                 (loop (+ n 1))))))))

(define (write-elf-section-header bytes offset byte-order word-size section)
  "Write SECTION, an entry of the table of sections, at OFFSET of BYTES."
  (match section
    (($ <elf-section> _ name type flags addr offset* size link info addralign entsize)
     (write-numbers bytes offset section-layout byte-order word-size
                    (list name type flags addr offset* size link info addralign entsize))
     *unspecified*)))

(define (string-table-ref bytes offset)
  "Return the string in BYTES that starts at OFFSET and ends before a NUL."
  (let loop ((end offset))
    (if (zero? (bytevector-u8-ref bytes end))
        (let ((text (make-bytevector (- end offset))))
          (bytevector-copy! bytes offset text 0 (- end offset))
          (utf8->string text))
        (loop (+ end 1)))))


;;;
;;; Symbols.
;;;

(define-record-type <elf-symbol>
  (make-elf-symbol name value size info other shndx)
  elf-symbol?
  (name elf-symbol-name)                ;a string, or where it is in a table of strings
  (value elf-symbol-value)
  (size elf-symbol-size)
  (info elf-symbol-info)                ;binding and type
  (other elf-symbol-other)              ;visibility
  (shndx elf-symbol-shndx))

(define* (new-elf-symbol #:key (name 0) (value 0) (size 0)
                         (binding STB_LOCAL) (type STT_NOTYPE) (info (logior (ash binding 4) type))
                         (visibility STV_DEFAULT) (other visibility)
                         (shndx SHN_UNDEF))
  "Return a symbol."
  (make-elf-symbol name value size info other shndx))

(define (elf-symbol-len word-size)
  "Return the length of an entry in tables of symbols for WORD-SIZE."
  (require-word-size word-size)
  (layout-length (symbol-layout word-size) word-size))

(define (elf-symbol-value-offset word-size)
  "Return where an entry in tables of symbols has the value."
  (match word-size
    (4 4)
    (8 8)
    (_ (require-word-size word-size))))

(define (elf-symbol-binding symbol)
  "Return the binding of SYMBOL, one of the constants STB_."
  (ash (elf-symbol-info symbol) -4))

(define (elf-symbol-type symbol)
  "Return the type of SYMBOL, one of the constants STT_."
  (logand (elf-symbol-info symbol) #xf))

(define (elf-symbol-visibility symbol)
  "Return the visibility of SYMBOL, one of the constants STV_."
  (logand (elf-symbol-other symbol) #x3))

(define (elf-symbol-table-len section)
  "Return how many symbols SECTION, a table of symbols, has."
  (let ((size  (elf-section-size section))
        (entry (elf-section-entsize section)))
    (unless (and (positive? entry) (zero? (remainder size entry)))
      (error "bad symbol table" section))
    (quotient size entry)))

(define* (elf-symbol-table-ref elf section n #:optional strings)
  "Return symbol N of SECTION, a table of symbols in ELF.  With STRINGS, the section of their names, it has its name."
  (require-index n (elf-symbol-table-len section))
  (let* ((size    (elf-word-size elf))
         (numbers (read-entry elf (+ (elf-section-offset section) (* n (elf-symbol-len size)))
                              (symbol-layout size)))
         (name    (if strings
                      (string-table-ref (elf-bytes elf) (+ (elf-section-offset strings) (first numbers)))
                      (first numbers))))
    (match (cons size (cdr numbers))
      ((4 value size info other shndx)
       (make-elf-symbol name value size info other shndx))
      ((8 info other shndx value size)
       (make-elf-symbol name value size info other shndx)))))

(define (write-elf-symbol bytes offset byte-order word-size symbol)
  "Write SYMBOL, whose name is a number, at OFFSET of BYTES."
  (require-word-size word-size)
  (match symbol
    (($ <elf-symbol> name value size info other shndx)
     (write-numbers bytes offset (symbol-layout word-size) byte-order word-size
                    (match word-size
                      (4 (list name value size info other shndx))
                      (8 (list name info other shndx value size))))
     *unspecified*)))


;;;
;;; Notes.
;;;

(define-record-type <elf-note>
  (make-elf-note name desc type)
  elf-note?
  (name elf-note-name)
  (desc elf-note-desc)                  ;bytevector
  (type elf-note-type))

(define (parse-elf-note elf section)
  "Return the note in SECTION of ELF."
  (define (piece start length)
    (let ((bytes (make-bytevector length)))
      (bytevector-copy! (elf-bytes elf) start bytes 0 length)
      bytes))

  (let ((offset (elf-section-offset section)))
    (match (read-entry elf offset '(4 4 4))
      ((name-length desc-length type)
       (let* ((name-start (+ offset 12))
              (desc-start (+ name-start name-length)))
         (when (> (+ desc-start desc-length) (bytevector-length (elf-bytes elf)))
           (error "corrupt ELF (offset out of range)" offset))
         (make-elf-note (utf8->string (piece name-start (max 0 (- name-length 1))))
                        (piece desc-start desc-length)
                        type))))))
