/** Systems as far as they go: the module of virtual machines loads, file systems, identifiers, services and the records of a
 *  system work, and what is not written yet says so. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
const directory = mkdtempSync(join(tmpdir(), 'strata-system-'))
afterAll(() => removeTree(directory))

/** What a program prints, with its errors after that. */
function run(program: string): string {
  const file = join(directory, 'program.scm')
  writeFileSync(file, program)
  const { stdout, stderr } = spawnSync(command, [file], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root'), XDG_CACHE_HOME: join(directory, 'cache') },
  })
  return stdout + stderr
}

const system = `
(use-modules (gnu system) (gnu system vm) (gnu bootloader) (gnu bootloader grub) (gnu system file-systems)
             (gnu services) (gnu system shadow) (guix store) (guix monads) (guix gexp) (guix ui) (srfi srfi-1))
(define os
  (operating-system
    (host-name "komputilo")
    (bootloader (bootloader-configuration (bootloader grub-bootloader) (targets '("/dev/sda"))))
    (file-systems (cons (file-system (mount-point "/") (device (file-system-label "root")) (type "ext4"))
                        %base-file-systems))
    (users (cons (user-account (name "ada") (group "users")) %base-user-accounts))
    (services (list (simple-service 'motd etc-service-type \`(("motd" ,(plain-file "motd" "Bonvenon\\n"))))))))`

describe('systems', () => {
  test('the module of virtual machines exports its procedures', () => {
    const names = run(`(use-modules (gnu system vm) (srfi srfi-1))
      (write (sort (map (lambda (entry) (symbol->string (car entry)))
                        (filter (lambda (entry) (procedure? (cdr entry)))
                                (module-map (lambda (name variable) (cons name (variable-ref variable)))
                                            (resolve-interface '(gnu system vm)))))
                   string<?))`)
    expect(names).toBe(
      '("expression->derivation-in-linux-vm" "qemu-image" "system-disk-image" "system-qemu-image" ' +
        '"system-qemu-image/shared-store" "system-qemu-image/shared-store-script")',
    )
  })

  test('a system has the fields it was given, files of /etc from its services, and a profile', () => {
    expect(
      run(`${system}
      (format #t "~a~%" (operating-system-label os))
      (format #t "~a~%" (file-system-device->string (file-system-device (operating-system-store-file-system os))))
      (format #t "~a~%" (user-account-home-directory (car (operating-system-users os))))
      (define etc (fold-services (operating-system-services os) #:target-type etc-service-type))
      (format #t "~a~%" (sort (map first (service-value etc)) string<?))
      (with-store store
        (for-each (lambda (derivation) (format #t "~a~%" ((@ (guix derivations) derivation-name) derivation)))
                  (list (run-with-store store (lower-object (operating-system-etc-directory os)))
                        (run-with-store store (operating-system-profile os))
                        (run-with-store store (operating-system-boot-script os)))))`),
    ).toBe(
      'GNU with Linux-Libre 5.10.35\nroot\n/home/ada\n' +
        '(hostname hosts issue motd nsswitch.conf skel timezone)\netc\nprofile\nboot\n',
    )
  })

  test('an image says what it waits for', () => {
    expect(
      run(`${system} (with-store store (with-error-handling (run-with-store store (system-qemu-image os))))`),
    ).toContain('raw-initrd: not available: it needs (gnu build linux-boot)')
  })

  test('services without a target, with several, or without a value are told', () => {
    expect(
      run(`(use-modules (gnu services) (srfi srfi-34) (ice-9 match))
      (define root (service-type (name 'root) (extensions '()) (description "") (compose identity) (extend append)))
      (define leaf (service-type (name 'leaf) (extensions (list (service-extension root list))) (description "")))
      (define-syntax-rule (told body ...)
        (guard (c ((missing-target-service-error? c) 'missing)
                  ((ambiguous-target-service-error? c) 'ambiguous)
                  ((missing-value-service-error? c) 'no-value))
          body ...))
      (write (list (told (fold-services (list (service leaf 1)) #:target-type root))
                   (told (fold-services (list (service root '()) (service root '()) (service leaf 1)) #:target-type root))
                   (told (service root))
                   (service-value (fold-services (list (service root '(0)) (service leaf 1) (service leaf 2))
                                                 #:target-type root))
                   (map service-value (modify-services (list (service root '(0)) (service leaf 1))
                                        (root value => (cons 'more value))
                                        (delete leaf)))))`),
    ).toBe('(missing ambiguous no-value (0 (2) (1)) ((more 0)))')
  })

  test('identifiers keep the form of their file system, wrong ones are told when the program is expanded', () => {
    expect(
      run(`(use-modules (gnu system uuid))
      (write (list (uuid->string (uuid "1234-abcd" 'fat)) (uuid->string (uuid "0123456789ABCDEF" 'ntfs))
                   (uuid->string (uuid "1970-01-01-17-14-42-99" 'iso9660))
                   (uuid (string-append "4dab5feb-d176-45de-b287" ""))))`),
    ).toBe('("1234-ABCD" "0123456789ABCDEF" "1970-01-01-17-14-42-99" #f)')
    expect(run(`(use-modules (gnu system uuid)) (uuid "foobar")`)).toContain('invalid UUID')
  })

  test('a wrong flag of a mount has its place', () => {
    expect(
      run(`(use-modules (gnu system file-systems))
(file-system (mount-point "/") (device "x") (type "ext4")
  (flags '(read-onyl)))`),
    ).toMatch(/program\.scm:3:\d+: error: invalid file system mount flag: read-onyl/)
  })
})
