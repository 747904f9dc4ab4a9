/** Mistakes that authors make in recipes: each is told with its line (marked `; here`), what is wrong and what to do.
 *  What the commands for collections say of some is in collection.test.ts. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const program = join(resolve(import.meta.dirname, '../..'), 'runtime/cli/strata')
const directory = mkdtempSync(join(tmpdir(), 'strata-mistakes-'))
afterAll(() => removeTree(directory))

function build(text: string, expression = '(@ (my mistake) thing)') {
  mkdirSync(join(directory, 'my'), { recursive: true })
  writeFileSync(join(directory, 'my/mistake.scm'), text)
  return spawnSync(program, ['build', '-d', '-L', directory, '-e', expression], {
    encoding: 'utf8',
    timeout: 60_000,
    env: { ...process.env, STRATA_ROOT: join(directory, 'root'), XDG_CACHE_HOME: join(directory, 'cache') },
  })
}

const head = `(define-module (my mistake)
  #:use-module (guix packages) #:use-module (guix gexp) #:use-module (guix download) #:use-module (guix git-download)
  #:use-module (guix build-system gnu) #:use-module (gnu packages) #:use-module (gnu packages base)
  #:use-module ((guix licenses) #:prefix license:))
`
const hash = '0ssi1wpaf7plaswqqjwigppsg5fyh99vdlb9kzl7c9lng89ndq1i'

/** A module with a package whose FIELDS, texts by name, are others than the usual ones. */
function recipe(fields: Readonly<Record<string, string>>): string {
  const all: Record<string, string> = {
    name: '"thing"',
    version: '"1.0"',
    source: '#f',
    'build-system': 'gnu-build-system',
    synopsis: '"Thing"',
    description: '"Thing."',
    'home-page': '#f',
    license: 'license:gpl3+',
    ...fields,
  }
  const lines = Object.entries(all).map(([name, value]) => `    (${name} ${value})\n`)
  return `${head}(define-public thing\n  (package\n${lines.join('')}    ))\n`
}

function origin(method: string, uri: string, sha256 = `(base32 "${hash}")`): string {
  return `(origin (method ${method}) (uri ${uri}) (sha256 ${sha256}))`
}

interface Mistake {
  readonly name: string
  readonly text: string
  readonly says: RegExp
  readonly expression?: string
}

