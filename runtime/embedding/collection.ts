/** `import { loadCollection } from 'strata'`: package collections in a program on Node. Packages come from the index that
 *  commands use, made when there is none; lowering is Scheme's, building runtime/builds'. */
import { resolve } from 'node:path'
import { describeError } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { SchemeError, type SchemeInterpreter, type SchemeValue } from '../../lang/embedding/api.ts'
import { realise } from '../builds/index.ts'
import { channelDirectories, channelsProfile } from '../channels/index.ts'
import { collectionDirectories, findOrMakeIndex, type IndexedPackage } from '../collections/index.ts'
import { indexVersion } from '../scheme/code-version.ts'
import { closeStores, deferringTexts, type FindPlaces, processStore, withRecipePlace } from '../scheme/index.ts'
import type {
  Build,
  BuildEvent,
  BuildOptions,
  Collection,
  CollectionOptions,
  DerivationOptions,
  Package,
  PackageDerivation,
  PackageInput,
} from './collection-types.ts'
import { EventQueue } from './event-queue.ts'

/** What Scheme does for a collection: a list of procedures. */
const procedures = `
(use-modules (gnu packages) (guix packages) (guix derivations) (guix grafts) (guix store) (guix utils)
             ((guix scripts show) #:select (collection-entries))
             ((guix gexp positions) #:select (failure-locations))
             (ice-9 match) (srfi srfi-1))

(define (package-of module variable)
  (module-ref (resolve-interface (map string->symbol module)) (string->symbol variable)))

(define (variables specification)
  (let ((package (specification->package specification)))
    (list (package-name package) (package-version package))))

(define (inputs module variable)
  (define package (package-of module variable))
  (define (described kind inputs)
    (map (match-lambda
           ((label thing . output)
            (list kind label (match output (() "out") ((output) output))
                  (and (package? thing) (package-name thing))
                  (and (package? thing) (package-version thing)))))
         inputs))
  (append (described "native" (package-native-inputs package))
          (described "input" (package-inputs package))
          (described "propagated" (package-propagated-inputs package))))

(define (lower module variable system target graft?)
  (let ((package (package-of module variable))
        (system  (or system (%current-system))))
    (with-store store
      (let ((drv (parameterize ((%graft? graft?))
                   (if target
                       (package-cross-derivation store package target system #:graft? graft?)
                       (package-derivation store package system #:graft? graft?)))))
        (list (derivation-file-name drv)
              (map (match-lambda
                     ((name . output) (list name (derivation-output-path output))))
                   (derivation-outputs drv)))))))

(list collection-entries variables inputs lower prepend-package-directories! failure-locations)`

type Call = (...args: SchemeValue[]) => SchemeValue

/** A collection that INTERPRETER, made for it, has the modules of. */
export function collectionOf(makeInterpreter: () => SchemeInterpreter, options: CollectionOptions): Collection {
  return withChannels(options.channels, () => {
    const loadPath = (options.directories ?? []).map((directory) => resolve(directory))
    const directories = collectionDirectories(loadPath)
    const interpreter = makeInterpreter()
    const calls = list(interpreter.evaluate(procedures)).map(procedure)
    const [entries, named, inputsOf, lower, prepend, locate] = calls
    if (!entries || !named || !inputsOf || !lower || !prepend || !locate)
      throw new Error('the procedures of collections are missing')
    if (loadPath.length > 0) prepend(loadPath)

    const derivation = (item: Package, wanted: DerivationOptions = {}): PackageDerivation => {
      const { system = false, target = false, grafts = true } = wanted
      const [path, outputs] = list(deferringTexts(() => lower(item.module, item.variable, system, target, grafts)))
      return { path: text(path), outputs: new Map(list(outputs).map((output) => pair(list(output)))) }
    }

    const index = findOrMakeIndex(directories, indexVersion(), () => entries())
    const find = (name: string, version?: string): IndexedPackage[] =>
      index
        .find(name)
        .filter((item) => version === undefined || item.version === version || item.version.startsWith(`${version}.`))
    return {
      packages: () => index.all(),
      find,
      package: (specification) => {
        const [name, version] = list(named(specification)).map(text)
        const item = find(name ?? '').find((candidate) => candidate.version === version)
        if (item === undefined) throw new Error(`the index of packages has no ${specification}`)
        return item
      },
      inputs: (item) => list(inputsOf(item.module, item.variable)).map(inputOf),
      derivation,
      build: (item, wanted = {}) => startBuild(derivation(item, wanted), wanted, placesBy(locate)),
      close: closeStores,
    }
  })
}

