/** Texts that a program adds are written many at a time, but never later than the program itself or somebody else can
 *  look for them. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { toStorePath } from '../../../runtime/formats/index.ts'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'

const root = mkdtempSync(join(tmpdir(), 'strata-deferred-'))
afterAll(() => removeTree(root))
const strata = new URL('../../../runtime/cli/strata', import.meta.url).pathname

function program(text: string) {
  return spawnSync(strata, ['-c', `(use-modules (guix store) (srfi srfi-1)) ${text}`], {
    env: { ...process.env, STRATA_ROOT: root },
    encoding: 'utf8',
    timeout: 30_000,
  })
}

function validPaths(paths: readonly string[]): boolean[] {
  const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: root }))
  try {
    return paths.map((path) => store.isValid(toStorePath(path)))
  } finally {
    store.close()
  }
}

const addThirty = (name: string) =>
  `(define store (open-connection))
   (define items
     (fold (lambda (i items)
             (cons (add-text-to-store store (format #f "${name}-~a" i) "text" (take items (min 2 (length items))))
                   items))
           '() (iota 30)))`

test('what was printed is there, though the program is killed at once', () => {
  const { stdout, signal } = program(`${addThirty('killed')}
    (for-each (lambda (item) (display item) (newline)) items)
    (force-output)
    (kill (getpid) SIGKILL)`)
  expect(signal).toBe('SIGKILL')
  const paths = stdout.trim().split('\n')
  expect(paths).toHaveLength(30)
  expect(validPaths(paths)).toEqual(paths.map(() => true))
})

test('a child sees what its parent added', () => {
  const { stdout, stderr } = program(`${addThirty('parent')}
    (exit (apply system* "${strata}" "gc" "--references" (take items 2)))`)
  expect(stderr).toBe('')
  const names = stdout
    .split('\n')
    .filter(Boolean)
    .map((path) => path.replace(/^.*-parent/, 'parent'))
  expect(names.sort()).toEqual(['parent-26', 'parent-27', 'parent-28'])
})

test('what refers to an item that is not valid is refused, and the others stay', () => {
  const { status, stderr, stdout } = program(`${addThirty('refused')}
    (for-each (lambda (item) (display item) (newline)) items)
    (add-text-to-store store "bad" "text" (list "/gnu/store/00000000000000000000000000000000-none"))
    (exit 0)`)
  expect(stderr).toContain('00000000000000000000000000000000-none')
  expect(status).toBe(1)
  const paths = stdout.trim().split('\n')
  expect(validPaths(paths)).toEqual(paths.map(() => true))
})

test('an exit in the middle loses nothing', () => {
  program(`${addThirty('exit')} (exit 3)`)
  const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: root }))
  const found = store.database.validPaths().filter((path) => path.includes('-exit-'))
  store.close()
  expect(found).toHaveLength(30)
})

test('a program finds what it added by any name', () => {
  const link = join(root, 'link')
  symlinkSync(join(root, 'gnu/store/2whmpdzpvk455jalacqnxci727jzs8pi-linked'), link)
  const { stdout, stderr } = program(`
    (use-modules (ice-9 textual-ports) (ice-9 ftw))
    (define store (open-connection))
    (define (add name) (add-text-to-store store name "text"))
    (define (show . values) (write values) (newline))
    (define size (compose stat:size stat))
    (define sizes (list (size (add "stat")) (stat:size (lstat (add "lstat")))))
    (define exists (list (file-exists? (add "exists")) (access? (add "access") R_OK)))
    (define text (call-with-input-file (add "open") get-string-all))
    (define listed (let ((name (add "listed"))) (member (basename name) (scandir "/gnu/store"))))
    (define copied (add-to-store store "copied" #f "sha256" (add "original")))
    (define item (add "linked"))
    (define linked (call-with-input-file "${link}" get-string-all))
    (show sizes exists text (pair? listed) (query-path-hash store copied) linked)`)
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^\(\(4 4\) \(#t #t\) "text" #t #vu8\([ \d]+\) "text"\)\n$/)
})

test('what lies in the place of a text is replaced', () => {
  const add = '(display (add-text-to-store (open-connection) "replaced" "text"))'
  const { stdout: path } = program(add)
  const store = new Store(storeLayout({ ...process.env, STRATA_ROOT: root }))
  store.database.invalidate(path)
  store.close()
  const file = join(root, path)
  removeTree(file)
  mkdirSync(file)
  expect(program(add).stdout).toBe(path)
  expect(readFileSync(file, 'utf8')).toBe('text')
  expect(validPaths([path])).toEqual([true])
})

test('a collection takes what was just added, too', () => {
  const { stdout, signal } = program(`${addThirty('collected')}
    (call-with-values (lambda () (delete-paths store (list (last items))))
      (lambda (deleted freed) (display (length deleted))))`)
  expect(signal).toBe(null)
  expect(stdout).toBe('30')
})
