/** (gnu build linux-container): procedures in processes with name spaces of their own, which are copies of the program. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const strata = join(import.meta.dirname, '../../runtime/cli/strata')
const canUnshare = spawnSync('unshare', ['--user', '--map-root-user', '--mount', '--net', 'true']).status === 0
if (!canUnshare) console.log('skipped: no user name spaces here')

/** What the Scheme EXPRESSIONS write, each on a line. */
function written(...expressions: string[]): string[] {
  const program = `
    (use-modules (gnu build linux-container) (gnu system file-systems) (guix build syscalls) (ice-9 match) (srfi srfi-1))
    (define (answer thunk . arguments)
      "Return what THUNK returns in a container with ARGUMENTS."
      (match (pipe)
        ((in . out)
         (let ((status (apply call-with-container '() (lambda () (write (thunk) out) (close-port out)) arguments)))
           (close-port out)
           (list status (read in))))))
    ${expressions.map((expression) => `(write ${expression}) (newline)`).join('\n')}`
  return execFileSync(strata, ['-c', program], { encoding: 'utf8' }).trimEnd().split('\n')
}

test.runIf(canUnshare)('a container has its own users, processes, host name and root directory', () => {
  expect(
    written(
      "(answer (lambda () (list (getuid) (getgid))) #:namespaces '(user) #:guest-uid 42 #:guest-gid 77)",
      '(answer (lambda () (getpid)))',
      '(answer (lambda () (sethostname "inside") (utsname:nodename (uname))))',
      '(string=? "inside" (utsname:nodename (uname)))',
      '(answer (lambda () (list (file-exists? "/etc") (file-exists? "/dev/null") (file-exists? "/proc/1"))))',
      '(answer (lambda () (map basename (filter (lambda (name) (getenv name)) (list "PATH" "HOME")))))',
    ),
  ).toEqual(['(0 (42 77))', '(0 1)', '(0 "inside")', '#f', '(0 (#f #t #t))', '(0 ())'])
})

test.runIf(canUnshare)('its file systems are mounted, and what is read-only is', () => {
  expect(
    written(
      `(call-with-container
         (list (file-system (device "none") (mount-point "/work") (type "tmpfs") (check? #f))
               (file-system (device "/etc") (mount-point "/outside") (type "none") (flags '(bind-mount read-only)) (check? #f)))
         (lambda ()
           (call-with-output-file "/work/file" (lambda (port) (write 1 port)))
           (unless (and (file-exists? "/outside/passwd")
                        (catch 'system-error
                          (lambda () (mkdir "/outside/new") #f)
                          (lambda args (= EROFS (system-error-errno args)))))
             (primitive-exit 1))))`,
      `(catch 'system-error
         (lambda ()
           (call-with-container (list (file-system (device "/no/such/file") (mount-point "/x") (type "none")
                                                   (flags '(bind-mount)) (check? #f)))
             (const #t)))
         (lambda args (= ENOENT (system-error-errno args))))`,
    ),
  ).toEqual(['0', '#t'])
})

test.runIf(canUnshare)('the status is that of the procedure, and others may enter', () => {
  expect(
    written(
      '(status:exit-val (call-with-container (list) (lambda () (primitive-exit 9))))',
      '(status:exit-val (call-with-container (list) (lambda () (error "no"))))',
      '(status:exit-val (call-with-container (list) (lambda () (primitive-exit 3)) #:child-is-pid1? #f))',
      `(let* ((names (lambda (pid) (map (lambda (name) (readlink (format #f "/proc/~a/ns/~a" pid name))) '("user" "net" "mnt"))))
              (root (mkdtemp "/tmp/strata-test.XXXXXX"))
              (pid (run-container root '() %namespaces 1 (lambda () (sleep 100))))
              (expected (names pid))
              (found (container-excursion* pid (lambda () (names 1)))))
         (kill pid SIGKILL)
         (waitpid pid)
         (rmdir root)
         (list (equal? expected found) (equal? found (names (getpid)))))`,
    ),
  ).toEqual(['9', '1', '3', '(#t #f)'])
})
