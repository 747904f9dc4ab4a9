/** An interpreter as embedders use it: converted values, checked host procedures, errors as exceptions, ports and
 *  limits of its own. What differs between Node and browsers comes in as an EmbeddingHost. */
import { compile } from '../codegen/index.ts'
import { diagnose, formatDiagnostic, type Suggestions } from '../conditions/diagnostics.ts'
import { quitCode, type StrataError } from '../conditions/index.ts'
import { UncaughtCondition } from '../execution/index.ts'
import { machine, limits as machineLimits } from '../execution/machine.ts'
import type { Host } from '../host.ts'
import { type CodeStore, createInterpreter, type Interpreter } from '../index.ts'
import { evaluateSource } from '../modules/index.ts'
import { writeString } from '../primitives/index.ts'
import {
  currentErrorPort,
  currentInputPort,
  currentOutputPort,
  currentWarningPort,
} from '../primitives/ports/current.ts'
import { installStandardPorts, openInputString, Port } from '../primitives/ports/index.ts'
import { DatumReader, raiseReadError } from '../reader/index.ts'
import { SourceFile } from '../source/index.ts'
import { expandTopLevel } from '../syntax/top-level.ts'
import { intern, listToArray, type Procedure, SchemeSymbol, UNSPECIFIED, type Value } from '../values/index.ts'
import {
  type EmbeddingOptions,
  type HostParameter,
  SchemeError,
  SchemeExit,
  type SchemeInterpreter,
  SchemeTimeout,
  type SchemeValue,
} from './api.ts'
import { makeConverter } from './convert.ts'
import { guarded, makeHostProcedure, noVariable, raiseHostError, thrownBehind } from './host-procedures.ts'
import { Pending, promisesOf } from './promises.ts'

export interface EmbeddingHost {
  readonly host: Host
  /** The roots of the standard library. */
  readonly roots: readonly string[]
  readonly codeStore?: CodeStore | undefined
  readonly output: (text: string) => void
  readonly error: (text: string) => void
  suggestionsOf(interpreter: Interpreter): Suggestions
  /** The size of the JavaScript stack; V8's own default is 984. */
  readonly stackKilobytes?: number
  /** Run ACTION for at most so many milliseconds; throws an error called Interrupted. Absent where none can. */
  readonly limited?: <T>(interpreter: Interpreter, action: () => T, milliseconds: number) => T
}

/** Kilobytes: V8's default, and what the command line asks for. */
const DEFAULT_STACK = 984
const EXPECTED_STACK = 3900

