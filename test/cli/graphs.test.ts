/** What depends on what, and how large it is: graph, why, size, edit. The output of `graph` and `size` is Guix's. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'

const program = join(resolve(import.meta.dirname, '../..'), 'runtime/cli/strata')
let directory: string
let collection: string

function strata(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: directory,
    encoding: 'utf8',
    timeout: 60_000,
    env: {
      ...process.env,
      STRATA_ROOT: join(directory, 'root'),
      XDG_CACHE_HOME: join(directory, 'cache'),
      ...env,
    },
  })
  return { status, stdout, stderr }
}

const packageOf = (name: string, inputs: string) => `
(define-public ${name}
  (package
    (name "${name}") (version "1.0") (source #f) (build-system gnu-build-system)
    (inputs (list ${inputs}))
    (home-page #f) (synopsis "A part") (description "A part.") (license gpl3+)))
`

/** Identifiers are addresses or store paths: say node 1, node 2, … */
function withoutIdentifiers(dot: string): string {
  const numbers = new Map<string, number>()
  return dot.replace(/ \[color = \w+\]/g, ' [color]').replace(/(?<=^ {2}|-> )"([^"]*)"/gm, (_, id: string) => {
    const number = numbers.get(id) ?? numbers.size + 1
    numbers.set(id, number)
    return `node ${number}`
  })
}

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'strata-graphs-'))
  collection = join(directory, 'collection')
  mkdirSync(join(collection, 'parts'), { recursive: true })
  writeFileSync(
    join(collection, 'parts/all.scm'),
    `(define-module (parts all)
  #:use-module (guix packages) #:use-module (guix licenses) #:use-module (guix build-system gnu))
${packageOf('screw', '')}${packageOf('wheel', 'screw')}${packageOf('frame', 'screw')}${packageOf('bicycle', 'wheel frame')}`,
  )
})
afterAll(() => removeTree(directory))

describe('graph', () => {
  test('packages and their inputs as DOT, depth first', () => {
    const { stdout, status } = strata(['graph', '-L', collection, 'bicycle'])
    expect(status).toBe(0)
    expect(withoutIdentifiers(stdout)).toMatchInlineSnapshot(`
      "digraph "Guix package" {
        node 1 [label = "bicycle@1.0", shape = box, fontname = sans];
        node 1 -> node 2 [color];
        node 1 -> node 3 [color];
        node 2 [label = "wheel@1.0", shape = box, fontname = sans];
        node 2 -> node 4 [color];
        node 4 [label = "screw@1.0", shape = box, fontname = sans];
        node 3 [label = "frame@1.0", shape = box, fontname = sans];
        node 3 -> node 4 [color];

      }
      "
    `)
  })

  test('with a limited depth, what is further away has no node', () => {
    const { stdout } = strata(['graph', '-L', collection, '-M', '1', '--json', 'bicycle'])
    const { nodes, edges } = JSON.parse(stdout)
    expect(nodes.map(({ label }: { label: string }) => label)).toEqual(['bicycle@1.0', 'wheel@1.0', 'frame@1.0'])
    expect(edges).toHaveLength(2)
  })

  test('reverse edges lead to the packages that need one', () => {
    const { stdout } = strata(['graph', '-L', collection, '-t', 'reverse-package', '--json', 'screw'])
    const { nodes } = JSON.parse(stdout)
    expect(nodes.map(({ label }: { label: string }) => label).sort()).toEqual([
      'bicycle@1.0',
      'frame@1.0',
      'screw@1.0',
      'wheel@1.0',
    ])
  })

  test('bags have what the build system adds; bag-emerged stops there', () => {
    const labels = (type: string): string[] =>
      JSON.parse(strata(['graph', '-L', collection, '-t', type, '--json', 'screw']).stdout).nodes.map(
        ({ label }: { label: string }) => label,
      )
    const emerged = labels('bag-emerged')
    expect(emerged).toContain('screw@1.0')
    expect(emerged.length).toBeGreaterThan(5)
    const whole = labels('bag')
    expect(emerged.every((label) => whole.includes(label))).toBe(true)
  })

  test('the derivation graph names what has its file, and an unknown type is an error', () => {
    const [drv] = strata(['build', '-L', collection, '-d', 'screw']).stdout.split('\n')
    const { stdout } = strata(['graph', '-t', 'derivation', '-M', '0', '--json', String(drv)])
    expect(JSON.parse(stdout).nodes).toEqual([{ id: drv, label: 'screw-1.0.drv' }])
    const unknown = strata(['graph', '-t', 'family', 'hello'])
    expect(unknown.status).not.toBe(0)
    expect(unknown.stderr).toContain('family: unknown node type')
  })

  test('modules', () => {
    const { stdout } = strata(['graph', '-L', collection, '-t', 'module', '--json', 'screw'])
    expect(JSON.parse(stdout).nodes).toEqual([{ id: '(parts all)', label: '(parts all)' }])
  })

  test('the shortest path between two packages; none is an error', () => {
    expect(strata(['graph', '-L', collection, '--path', 'bicycle', 'screw']).stdout).toBe(
      'bicycle@1.0\nwheel@1.0\nscrew@1.0\n',
    )
    const none = strata(['graph', '-L', collection, '--path', 'screw', 'bicycle'])
    expect(none.status).not.toBe(0)
    expect(none.stderr).toContain("no path from 'screw@1.0' to 'bicycle@1.0'")
  })

  test('an SVG is drawn here', () => {
    const { stdout } = strata(['graph', '-L', collection, '--format=svg', 'bicycle'])
    expect(stdout).toMatch(/<svg .*wheel@1\.0.*<\/svg>/s)
    expect(stdout.match(/class="edge"/g)).toHaveLength(4)
  })

  test('colors of edges are made of the hash that Guile has for strings', () => {
    if (!isInstalled('guile')) {
      console.log('skipped: guile is not installed')
      return
    }
    const expression =
      '(for-each (lambda (s) (for-each (lambda (n) (display (hash s n)) (newline)) (list 9 1021 (expt 2 40))))' +
      ' (list "" "a" "ab" "abc" "abcd" "/gnu/store/xyz-hello-2.12.1.drv" "a λ" "ünïcode"))'
    const guile = spawnSync('guile', ['--no-auto-compile', '-c', expression], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C.UTF-8' },
    })
    expect(strata(['-c', expression]).stdout).toBe(guile.stdout)
  })
})

