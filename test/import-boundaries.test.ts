/** The boundaries of DESIGN section 2: imports go `cli, repl -> runtime -> build-side -> lang`, never upward,
 *  the language and the formats know nothing of Node, and Scheme modules stay on their side. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '..')

function filesBelow(directory: string, suffix: string): string[] {
  return readdirSync(join(root, directory), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)))
    .sort()
}

/** What a TypeScript file imports: Node modules, packages, or files relative to the root. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:\bfrom|^import)\s+'([^']+)'\s*$/gm)].map((m) => m[1] ?? '')
  const dynamic = [...text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)].map((m) => m[1] ?? '')
  return [...specifiers, ...dynamic].map((s) =>
    s.startsWith('.') ? relative(root, resolve(root, dirname(file), s)) : s,
  )
}

const typescript = ['lang', 'build-side', 'runtime'].flatMap((directory) => filesBelow(directory, '.ts'))

describe('TypeScript', () => {
  test('lang/ imports only itself, and no module of Node', () => {
    const wrong = typescript
      .filter((file) => file.startsWith('lang/'))
      .flatMap((file) => importsOf(file).map((name) => `${file}: ${name}`))
      .filter((line) => !/: (lang\/|chevrotain$|immutable$)/.test(line))
    expect(wrong).toEqual([])
  })

  test('runtime/formats/ imports only itself and the conditions of the language', () => {
    const wrong = typescript
      .filter((file) => file.startsWith('runtime/formats/'))
      .flatMap((file) => importsOf(file).map((name) => `${file}: ${name}`))
      .filter((line) => !/: (runtime\/formats\/|lang\/conditions\/index\.ts$)/.test(line))
    expect(wrong).toEqual([])
  })

  test('build-side/ imports nothing of runtime/', () => {
    const wrong = typescript
      .filter((file) => file.startsWith('build-side/'))
      .flatMap((file) => importsOf(file).map((name) => `${file}: ${name}`))
      .filter((line) => line.includes(': runtime/'))
    expect(wrong).toEqual([])
  })

  test('nothing but the command line itself imports runtime/cli', () => {
    const wrong = typescript
      .filter((file) => !file.startsWith('runtime/cli/'))
      .flatMap((file) => importsOf(file).map((name) => `${file}: ${name}`))
      .filter((line) => line.includes(': runtime/cli/'))
    expect(wrong).toEqual([])
  })
})

/** Module names that a Scheme file's header uses. */
function usesOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const header = /\(define-module[\s\S]*?\n\n/.exec(text)?.[0] ?? ''
  return [...header.matchAll(/#:(?:use-module|autoload)\s+\(+([a-z0-9 /+.-]+)\)/g)].map((m) => m[1] ?? '')
}

describe('Scheme', () => {
  test('modules of the build side use only such modules and the language', () => {
    const wrong = filesBelow('build-side', '.scm')
      .flatMap((file) => usesOf(file).map((name) => `${file}: ${name}`))
      .filter((line) => !/: (guix build |guix elf|ice-9 |sxml |srfi |rnrs |scheme |system |rx |zlib$)/.test(line))
    expect(wrong).toEqual([])
  })

  test('recipes use no primitive modules but in the bootstrap seed', () => {
    const wrong = filesBelow('packages', '.scm')
      .filter((file) => file !== 'packages/gnu/packages/bootstrap.scm')
      .flatMap((file) => usesOf(file).map((name) => `${file}: ${name}`))
      .filter((line) => line.includes(': strata '))
    expect(wrong).toEqual([])
  })

  test('a module has the name of its path', () => {
    const wrong = ['stdlib', 'build-side', 'packages']
      .flatMap((directory) => filesBelow(directory, '.scm'))
      .filter((file) => {
        const text = readFileSync(join(root, file), 'utf8')
        const declared = /^\((?:define-module|define-library)\s+\(([^)]*)\)/m.exec(text)?.[1]
        const expected = file
          .replace(/^[^/]+\//, '')
          .replace(/\.scm$/, '')
          .replaceAll('/', ' ')
        return declared !== undefined && declared.replace(/\s+/g, ' ') !== expected
      })
    expect(wrong).toEqual([])
  })
})
