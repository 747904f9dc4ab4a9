/** Items that a program adds are registered many at a time, but never later than somebody else can know of them. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
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