const mistakes: readonly Mistake[] = [
  {
    name: 'a version that is a number',
    text: recipe({ version: '1.0 ; here\n' }),
    says: /invalid version of a package: 1\.0; expected a string[\s\S]*hint: for example: \(version "1\.0"\)/,
  },
  { name: 'a name that is a symbol', text: recipe({ name: "'thing ; here\n" }), says: /invalid name of a package/ },
  {
    name: 'a string where a list of inputs is wanted',
    text: recipe({ inputs: '"sed" ; here\n' }),
    says: /invalid inputs of a package: "sed"; expected a list/,
  },
  {
    name: 'outputs that are no list',
    text: recipe({ outputs: '"out" ; here\n' }),
    says: /invalid outputs of a package/,
  },
  {
    name: 'a build system that is none',
    text: recipe({ 'build-system': '"gnu" ; here\n' }),
    says: /invalid build-system of a package: "gnu"/,
  },
  {
    name: 'inputs without list',
    text: recipe({ inputs: '(sed) ; here\n' }),
    says: /Wrong type to apply: #<package sed/,
  },
  {
    name: 'a quote where a quasiquote is meant',
    text: recipe({ inputs: `'(("sed" ,sed)) ; here\n` }),
    says: /invalid input: \(unquote sed\)/,
  },
  {
    name: 'a file that is not there',
    text: recipe({ source: '(local-file "no-such-file") ; here\n' }),
    says: /file 'no-such-file' not found[\s\S]*?hint: file names are relative to /,
  },
  {
    name: 'a patch that is not there',
    text: recipe({
      source: `${origin('url-fetch', '"u"').slice(0, -1)}\n(patches (search-patches "no.patch"))) ; here\n`,
    }),
    says: /no\.patch: patch not found\nhint: looked in|no\.patch: patch not found[\s\S]*hint: looked in/,
  },
  {
    name: 'a method that is no procedure',
    text: recipe({ source: `${origin('"url-fetch"', '"u"')} ; here\n` }),
    says: /invalid method of an origin: "url-fetch"/,
  },
  {
    name: 'an origin without its hash',
    text: recipe({ source: '(origin (method url-fetch) (uri "u")) ; here\n' }),
    says: /origin: missing field initializers \(hash\)/,
  },
  {
    name: 'a procedure in a G-expression',
    text: recipe({ arguments: '(list #:make-flags #~(list #$package-version)) ; here\n' }),
    says: /invalid G-expression input: #<procedure package-version.*[\s\S]*?hint: a procedure cannot go into a build/,
  },
  {
    name: '#$ outside of a G-expression',
    text: recipe({ arguments: '(list #:make-flags (list #$output)) ; here\n' }),
    says: /ungexp: used outside of a G-expression, #~\(\.\.\.\)/,
  },
  {
    name: 'an argument that the build system does not take',
    text: recipe({ arguments: '(list #:configure-flag #~(list "--x")) ; here\n' }),
    says: /the build system `gnu' takes no such argument: #:configure-flag[\s\S]*?hint: did you mean `#:configure-flags'\?/,
  },
  {
    name: 'an argument without its value',
    text: recipe({ arguments: '(list #:tests? #f #:phases) ; here\n' }),
    says: /the argument #:phases has no value/,
  },
  {
    name: 'arguments that are an association list',
    text: recipe({ arguments: "'((tests? . #f)) ; here\n" }),
    says: /invalid argument where a keyword is expected: \(tests\? \. #f\)/,
  },
  {
    name: 'an unknown clause of modify-inputs',
    text: recipe({ inputs: '(modify-inputs (package-inputs sed) (replcae "x" grep)) ; here\n' }),
    says: /unknown clause: they are delete, prepend, append and replace/,
  },
  {
    name: 'a parenthesis too many',
    text: recipe({ version: '"1.0")', source: '#f ; here\n' }),
    says: /hint: a variable has one value, not several\. The first one ends on line 8: is there a parenthesis too many\?/,
  },
  {
    name: 'a field that is given twice, at the second',
    text: recipe({ license: 'license:gpl3+)\n(version "2" #| ; here |#' }),
    says: /package: duplicate field initializer version/,
  },
  {
    name: 'a source that is none',
    text: recipe({ source: '(list "thing.tar") ; here\n' }),
    says: /invalid source of a package: \("thing\.tar"\); expected an origin, a file-like object, or #f/,
  },
  {
    name: 'arguments that are a G-expression',
    text: recipe({ arguments: '#~(#:tests? #f) ; here\n' }),
    says: /invalid arguments of a package: #<gexp [\s\S]*hint: for example: \(arguments \(list #:tests\? #f\)\)/,
  },
  {
    name: 'a hash with a character that base 32 has not',
    text: recipe({ source: `${origin('url-fetch', '"u"', `(base32 "${hash.replace('s', 'e')}")`)} ; here\n` }),
    says: /invalid base32 string with the character `e' of 52 characters/,
  },
  {
    name: 'a hash in a variable with a character that base 32 has not',
    text: recipe({ source: `${origin('url-fetch', '"u"', '(base32 (string-append "tooshort"))')} ; here\n` }),
    says: /invalid character `t' in base32 string "tooshort"/,
  },
  {
    name: 'a file that defines no module',
    text: `; here${recipe({}).replace('(define-module (my mistake)', '\n(use-modules').replaceAll('#:use-module ', '')}`,
    says: /no code for module \(my mistake\): .* defines no module[\s\S]*hint: .* should start with \(define-module \(my mistake\) …\)/,
  },
  {
    name: 'a module that is misspelt in define-module',
    text: recipe({}).replace('(my mistake)', '(my mistake) ; here').replace('#:use-module', '#:use-modules'),
    says: /unknown keyword or bad argument.*[\s\S]*hint: did you mean #:use-module\?/,
  },
]

test.each(mistakes)('$name', ({ text, says, expression }) => {
  const { status, stderr } = build(text, expression)
  expect(stderr).toMatch(says)
  const line = text.split('\n').findIndex((each) => each.includes('; here')) + 1
  expect(stderr).toMatch(new RegExp(`^${directory}/my/mistake\\.scm:${line}:\\d+: error: `, 'm'))
  expect(status).toBe(1)
})

test('an output that an input has not is told at the input', () => {
  const { status, stderr } = build(recipe({ inputs: '(list `(,sed "dbug"))' }))
  expect(stderr).toMatch(
    /mistake\.scm:\d+:\d+: error: reference to invalid output 'dbug' of derivation .*, which has out/,
  )
  expect(status).toBe(1)
})

test.each([
  [
    origin('git-fetch', '"https://example.org/x"'),
    /invalid uri of an origin: "https:\/\/example.org\/x"; git-fetch expects a git-reference[\s\S]*?hint: for example: \(uri \(git-reference/,
  ],
  [origin('url-fetch', "'thing"), /invalid uri of an origin: thing; url-fetch expects a string or a list of strings/],
  [
    origin('url-fetch', '(git-reference (url "https://example.org/x") (commit "v1"))'),
    /invalid uri of an origin[\s\S]*?hint: for references to repositories: \(method git-fetch\)/,
  ],
  [origin('url-fetch', '"no-such-file"'), /In procedure lstat: No such file or directory: "no-such-file"/],
  [`${origin('url-fetch', '"u"').slice(0, -1)} (patches "x"))`, /invalid patches of an origin: "x"; expected a list/],
  [
    `${origin('url-fetch', '"https://example.org/u"').slice(0, -1)} (patches '("x.patch")))`,
    /x\.patch: patch not found[\s\S]*?hint: \(search-patches "x\.patch"\) finds it in the collection/,
  ],
])('a mistake of an origin is told at its field: %s', (source, says) => {
  const { stderr, status } = build(recipe({ source }))
  expect(stderr).toMatch(says)
  expect(stderr).toMatch(/mistake\.scm:9:\d+: error: /)
  expect(status).toBe(1)
})

test.each([
  [
    { inputs: '`(("sed" ,sed "dbug"))' },
    /15:\d+: error: reference to invalid output 'dbug' of derivation .*\n[\s\S]*hint: /,
  ],
  [{ 'native-search-paths': '(list "PATH")' }, /15:\d+: error: invalid search paths of a package: \("PATH"\)/],
  [{ replacement: '"sed"' }, /15:\d+: error: invalid replacement of a package: "sed"/],
  [{ source: '"no-such-file.tar"' }, /9:\d+: error: package `thing@1\.0' has an invalid input: "no-such-file\.tar"/],
  [{ source: origin('url-fetch', '"u"', '42') }, /9:\d+: error: invalid hash: 42; expected a bytevector/],
  [
    { inputs: '(list thing)' },
    /15:\d+: error: dependency cycle: thing@1\.0 needs thing@1\.0[\s\S]*hint: thing@1\.0 has thing@1\.0 at \S+:15:\d+/,
  ],
])('a value that cannot be is told at its field: %j', (fields, says) => {
  const { stderr, status } = build(recipe(fields))
  expect(stderr).toMatch(says)
  expect(status).toBe(1)
})

test.each([
  ['(specifications->manifest\n (list "hello"\n  "helo"))', /^\S+:3:2: error: helo: unknown package\n/],
  ['(display "")\n\n; no manifest\n42', /^\S+:4:0: error: \S+: not a manifest: 42\n/],
  ['(specification->manifest (list))', /^\S+:1:1: error: Unbound variable: specification->manifest\n/],
])('a mistake of a manifest is told where it is: %s', (text, says) => {
  const file = join(directory, 'manifest.scm')
  writeFileSync(file, text)
  const { stderr, status } = spawnSync(program, ['build', '-d', '-m', file], {
    encoding: 'utf8',
    env: { ...process.env, STRATA_ROOT: join(directory, 'root'), XDG_CACHE_HOME: join(directory, 'cache') },
  })
  expect(stderr).toMatch(says)
  expect(status).toBe(1)
})

test('clauses of modify-phases that do nothing are warned of', () => {
  const phases = (clause: string): string =>
    recipe({ arguments: `(list #:phases #~(modify-phases %standard-phases\n${clause}))` })
  expect(build(phases("(add-after 'unpakc 'fix (const #t))")).stderr).toMatch(
    /mistake\.scm:16:0: warning: package thing@1\.0 has no phase `unpakc' here; did you mean `unpack'\?/,
  )
  const old = build(recipe({ arguments: "`(#:phases (alist-delete 'chekc (alist-delete 'check %standard-phases)))" }))
  expect(old.stderr).toMatch(/warning: package thing@1\.0 has no phase `chekc' here\n/)
  expect(build(phases("(add-befor 'unpack 'fix (const #t))")).stderr).toMatch(
    /mistake\.scm:16:0: warning: package thing@1\.0: bad clause `add-befor' of modify-phases; did you mean `add-before'\?/,
  )
})

test('names that a module does not export', () => {
  const hidden = build(recipe({}).replace('define-public', 'define'))
  expect(hidden.stderr).toContain("hint: (my mistake) defines `thing', but does not export it")
  expect(build(recipe({}), '(@ (my mistake) thang)').stderr).toContain("hint: did you mean `thing'?")
})

test('modules that import each other', () => {
  writeFileSync(
    join(directory, 'my/other.scm'),
    `(define-module (my other) #:use-module (my mistake) #:use-module (guix packages) #:export (one))
(define one (package-version thing))\n`,
  )
  const { stderr, status } = build(
    recipe({ version: 'one' }).replace(
      '#:use-module (guix packages)',
      '#:use-module (my other) #:use-module (guix packages)',
    ),
  )
  expect(stderr).toMatch(/other\.scm:2:\d+: error: Unbound variable: thing/)
  expect(stderr).toContain(
    "hint: (my mistake) imports this module, which imports it: `thing' is defined only after this",
  )
  expect(status).toBe(1)
})

test('an exception that a handler raises again is told with the place where it was raised first', () => {
  const file = join(directory, 'again.scm')
  writeFileSync(
    file,
    `(define (f x)
  (string-append "a" x))
(define (g)
  (with-exception-handler
    (lambda (e) (raise-exception e))
    (lambda () (f 12) 3)))
(g)\n`,
  )
  const { stderr } = spawnSync(program, [file], { encoding: 'utf8' })
  expect(stderr).toContain(`${file}:2:2: error: In procedure string-append`)
})

test('a copy of a collection is told by its own places, and uses its own neighbours', () => {
  const places = ['one', 'two'].map((name) => {
    const root = join(directory, name)
    mkdirSync(join(root, 'my'), { recursive: true })
    writeFileSync(
      join(root, 'my/thing.scm'),
      recipe({ version: '%version' })
        .replace('(my mistake)', '(my thing)')
        .replace('#:use-module (guix packages)', '#:use-module (guix packages) #:use-module (my version)'),
    )
    writeFileSync(
      join(root, 'my/version.scm'),
      `(define-module (my version) #:export (%version))\n(define %version "${name}")\n`,
    )
    const script = join(root, 'script.scm')
    writeFileSync(
      script,
      `(use-modules (guix packages) (guix diagnostics) (my thing))
(write (package-version thing))
(write (package-location thing))
(write (search-path %load-path (location-file (package-location thing))))
`,
    )
    return spawnSync(program, ['-L', root, script], {
      encoding: 'utf8',
      env: { ...process.env, XDG_CACHE_HOME: join(directory, 'cache') },
    }).stdout
  })
  expect(places[0]).toMatch(/^"one".*file: "my\/thing\.scm" line: 6.*one\/my\/thing\.scm"$/)
  expect(places[1]).toMatch(/^"two".*file: "my\/thing\.scm" line: 6.*two\/my\/thing\.scm"$/)
})
