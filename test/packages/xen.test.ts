/** The recipe of Xen and what makes variants of it: that they load and lower, with the settings asked for. */
import { spawnSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import { strata } from '../support/daemons.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()
const root = seeded?.store.layout.root
seeded?.store.close()

function evaluate(expression: string): { readonly out: string; readonly err: string } {
  const program = `(use-modules (gnu packages virtualization) (guix packages) (guix gexp) (guix store) (guix monads)
                                (guix derivations) (guix base32) (srfi srfi-1))
    (define (builder package)
      (with-store store
        (let ((drv (package-derivation store package)))
          (call-with-input-file
              (string-append (getenv "STRATA_ROOT") (last (derivation-builder-arguments drv)))
            (@ (ice-9 textual-ports) get-string-all)))))
    ${expression}`
  const { stdout, stderr } = spawnSync(strata, ['-c', program], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: root },
  })
  return { out: stdout, err: stderr }
}

describe.skipIf(root === undefined)('Xen', () => {
  test('is lowered with its flags, its phases and inputs', () => {
    const { out, err } = evaluate('(display (builder xen))')
    expect(err).toBe('')
    const output = '((@ (guile) getenv) "out")'
    for (const text of [
      '"--enable-rpath"',
      '"--disable-qemu-traditional"',
      '"--disable-rombios"',
      '"--disable-stubdom"',
      `(string-append "--with-initddir=" ${output} "/etc/init.d")`,
      '(string-append "--with-system-qemu=" (search-input-file %build-inputs "bin/qemu-system-i386"))',
      '(string-append "--with-system-seabios=" (search-input-file %build-inputs "share/firmware/bios.bin"))',
      '(string-append "--with-system-ovmf=" (search-input-file %build-inputs "share/firmware/ovmf_ia32.bin"))',
      '"XEN_BUILD_DATE=Thu Jan  1 01:00:01 CET 1970"',
      '"XEN_BUILD_TIME=01:00:01"',
      '"XEN_BUILD_HOST="',
      '"ETHERBOOT_NICS="',
      '"SMBIOS_REL_DATE=01/01/1970"',
      '"VGABIOS_REL_DATE=01 Jan 1970"',
      '"SYSCONFIG_DIR=/tmp/etc/default"',
      `(string-append "BASH_COMPLETION_DIR=" ${output} "/etc/bash_completion.d")`,
      `(string-append "BOOT_DIR=" ${output} "/boot")`,
      `(string-append "DEBUG_DIR=" ${output} "/lib/debug")`,
      `(string-append "EFI_DIR=" ${output} "/lib/efi")`,
      '"MINIOS_UPSTREAM_URL="',
      '(add-after (quote unpack-mini-os) (quote patch) (lambda* (#:key inputs #:allow-other-keys)',
      '(substitute* "tools/firmware/Rules.mk" (("override XEN_TARGET_ARCH = x86_32" match)',
      '(string-append match "\\noverride CC = " (search-input-file inputs "bin/i686-linux-gnu-gcc"))',
      '(("^CFLAGS =$" match) (string-append match " -I" (assoc-ref inputs "cross-libc") "/include\\n"))',
      '(substitute* "config/x86_32.mk" (("(CFLAGS += )-m32 -march=i686" _ match)',
      '(string-append match "-march=i686 -I" (assoc-ref inputs "cross-libc") "/include")',
      '(substitute* (quote ("tools/Makefile" "tools/xenstore/Makefile" "tools/xenpaging/Makefile"))',
      String.raw`(("\\$\\(INSTALL_DIR\\) .*XEN_(DUMP|LOG|RUN|LIB|PAGING)_DIR.*") "\n")`,
      String.raw`(("\\$\\(INSTALL_DIR\\) .*XEN_(RUN|LIB)_STORED.*") "\n")`,
      '(substitute* "tools/examples/Makefile" ((" install-(configs|readmes)") ""))',
      '(replace (quote build) (lambda* (#:key make-flags parallel-build? #:allow-other-keys)',
      '(apply invoke "make" "world" "-j" (number->string (if parallel-build? (parallel-job-count) 1)) make-flags)',
      '("cross-libc" . "/gnu/store/',
    ])
      expect(out).toContain(text)
  })

  test('tells in its texts what was asked for', () => {
    const { out, err } = evaluate(`
      (define hash (nix-base32-string->bytevector "${'0'.repeat(52)}"))
      (define* (variant #:rest arguments)
        (apply build-xen-package #:branch "4.18" #:version "4.18.1" #:hash hash arguments))
      (for-each (lambda (package) (display (package-description package)) (newline))
                (list (variant) (variant #:with-efi? #f) (variant #:latest? #t)))
      (write (list (origin-uri (package-source (variant)))
                   (origin-method (package-source (variant #:revision "0123abc")))
                   (package-version (variant #:revision "0123abc"))
                   (map (lambda (package) (assoc "efi-binutils" (package-native-inputs package)))
                        (list (variant #:with-efi? #f)))))`)
    expect(err).toBe('')
    const [usual, withoutEfi, latest, rest] = out.split('\n')
    expect(usual).toContain('branch 4.18.')
    expect(usual).toContain('as an EFI executable')
    expect(withoutEfi).not.toContain('EFI')
    expect(latest).toContain('branch 4.18, the latest')
    expect(rest).toMatch(
      /^\(\("https:\/\/downloads\.xenproject\.org\/release\/xen\/4\.18\.1\/xen-4\.18\.1\.tar\.gz"\) #<procedure git-fetch.*> "4\.18\.1" \(#f\)\)$/,
    )
  })

  test('has variants by branch, version, revision, patches and switches', () => {
    const { out, err } = evaluate(`
      (define hash (nix-base32-string->bytevector "${'0'.repeat(52)}"))
      (define without
        (build-xen-package #:branch "4.18" #:version "4.18.1" #:revision "RELEASE-4.18.1" #:hash hash
                           #:patches (list (plain-file "xsa.patch" "")) #:with-efi? #f #:with-flask? #t
                           #:latest? #t #:name "xen-small"))
      (write (list (package-full-name without) (xen-package-branch without) (xen-package-latest? without)
                   (length (origin-patches (package-source without)))
                   (->bool (string-contains (builder xen) "\\"LD=\\""))
                   (->bool (lookup-package-native-input without "efi-binutils"))
                   (xen-package-latest? xen)))`)
    expect(err).toBe('')
    expect(out).toBe('("xen-small@4.18.1" "4.18" #t 1 #t #f #f)')
  })

  test('refuses a version of another branch', () => {
    expect(evaluate('(build-xen-package #:branch "4.17" #:version "4.18.0")').err).toContain(
      'xen: the version is not one of the branch: "4.18.0" "4.17"',
    )
  })

  test('refuses what makes no source', () => {
    const refused = (more: string): string => evaluate(`(build-xen-package ${more})`).err
    expect(refused('#:version "4.17.5"')).toContain('xen: #:branch and #:version are needed')
    expect(refused('#:branch "4.17" #:version "4.17.5"')).toContain('xen: the source needs its #:hash: "4.17.5"')
    expect(
      refused(
        '#:branch "4.17" #:version "4.17.5" #:source (plain-file "xen" "") #:patches (list (plain-file "x.patch" ""))',
      ),
    ).toContain('xen: only sources that are origins can be patched: #<<plain-file>')
  })
})
