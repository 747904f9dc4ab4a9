/** The interpreter as commands use it: the package collection loaded, Scheme procedures called with plain data. */
import { resolve } from 'node:path'
import { createProcessInterpreter } from '../../build-side/index.ts'
import type { PreparedInterpreter } from '../../build-side/prepared-interpreter.ts'
import type { Interpreter } from '../../lang/index.ts'
import { intern, internKeyword, list, listToArray, Pair, SchemeString, type Value } from '../../lang/values/index.ts'
import { channelDirectories } from '../channels/index.ts'
import { deferringTexts } from '../scheme/index.ts'
import { interpreterOptions } from '../scheme/interpreter.ts'

/** What the user asked for, in one of the forms the command line takes. */
export interface Thing {
  readonly kind: 'package' | 'expression' | 'file' | 'manifest'
  readonly text: string
}

/** A derivation file and the output of it that is wanted, or a store item. */
export interface LoweredThing {
  readonly path: string
  readonly output: string | undefined
}

/** Whose sources are wanted in the place of packages: theirs, those that come with them, or those of all they need. */
export type SourceExtent = 'package' | 'all' | 'transitive'

/** A transformation of packages, as `with-input`, and what it was given, `undefined` for nothing. */
export interface Transformation {
  readonly name: string
  readonly argument: string | undefined
}

export interface LoweringOptions {
  readonly system?: readonly string[]
  readonly target?: string
  readonly grafts: boolean
  readonly source?: SourceExtent
  readonly transformations?: readonly Transformation[]
  readonly loadPath: readonly string[]
}

export interface SearchPath {
  readonly variable: string
  readonly files: readonly string[]
  readonly separator: string | undefined
  readonly type: string
}

let current: Interpreter | undefined
let prepared: PreparedInterpreter | undefined

/** Let `session` start from PREPARATION, if that is still true when it is called. */
export function offerSession(preparation: PreparedInterpreter): void {
  prepared = preparation
}

/** The interpreter of this process, with LOADPATH before the collection's own modules; made when first asked for. */
export function session(loadPath: readonly string[] = []): Interpreter {
  if (current !== undefined) return current
  const directories = loadPath.map((directory) => resolve(directory))
  const options = interpreterOptions({ loadPath: directories })
  const started = prepared?.start(options)
  current = started ?? createProcessInterpreter(options)
  if (started !== undefined && channelDirectories().length > 0) {
    started.call(started.lookup(['gnu', 'packages'], 'use-channels!'))
  }
  if (directories.length > 0) {
    const prepend = current.lookup(['gnu', 'packages'], 'prepend-package-directories!')
    current.call(prepend, list(directories.map(string)))
  }
  return current
}

/** The interpreter if one was made, for messages. */
export function currentSession(): Interpreter | undefined {
  return current
}

function string(text: string): SchemeString {
  return new SchemeString(text)
}

/** Lower THINGS in the order given, for each system. Derivation files and store items need no Scheme. */
export async function lowerThings(things: readonly Thing[], options: LoweringOptions): Promise<LoweredThing[]> {
  const direct = things.map((thing) => directThing(thing))
  if (direct.every((thing) => thing !== undefined)) return direct
  const scheme = session(options.loadPath)
  const pending = things.filter((_, index) => direct[index] === undefined)
  const result = deferringTexts(() =>
    scheme.call(
      scheme.lookup(['guix', 'scripts', 'build'], 'things->derivations'),
      list(pending.map(({ kind, text }) => new Pair(intern(kind), string(text)))),
      internKeyword('systems'),
      list((options.system ?? []).map(string)),
      internKeyword('target'),
      options.target === undefined ? false : string(options.target),
      internKeyword('graft?'),
      options.grafts,
      internKeyword('source'),
      options.source === undefined ? false : intern(options.source),
      internKeyword('transformations'),
      list(
        (options.transformations ?? []).map(
          ({ name, argument }) => new Pair(intern(name), argument === undefined ? false : string(argument)),
        ),
      ),
    ),
  )
  return (listToArray(result) ?? []).flatMap((ofSystem, index) => {
    const lowered = (listToArray(ofSystem) ?? []).map((results) => (listToArray(results) ?? []).map(loweredThing))
    // What was given as a derivation is of one system, and there once.
    return direct.flatMap((thing) => (thing === undefined ? (lowered.shift() ?? []) : index === 0 ? [thing] : []))
  })
}

/** Write the names of systems, or of targets, that there are. */
export function showPlatforms(which: 'systems' | 'targets', loadPath: readonly string[]): void {
  const scheme = session(loadPath)
  scheme.call(scheme.lookup(['guix', 'scripts', 'build'], `show-${which}`))
}

/** `FILE.drv`, `FILE.drv!OUTPUT` or a store item, given as such. */
function directThing({ kind, text }: Thing): LoweredThing | undefined {
  if (kind !== 'package' || !text.startsWith('/')) return undefined
  const [path = text, output] = text.split('!')
  return { path, output }
}

function loweredThing(value: Value): LoweredThing {
  if (value instanceof Pair) return { path: String(value.car), output: String(value.cdr) }
  return { path: String(value), output: undefined }
}

/** The search paths of the packages SPECS, PATH first. */
export async function searchPathsOf(
  specs: readonly string[],
  options: { readonly loadPath: readonly string[] },
): Promise<SearchPath[]> {
  const scheme = session(options.loadPath)
  const result = scheme.call(scheme.lookup(['guix', 'scripts', 'shell'], 'search-paths-of'), list(specs.map(string)))
  return (listToArray(result) ?? []).map((path) => {
    const [variable, files, separator, type] = listToArray(path) ?? []
    return {
      variable: String(variable),
      files: (listToArray(files) ?? []).map(String),
      separator: separator === false ? undefined : String(separator),
      type: type === intern('directory') ? 'directory' : 'regular',
    }
  })
}
