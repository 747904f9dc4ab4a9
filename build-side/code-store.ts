/** Compiled Scheme on disk: a directory of units named by their content, each with V8's code cache, which is made
 *  when a process that ran the unit ends. Not what decides whether a unit fits (lang/modules/compiled.ts). */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Script } from 'node:vm'
import type { CodeStore, KeptUnit, KeptUnitSource } from '../lang/modules/index.ts'

/** A code store in DIRECTORY, created when first written to. VERSION names the interpreter. */
export function directoryCodeStore(directory: string, version: string): CodeStore {
  return {
    version,
    shipped: () => undefined,
    find: (id) => findUnit(directory, id),
    keep: (unit) => keepUnit(directory, unit),
  }
}

function findUnit(directory: string, id: string): KeptUnitSource | undefined {
  const text = readText(join(directory, `${id}.js`))
  if (text === undefined) return undefined
  // The first two lines are comments: dependencies and header, as JSON.
  const first = text.indexOf('\n')
  const second = text.indexOf('\n', first + 1)
  return {
    id,
    dependencies: JSON.parse(text.slice(2, first)),
    header: text.slice(first + 3, second),
    code: () => text,
    evaluate: () => evaluateScript(directory, id, text),
    extra: () => readText(join(directory, `${id}.json`)) ?? '{}',
  }
}

function keepUnit(directory: string, unit: KeptUnit): void {
  try {
    mkdirSync(directory, { recursive: true })
    writeAtomically(join(directory, `${unit.id}.json`), unit.extra)
    writeAtomically(
      join(directory, `${unit.id}.js`),
      `//${JSON.stringify(unit.dependencies)}\n//${unit.header}\n${unit.code}`,
    )
  } catch {
    // A cache that cannot be written is only slower.
  }
}

function evaluateScript(directory: string, id: string, text: string): unknown {
  const path = join(directory, `${id}.v8`)
  const cachedData = readBytes(path)
  const script = new Script(text, { filename: `scheme:${id}`, ...(cachedData === undefined ? {} : { cachedData }) })
  if (cachedData === undefined || script.cachedDataRejected === true) unwritten.set(path, script)
  return script.runInThisContext()
}

/** Scripts whose code cache is to be written at exit, when it holds the functions that ran. */
const unwritten = new Map<string, Script>()
process.on('exit', () => {
  for (const [path, script] of unwritten) {
    try {
      writeAtomically(path, script.createCachedData())
    } catch {
      // As above.
    }
  }
})

function writeAtomically(path: string, content: string | Uint8Array): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, content)
  renameSync(temporary, path)
}

function readBytes(path: string): Buffer | undefined {
  try {
    return readFileSync(path)
  } catch {
    return undefined
  }
}

function readText(path: string): string | undefined {
  return readBytes(path)?.toString('utf8')
}