/** What BODY returns while the process uses the channels PROFILE; what they are is asked when modules are loaded. */
function withChannels<T>(profile: string | undefined, body: () => T): T {
  if (profile === undefined) return body()
  const usual = process.env.STRATA_CHANNELS
  process.env.STRATA_CHANNELS = profile
  try {
    if (profile !== '' && channelDirectories(channelsProfile()).length === 0) {
      throw new TypeError(`${profile} is no profile of channels`)
    }
    return body()
  } finally {
    if (usual === undefined) delete process.env.STRATA_CHANNELS
    else process.env.STRATA_CHANNELS = usual
  }
}

/** What LOCATE, `failure-locations' of Scheme, says. */
function placesBy(locate: Call): FindPlaces {
  return (derivation, places) =>
    list(locate(derivation, places)).map((found) => {
      const [file, line, column] = list(found)
      return file === undefined ? undefined : [text(file), Number(line), Number(column)]
    })
}

/** ERROR, of a build, as programs see it: with the line of the recipe that it comes from, when that can be told. */
function buildError(error: unknown, find: FindPlaces): unknown {
  if (!(error instanceof StrataError)) return error
  const told = withRecipePlace(error, processStore(), find)
  const { kind, message, span, hint } = told instanceof StrataError ? told : error
  return new SchemeError(message, {
    kind,
    args: [],
    condition: undefined,
    place: span && { file: span.source.name, ...span.source.position(span.start) },
    hints: hint?.split('\n') ?? [],
    report: describeError(told, { program: 'strata', debug: false }),
    cause: error,
  })
}

function startBuild(derivation: PackageDerivation, { signal }: BuildOptions, find: FindPlaces): Build {
  const store = processStore()
  const stop = new AbortController()
  const events = new EventQueue<BuildEvent>(() => stop.abort(new Error('the build was given up')))
  const stopping = signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal])
  const done = realise(store, [derivation.path], { signal: stopping }, (event) => events.push(event))
  const outputs = done.then(
    () => new Map([...derivation.outputs].map(([name, path]) => [name, store.physical(path)])),
    (error: unknown) => {
      throw buildError(error, find)
    },
  )
  outputs.then(
    () => events.end(),
    (error: unknown) => events.fail(error),
  )
  return { derivation, outputs, [Symbol.asyncIterator]: () => events.iterator() }
}

function inputOf(value: SchemeValue): PackageInput {
  const [kind, label, output, name, version] = list(value)
  return {
    kind: kind === 'native' || kind === 'propagated' ? kind : 'input',
    label: text(label),
    output: text(output),
    name: textOrNull(name),
    version: textOrNull(version),
  }
}

function list(value: SchemeValue): readonly SchemeValue[] {
  return isList(value) ? value : []
}

function isList(value: SchemeValue): value is readonly SchemeValue[] {
  return Array.isArray(value)
}

function procedure(value: SchemeValue): Call {
  if (typeof value !== 'function') throw new Error('a procedure of collections is none')
  return value
}

function text(value: SchemeValue): string {
  return typeof value === 'symbol' ? (value.description ?? '') : String(value)
}

function textOrNull(value: SchemeValue): string | null {
  return typeof value === 'string' ? value : null
}

function pair([first, second]: readonly SchemeValue[]): [string, string] {
  return [text(first), text(second)]
}
