/** An interpreter that loaded modules before its process was saved as a start-up snapshot. What it loaded may not be
 *  what the process that starts from it asks for: files may have changed, or others come first on the load path. */
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Interpreter, InterpreterOptions } from '../lang/index.ts'
import { SchemeString } from '../lang/values/index.ts'
import { attachStandardPorts } from './process-interpreter.ts'

interface LoadedFile {
  readonly path: string
  /** Its name below a root of the load path. */
  readonly name: string
  readonly modified: number
}

export interface PreparationOptions {
  /** Environment variables that the modules read while they are loaded: a process that has one starts anew. */
  readonly variables?: readonly string[]
  /** Whether an equal file elsewhere on the load path is as good as the one that was loaded: in builds it is, for which
   *  modules are copied. Who edits recipes wants the name of his own. */
  readonly copiesFit?: boolean
  /** Parameters that get their values from the environment. */
  readonly parameters?: readonly EnvironmentParameter[]
}

/** The parameter NAME of MODULE, whose value is that of the first of VARIABLES that is set. */
interface EnvironmentParameter {
  readonly module: readonly string[]
  readonly name: string
  readonly variables: readonly string[]
}

export class PreparedInterpreter {
  readonly #interpreter: Interpreter
  readonly #files: readonly LoadedFile[]
  readonly #variables: readonly string[]
  readonly #parameters: readonly EnvironmentParameter[]
  readonly #copiesFit: boolean

  /** INTERPRETER has loaded all that it is to have loaded. */
  constructor(
    interpreter: Interpreter,
    { variables = [], parameters = [], copiesFit = false }: PreparationOptions = {},
  ) {
    this.#interpreter = interpreter
    this.#variables = variables
    this.#parameters = parameters
    this.#copiesFit = copiesFit
    this.#files = [...interpreter.realm.modules.values()].flatMap(({ filename: path, name }) =>
      path === undefined ? [] : [{ path, name: `${name.join('/')}.scm`, modified: statSync(path).mtimeMs }],
    )
  }

  /** The interpreter, set up for this process as OPTIONS say; undefined when what it loaded does not fit them. */
  start({ loadPath, codeStore, r7rs = false }: Omit<InterpreterOptions, 'host'>): Interpreter | undefined {
    const { realm } = this.#interpreter
    if (this.#variables.some((name) => process.env[name] !== undefined)) return undefined
    const added = loadPath.slice(0, loadPath.length - realm.loadPath.length)
    if (
      !this.#files.every(
        (file) => isUnchanged(file) && added.every((root) => isAbsentOrSame(file, root, this.#copiesFit)),
      )
    ) {
      return undefined
    }
    attachStandardPorts()
    realm.loadPath = loadPath
    realm.codeStore = codeStore
    realm.r7rs = r7rs
    for (const { module, name, variables } of this.#parameters) {
      const value = variables.map((variable) => process.env[variable]).find((text) => text !== undefined)
      if (value !== undefined) this.#interpreter.call(this.#interpreter.lookup(module, name), new SchemeString(value))
    }
    return this.#interpreter
  }
}

function isUnchanged({ path, modified }: LoadedFile): boolean {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs === modified
}

/** Whether a search that looks in ROOT before the file's own root comes to the same file, or if COPIESFIT is true to an
 *  equal one. */
function isAbsentOrSame({ path, name }: LoadedFile, root: string, copiesFit: boolean): boolean {
  const found = join(root, name)
  const other = statSync(found, { throwIfNoEntry: false })
  if (other === undefined) return true
  const own = statSync(path)
  if (other.ino === own.ino && other.dev === own.dev) return true
  return copiesFit && readFileSync(found).equals(readFileSync(path))
}
