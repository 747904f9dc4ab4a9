/** Collections in TypeScript: the example of runtime/embedding/README.md in an installed package, and what it does not
 *  show: versions, systems, channels, mistakes, builds that fail or are given up. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'
import { isInstalled } from '../support/programs.ts'
import { seededStore } from '../support/seeded-store.ts'

const root = join(import.meta.dirname, '../..')
const project = mkdtempSync(join(tmpdir(), 'strata-collection-'))
afterAll(() => removeTree(project))

const seeded = await seededStore()
const storeRoot = seeded?.store.layout.root
seeded?.store.close()

function recipes(directory: string, version: string): void {
  mkdirSync(join(project, directory, 'my'), { recursive: true })
  writeFileSync(
    join(project, directory, 'my/greeting.scm'),
    `(define-module (my greeting)
  #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix build-system trivial))
(define words (plain-file "words" "hello"))
(define-public greeting
  (package
    (name "greeting") (version "${version}") (source #f) (build-system trivial-build-system)
    (arguments (list #:builder #~(begin "${process.hrtime.bigint()}" (display "saying hello\\n") (mkdir #$output))))
    (native-inputs (list (list "words" words)))
    (synopsis "Say hello") (description "A word") (home-page "https://example.org") (license #f)))
(define-public rude
  (package (inherit greeting) (name "rude")
    (arguments (list #:builder #~(begin (display "go away\\n") (exit 3))))))
(define-public stuck
  (package (inherit greeting) (name "stuck")
    (arguments (list #:builder #~(begin (mkdir #$output)
                                        (error "no luck" 42))))))
(define-public slow
  (package (inherit greeting) (name "slow")
    (arguments (list #:builder #~(begin (display "wait\\n") (force-output) (sleep 100))))))
(define-public wrong
  (package (inherit greeting) (name "wrong") (arguments (list #:builder #~(copy-file #$(local-file "absent") #$output)))))
`,
  )
}

beforeAll(() => {
  const packed = execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', project], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const name = /"filename": *"([^"]+)"/.exec(packed)?.[1] ?? ''
  const target = join(project, 'node_modules/strata')
  mkdirSync(target, { recursive: true })
  execFileSync('tar', ['-xzf', join(project, name), '-C', target, '--strip-components=1'])
  mkdirSync(join(project, 'node_modules/@types'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(project, 'node_modules/@types/node'))
  symlinkSync(join(root, 'node_modules/undici-types'), join(project, 'node_modules/undici-types'))
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: {
        target: 'esnext',
        lib: ['esnext', 'dom'],
        module: 'nodenext',
        types: ['node'],
        strict: true,
        noEmit: true,
      },
      include: ['*.ts'],
    }),
  )
  recipes('recipes', '1.5')
}, 60_000)

function run(text: string) {
  writeFileSync(join(project, 'program.ts'), text)
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--stack-size=3900', 'program.ts'],
    {
      cwd: project,
      encoding: 'utf8',
      env: {
        ...process.env,
        STRATA_ROOT: storeRoot ?? join(project, 'root'),
        HOME: project,
        XDG_CACHE_HOME: join(project, 'cache'),
      },
    },
  )
  return { stdout: stdout.trimEnd().split('\n'), stderr, status }
}

const start =
  "import { loadCollection, SchemeError } from 'strata'\nconst collection = await loadCollection({ directories: ['recipes'] })\n"

test.runIf(storeRoot !== undefined)('the example of the README prints what it says', () => {
  const text = /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, 'runtime/embedding/README.md'), 'utf8'))?.[1] ?? ''
  const { stdout, stderr, status } = run(text)
  expect(stderr).toBe('')
  expect(status).toBe(0)
  expect(stdout).toEqual([...text.matchAll(/\/\/=> (.*)/g)].map((match) => match[1]))
})

test('packages are found, derivations are those of the command', () => {
  const { stdout, stderr } = run(`${start}
console.log(collection.find('greeting').length, collection.find('greeting', '1').length, collection.find('greeting', '2').length)
console.log(collection.packages().some((item) => item.name === 'hello'))
const greeting = collection.package('greeting')
console.log(collection.derivation(greeting).path, collection.derivation(greeting, { system: 'x86_64-linux', grafts: false }).path)
console.log(collection.derivation(greeting).outputs.size, greeting.module.join(' '), greeting.variable, greeting.license)`)
  expect(stderr).toBe('')
  const derivation = (...args: string[]): string =>
    execFileSync(join(root, 'runtime/cli/strata'), ['build', '-d', '-L', 'recipes', 'greeting', ...args], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, STRATA_ROOT: storeRoot ?? join(project, 'root') },
    }).trim()
  expect(stdout).toEqual([
    '1 1 0',
    'true',
    `${derivation()} ${derivation('--no-grafts')}`,
    '1 my greeting greeting null',
  ])
})

test('mistakes are errors of Scheme', () => {
  const { stdout, stderr } = run(`${start}
for (const action of [() => collection.package('greting'), () => collection.derivation(collection.package('wrong'))]) {
  try {
    action()
  } catch (error) {
    if (!(error instanceof SchemeError)) throw error
    console.log(error.message, error.hints)
  }
}`)
  expect(stderr).toBe('')
  expect(stdout[0]).toMatch(/^greting: unknown package/)
  expect(stdout[1]).toMatch(/absent/)
})

test.runIf(storeRoot !== undefined)('a build that fails, and one that is given up', () => {
  const { stdout, stderr } = run(`${start}
const rude = collection.build(collection.package('rude'))
try {
  for await (const event of rude) {
    if (event.kind === 'build-failed') console.log(event.failure.reason, event.failure.lastLines)
  }
} catch (error) {
  console.log(error instanceof Error && /failed/.test(error.message))
}
console.log(await rude.outputs.then(() => 'built', () => 'rejected'))
await collection.build(collection.package('stuck')).outputs.catch((error) => {
  if (!(error instanceof SchemeError)) throw error
  console.log(error.kind, error.place?.file.replace(/.*recipes/, 'recipes'), error.place?.line)
  console.log(error.report.includes('(error "no luck" 42)'))
})
const slow = collection.build(collection.package('slow'))
for await (const event of slow) if (event.kind === 'build-log') break
console.log(await slow.outputs.catch((error) => error.message))
collection.close()`)
  expect(stderr).toBe('')
  expect(stdout).toEqual([
    "builder-failed [ 'go away' ]",
    'true',
    'rejected',
    expect.stringMatching(/^build-failed recipes\/.*\.scm \d+$/),
    'true',
    'the build was given up',
  ])
})

test.runIf(isInstalled('git'))('channels from a channels file', () => {
  recipes('channel', '7')
  const git = (...args: string[]) =>
    execFileSync('git', [
      '-C',
      join(project, 'channel'),
      '-c',
      'user.name=T',
      '-c',
      'user.email=t@example.org',
      ...args,
    ])
  git('init', '--quiet', '--initial-branch=master')
  git('add', '.')
  git('commit', '--quiet', '-m', 'one')
  writeFileSync(join(project, 'channels.scm'), `(list (channel (name 'c) (url "file://${project}/channel")))`)
  const { stdout } = run(`import { loadCollection } from 'strata'
const collection = await loadCollection({ channels: 'channels.scm' })
console.log(collection.package('greeting').version)
const plain = await loadCollection({ channels: '' })
console.log(plain.find('greeting').length)`)
  expect(stdout).toEqual(['7', '0'])
})

test('the declarations check programs', () => {
  writeFileSync(
    join(project, 'wrong.ts'),
    `import { loadCollection } from 'strata'
const collection = await loadCollection()
const item = collection.package('hello')
// @ts-expect-error: a version is text
const version: number = item.version
// @ts-expect-error: a name is no package
collection.build('hello')
for await (const event of collection.build(item)) {
  // @ts-expect-error: not all events have lines
  event.line
}
`,
  )
  const { stdout, status } = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8' })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
