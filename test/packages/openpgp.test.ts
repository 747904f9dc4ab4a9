/** (guix openpgp) on what GnuPG makes: keys and signatures of all kinds it knows, in text and in binary. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const available = isInstalled('gpg')
if (!available) console.log('skipped: OpenPGP (gpg is not installed)')

let directory: string

function gpg(...args: string[]): string {
  const words = ['--batch', '--quiet', '--yes', '--homedir', join(directory, 'gnupg'), ...args]
  return execFileSync('gpg', words, { encoding: 'utf8', cwd: directory, stdio: ['ignore', 'pipe', 'ignore'] })
}

/** What EXPRESSION, with a binding of `keyring`, of `verify` and of `signature`, is written as. */
function evaluate(expression: string): string {
  const program = `
    (use-modules (guix openpgp) (ice-9 binary-ports) (rnrs bytevectors))
    (define keyring
      (call-with-input-file "keys.gpg" (lambda (port) (get-openpgp-keyring port)) #:binary #t))
    (define (signature file)
      (call-with-input-file file
        (lambda (port)
          (if (port-ascii-armored? port)
              (get-openpgp-detached-signature/ascii port)
              (get-openpgp-packet port)))
        #:binary #t))
    (define (verify file data)
      (call-with-input-file data
        (lambda (port)
          (call-with-values (lambda () (verify-openpgp-signature (signature file) keyring port))
            (lambda (status key) status)))
        #:binary #t))
    (write ${expression})`
  const { stdout, stderr } = spawnSync(resolve(import.meta.dirname, '../../runtime/cli/strata'), ['-c', program], {
    cwd: directory,
    encoding: 'utf8',
  })
  return stdout + stderr
}

const kinds = ['rsa2048', 'dsa2048', 'ed25519'] as const

describe.skipIf(!available)('OpenPGP', () => {
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'strata-openpgp-'))
    mkdirSync(join(directory, 'gnupg'), { mode: 0o700 })
    writeFileSync(join(directory, 'data'), 'a line\nanother\n')
    writeFileSync(join(directory, 'changed'), 'a line\nanothex\n')
    for (const kind of kinds) {
      gpg('--passphrase', '', '--quick-gen-key', `${kind} Käthe <${kind}@example.org>`, kind, 'sign', 'never')
      for (const [name, option] of [
        ['text', '--armor'],
        ['binary', '--no-armor'],
        ['lines', '--textmode'],
      ] as const)
        gpg('-u', `${kind}@example.org`, option, '-o', `${kind}.${name}`, '--detach-sign', 'data')
    }
    writeFileSync(join(directory, 'keys.gpg'), '')
    gpg('--output', 'keys.gpg', '--export')
    gpg('--passphrase', '', '--quick-gen-key', 'unknown@example.org', 'ed25519', 'sign', 'never')
    gpg('-u', 'unknown@example.org', '-o', 'unknown.sig', '--detach-sign', 'data')
  }, 60_000)

  afterAll(() => {
    spawnSync('gpgconf', ['--homedir', join(directory, 'gnupg'), '--kill', 'all'])
    removeTree(directory)
  })

  test('signatures of every kind are good for what was signed, and bad for what was changed', () => {
    const files = kinds.flatMap((kind) => ['text', 'binary', 'lines'].map((name) => `"${kind}.${name}"`)).join(' ')
    expect(evaluate(`(map (lambda (file) (verify file "data")) '(${files}))`)).toBe(
      `(${Array(9).fill('good-signature').join(' ')})`,
    )
    expect(evaluate(`(map (lambda (file) (verify file "changed")) '(${files}))`)).toBe(
      `(${Array(9).fill('bad-signature').join(' ')})`,
    )
    expect(evaluate('(verify "unknown.sig" "data")')).toBe('missing-key')
  })

  test('keys are found by fingerprint and by number, with the names of who has them', () => {
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg('--with-colons', '--list-keys', 'rsa2048@example.org'))?.[1]
    expect(
      evaluate(`(call-with-values
        (lambda () (lookup-key-by-id keyring #x${fingerprint?.slice(-16)}))
        (lambda (key packets)
          (list (string-filter char-alphabetic? "") (openpgp-format-fingerprint (openpgp-public-key-fingerprint key))
                (openpgp-public-key-subkey? key)
                (map openpgp-user-id-value (filter openpgp-user-id? packets)))))`),
    ).toBe(
      `("" "${fingerprint
        ?.replace(/(.{4})/g, '$1 ')
        .trim()
        .replace(/^(.{24}) /, '$1  ')}" #f ("rsa2048 Käthe <rsa2048@example.org>"))`,
    )
  })

  test('damaged packets are errors, not crashes', () => {
    expect(
      evaluate(`(call-with-input-file "rsa2048.binary"
        (lambda (port)
          (let ((bytes (get-bytevector-all port)))
            (map (lambda (size)
                   (catch #t
                     (lambda ()
                       (get-openpgp-packet
                        (open-bytevector-input-port (u8-list->bytevector (list-head (bytevector->u8-list bytes) size))))
                       'packet)
                     (lambda (key . args) key)))
                 '(1 2 3 10 100))))
        #:binary #t)`),
    ).toMatch(/^\((%exception|srfi-34)( (%exception|srfi-34))*\)$/)
  })
})