test('why shows the chain of inputs, or of references of store items', () => {
  expect(strata(['why', '-L', collection, '-t', 'package', 'bicycle', 'screw']).stdout).toBe(
    'bicycle@1.0\n└───wheel@1.0\n    └───screw@1.0\n',
  )
  const [first, second, third] = textItems()
  const { stdout } = strata(['why', '--json', String(third), String(first)])
  expect(JSON.parse(stdout)).toEqual({ type: 'references', path: [third, second, first] })
})

/** Three store items, the second refers to the first, the third to the second. */
function textItems(): string[] {
  return strata([
    '-c',
    `(use-modules (guix store))
     (with-store store
       (let* ((one (add-text-to-store store "one" (make-string 1000000 #\\a)))
              (two (add-text-to-store store "two" (string-append one (make-string 2000000 #\\b)) (list one)))
              (three (add-text-to-store store "three" two (list two))))
         (for-each (lambda (item) (display item) (newline)) (list one two three))))`,
  ])
    .stdout.trim()
    .split('\n')
}

test('size prints the table of guix size, and bytes as JSON', () => {
  const [first, second, third] = textItems()
  const { stdout } = strata(['size', String(third)])
  expect(stdout.replaceAll(/\/gnu\/store\/.{32}/g, '/…')).toMatchInlineSnapshot(`
    "store item                                                       total    self
    /…-two                      2.9     1.9  66.7%
    /…-one                      1.0     1.0  33.3%
    /…-three                    2.9     0.0   0.0%
    total: 2.9 MiB
    "
  `)
  const { items, total } = JSON.parse(strata(['size', '--sort=closure', '--json', String(third)]).stdout)
  expect(items.map(({ item }: { item: string }) => item)).toEqual([third, second, first])
  expect(items[0].closure).toBe(total)
  expect(items[2].closure).toBe(items[2].self)
})

test('size draws a map of what takes how much, as SVG', () => {
  const map = join(directory, 'map.svg')
  const { stdout } = strata(['size', `--map-file=${map}`, String(textItems()[2])])
  expect(stdout).toContain('total: 2.9 MiB')
  const drawn = readFileSync(map, 'utf8')
  expect(drawn.match(/<title>[^<]*<\/title>/g)).toEqual([
    '<title>two: 1.9 MiB (66.7%)</title>',
    '<title>one: 1.0 MiB (33.3%)</title>',
    '<title>other: 0.0 MiB (0.0%)</title>',
  ])
  const refused = strata(['size', '--map-file=map.png', 'hello'])
  expect(refused.stderr).toBe('strata: error: map.png: maps are drawn as SVG, not as PNG\nhint: --map-file=map.svg\n')
  expect(refused.status).toBe(1)
})

test('edit calls the editor with the line of each package, and says when there is no editor', () => {
  const places = strata(['edit', '-L', collection, 'screw', 'wheel'], { VISUAL: 'printf "%s\\n" edited' })
  const file = join(collection, 'parts/all.scm')
  expect(places.stdout).toBe(`edited\n+5\n${file}\n+11\n${file}\n`)
  const { status, stderr } = strata(['edit', '-L', collection, 'screw'], { VISUAL: 'no-such-editor' })
  expect(status).not.toBe(0)
  expect(stderr).toContain("failed to launch 'no-such-editor'")
})