export function createEmbedded(options: EmbeddingOptions, embedding: EmbeddingHost): SchemeInterpreter {
  const { limits = {} } = options
  if (limits.time !== undefined && embedding.limited === undefined) {
    throw new TypeError('this host cannot limit the time of evaluations')
  }
  const interpreter = createInterpreter({
    host: embedding.host,
    loadPath: [...(options.loadPath ?? []), ...embedding.roots],
    r7rs: options.r7rs === true,
    codeStore: embedding.codeStore,
  })
  const ports = [
    openInputString(options.input ?? ''),
    textPort(options.output ?? embedding.output),
    textPort(options.error ?? embedding.error),
  ] as const

  const converter = makeConverter({
    call: (procedure, args) => guardedly(() => interpreter.call(procedure, ...args)),
    write: (value) => interpreter.enter(() => writeString(value)),
    run: (procedure, args) =>
      guarded(procedure.name, () => converter.toScheme(procedure(...args.map(converter.toJavaScript)))),
  })

  /** The part of the stack that compiled code reckons with that there really is: it takes the rest for used. */
  const share = Math.min(1, (embedding.stackKilobytes ?? DEFAULT_STACK) / EXPECTED_STACK)

  /** Run ACTION with this interpreter's ports and limits. */
  function within<T>(action: () => T): T {
    const outer = [currentInputPort.value, currentOutputPort.value, currentErrorPort.value, currentWarningPort.value]
    const { frames } = machineLimits
    const outerDepth = machine.depth
    machine.depth = Math.max(outerDepth, machineLimits.depth * (1 - share))
    installStandardPorts(...ports)
    machineLimits.frames = Math.min(frames, limits.depth ?? frames)
    try {
      return limits.time === undefined || embedding.limited === undefined || depth > 0
        ? nested(action)
        : embedding.limited(interpreter, () => nested(action), limits.time)
    } finally {
      flush(ports[1])
      flush(ports[2])
      machine.depth = outerDepth
      machineLimits.frames = frames
      currentInputPort.value = outer[0]
      currentOutputPort.value = outer[1]
      currentErrorPort.value = outer[2]
      currentWarningPort.value = outer[3]
    }
  }

  /** Calls into this interpreter that are going on: the outermost one bears the time limit. */
  let depth = 0
  function nested<T>(action: () => T): T {
    depth++
    try {
      return action()
    } finally {
      depth--
    }
  }

  /** Likewise; what goes wrong is thrown as embedders know it, unless Scheme code is to see it first. */
  function guardedly<T>(action: () => T): T {
    if (depth > 0) return interpreter.enter(action)
    try {
      return within(action)
    } catch (error) {
      depth = 0
      throw translated(error)
    }
  }

  function translated(error: unknown): unknown {
    if (error instanceof Error && error.name === 'Interrupted') return new SchemeTimeout()
    if (error instanceof UncaughtCondition) {
      const code = quitCode(error.exception)
      if (code !== undefined) return new SchemeExit(code === true ? 0 : typeof code === 'number' ? code & 255 : 1)
    }
    return interpreter.enter(() => errorFrom(error))
  }

  function errorFrom(error: unknown): unknown {
    const diagnostic = diagnose(error, embedding.suggestionsOf(interpreter))
    if (diagnostic === undefined) return error
    const { message, span, hints } = diagnostic
    const position = span?.source.position(span.start)
    const condition = error instanceof UncaughtCondition ? error : undefined
    const cause = condition === undefined ? error : thrownBehind(condition.args)
    return new SchemeError(message, {
      kind: condition?.key instanceof SchemeSymbol ? condition.key.name : kindOf(error),
      args: (listToArray(condition?.args) ?? []).map(converter.toJavaScript),
      condition: converter.toJavaScript(condition?.exception),
      place: span === undefined || position === undefined ? undefined : { file: span.source.name, ...position },
      hints,
      report: formatDiagnostic(diagnostic, 'scheme', { debug: true }),
      ...(cause === undefined ? {} : { cause }),
    })
  }

  function define(
    name: string,
    parameters: readonly HostParameter[],
    apply: (args: SchemeValue[]) => Value,
    { module = ['guile-user'], doc = '' }: { readonly module?: readonly string[]; readonly doc?: string } = {},
  ): void {
    const { realm } = interpreter
    const target = realm.findModule(module) ?? realm.makeModule(module)
    target.started = true
    const symbol = intern(name)
    target.define(symbol, makeHostProcedure({ name, module, parameters, doc, converter, apply }))
    target.export(symbol)
  }

  function lookup(module: readonly string[], name: string): SchemeValue {
    return guardedly(() => {
      const value = interpreter.lookup(module, name)
      return value === undefined ? noVariable(module, name) : converter.toJavaScript(value)
    })
  }

  /** The forms of a text as thunks, each made when the one before it has run. */
  function* thunksOf(text: string, file: string): Iterable<Procedure> {
    const { realm } = interpreter
    const reader = new DatumReader(new SourceFile(file, text), { r7rs: realm.r7rs })
    for (;;) {
      const result = guardedly(() => interpreter.enter(() => reader.next()))
      if (result.kind === 'end') return
      if (result.kind !== 'datum') return guardedly(() => interpreter.enter(() => raiseReadError(result)))
      yield guardedly(() => interpreter.enter(() => compile(expandTopLevel(result.datum))))
    }
  }

  const promises = promisesOf(interpreter)
  return {
    evaluate: (text, file = 'unknown file') =>
      guardedly(() => converter.toJavaScript(interpreter.enter(() => evaluateSource(new SourceFile(file, text))))),
    evaluateAsync: async (text, file = 'unknown file') => {
      let value: Value = UNSPECIFIED
      for (const thunk of thunksOf(text, file)) {
        let result = guardedly(() => promises.start(thunk))
        while (result instanceof Pending) {
          const pending = result
          const settled: Procedure = await pending.promise.then(
            (done) => () => converter.toScheme(done),
            (error: unknown) => () => raiseHostError(pending.name, error),
          )
          result = guardedly(() => promises.resume(pending, settled))
        }
        value = result
      }
      return converter.toJavaScript(value)
    },
    evaluateFile: (path) => guardedly(() => converter.toJavaScript(interpreter.evaluateFile(path))),
    lookup,
    procedure: (module, name) => {
      const found = lookup(module, name)
      if (typeof found === 'function') return found
      throw new TypeError(`${name} of (${module.join(' ')}) is no procedure`)
    },
    define: (name, parameters, procedure, definition) =>
      define(name, parameters, (args) => converter.toScheme(applied(procedure, args)), definition),
    defineAsync: (name, parameters, procedure, definition) =>
      define(name, parameters, (args) => promises.await(applied(procedure, args), name), definition),
    write: (value) => interpreter.enter(() => writeString(converter.toScheme(value))),
  }
}

/** The arguments were counted and checked against the parameters before. */
function applied<A extends unknown[], R>(procedure: (...args: A) => R, args: SchemeValue[]): R {
  return procedure(...(args as A))
}

function kindOf(error: unknown): string {
  return error instanceof Error && 'kind' in error ? String((error as StrataError).kind) : '%exception'
}

/** An output port that hands its text on. */
function textPort(receive: (text: string) => void): Port {
  const decoder = new TextDecoder()
  return new Port(
    'host',
    { write: (bytes: Uint8Array) => receive(decoder.decode(bytes, { stream: true })) },
    'w',
    'UTF-8',
  )
}

function flush(port: Port): void {
  if (port.isOpen) port.flush()
}
