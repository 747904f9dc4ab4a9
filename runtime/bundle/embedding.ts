/** What programs that embed strata import: the bundle for browsers, and the type declarations of both. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build, type Plugin } from 'esbuild'

/** Modules of the standard library that need the store or a system underneath. */
const notForBrowsers = /^(?:guix\/|guix\.scm$)/

/** The library's texts in the place of an empty table. */
function standardLibrary(root: string): Plugin {
  return {
    name: 'standard-library',
    setup(bundle) {
      bundle.onLoad({ filter: /runtime\/browser\/standard-library\.ts$/ }, () => {
        const directory = join(root, 'stdlib')
        const files = readdirSync(directory, { recursive: true, encoding: 'utf8' })
          .filter((file) => file.endsWith('.scm') && !notForBrowsers.test(file))
          .sort()
        const texts = Object.fromEntries(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]))
        return { contents: `export const standardLibrary = ${JSON.stringify(texts)}`, loader: 'js' }
      })
    },
  }
}

/** Make dist/browser/index.mjs. */
export async function bundleBrowser(root: string): Promise<void> {
  await build({
    absWorkingDir: root,
    entryPoints: ['runtime/browser/index.ts'],
    outfile: 'dist/browser/index.mjs',
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2024',
    // Names stay: backtraces know functions of the machine by theirs.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    plugins: [standardLibrary(root)],
  })
}

/** Make the declarations of `strata` and `strata/browser`: the interface is a file that stands alone. */
export function declareTypes(root: string): void {
  const dist = join(root, 'dist')
  const options = '--ignoreConfig --declaration --emitDeclarationOnly --target esnext --module nodenext --strict'
  const compiler = join(root, 'node_modules/.bin/tsc')
  for (const file of ['lang/embedding/api.ts', 'runtime/embedding/collection-types.ts']) {
    execFileSync(compiler, [file, ...options.split(' '), '--outDir', dist], { cwd: root })
  }
  const index = `import type { CreateInterpreter } from './api.js'
export * from './api.js'
/** Make an interpreter. Several live beside each other. */
export declare const createInterpreter: CreateInterpreter
`
  writeFileSync(join(dist, 'index.d.ts'), `${index}${collectionTypes}`)
  mkdirSync(join(dist, 'browser'), { recursive: true })
  copyFileSync(join(dist, 'api.d.ts'), join(dist, 'browser/api.d.ts'))
  writeFileSync(join(dist, 'browser/index.d.ts'), `${index}${browserTypes}`)
}

const collectionTypes = `
import type { LoadCollection } from './collection-types.js'
export type * from './collection-types.js'
/** The packages of a collection, from directories or channels. */
export declare const loadCollection: LoadCollection
`

const browserTypes = `
export type HashAlgorithm = 'md5' | 'sha1' | 'sha256' | 'sha512' | 'sha3-256' | 'sha3-512' | 'blake2s-256'
/** Digests, in pure JavaScript. */
export declare const hashing: (algorithm: HashAlgorithm, bytes: Uint8Array) => Uint8Array
export interface DerivationRequest {
  readonly name: string
  readonly system: string
  readonly builder: string
  readonly args: readonly string[]
  readonly environment: ReadonlyMap<string, string>
  readonly inputs: readonly { readonly path: string; readonly outputs: readonly string[]; readonly outputPaths: readonly string[] }[]
  readonly sources: readonly string[]
  readonly outputs: readonly string[]
  readonly fixed?: { readonly recursive: boolean; readonly hash: { readonly algorithm: HashAlgorithm; readonly digest: Uint8Array } }
}
export interface MadeDerivation {
  readonly path: string
  readonly bytes: Uint8Array
  readonly hashModulo: Uint8Array
  readonly derivation: { readonly outputs: ReadonlyMap<string, { readonly path: string }> }
}
/** The derivation that a request asks for. */
export declare function derivation(request: DerivationRequest, hashOfInput?: (path: string) => Uint8Array): MadeDerivation
export declare function formatBase32(bytes: Uint8Array): string
export declare function parseBase32(text: string): Uint8Array
`
