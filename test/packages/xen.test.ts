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
    for (const text of [
      '"--disable-qemu-traditional"',
      '(search-input-file %build-inputs "share/firmware/ovmf_ia32.bin")',
      '"XEN_BUILD_TIME=01:00:01"',
      '(add-after (quote unpack-mini-os) (quote patch)',
      '(apply invoke "make" "world" "-j" (number->string (if parallel-build? (parallel-job-count) 1)) make-flags)',
      '("cross-libc" . "/gnu/store/',
    ])
      expect(out).toContain(text)
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
})
