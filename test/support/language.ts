/** Interpreters for tests: files in memory, output in a string. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Host } from '../../lang/host.ts'
import { createInterpreter, type Interpreter } from '../../lang/index.ts'
import { writeString } from '../../lang/primitives/index.ts'
import type { Value } from '../../lang/values/index.ts'
import { isInstalled } from './programs.ts'
import '../../build-side/posix/index.ts'

const root = join(import.meta.dirname, '../..')

/** A host with these files; the standard library is read from the disk. */
export function memoryHost(files: Readonly<Record<string, string>> = {}): Host {
  const read = (path: string): Uint8Array | undefined => {
    const text = files[path]
    if (text !== undefined) return new TextEncoder().encode(text)
    return path.startsWith(root) && existsSync(path) && statSync(path).isFile() ? readFileSync(path) : undefined
  }
  return {
    readFile: read,
    fileExists: (path) => read(path) !== undefined,
    write: () => undefined,
    readInput: () => new Uint8Array(),
    getenv: () => undefined,
    currentDirectory: () => '/',
    now: () => 0,
  }
}

/** An interpreter whose load path is `/src` in memory, then the standard library. */
export function testInterpreter(files: Readonly<Record<string, string>> = {}): Interpreter {
  return createInterpreter({ host: memoryHost(files), loadPath: ['/src', join(root, 'stdlib')] })
}

/** The external representation of a value. */
export function written(interpreter: Interpreter, value: Value): string {
  return interpreter.enter(() => writeString(value))
}

/** What Guile prints for a script, or undefined when it is not installed. */
export function guile(script: string, ...args: string[]): string | undefined {
  if (!isInstalled('guile')) return undefined
  return execFileSync('guile', ['--no-auto-compile', '-c', script, ...args], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
