/** Where the time goes: samples of the stack, taken by V8's profiler. For (statprof) and the REPL's `,profile'. */
import type { Session as Inspector } from 'node:inspector'
import { describeFunctionName } from '../../lang/codegen/units.ts'
import { fixnum, primitives } from '../../lang/primitives/index.ts'
import { formatSpan } from '../../lang/source/index.ts'
import { list, Pair, SchemeString, UNSPECIFIED, type Value } from '../../lang/values/index.ts'

/** A procedure on the stack: its name, and where it is defined when that is known. */
export interface Sampled {
  readonly name: string
  readonly place: string | undefined
}
export interface Sample {
  readonly microseconds: number
  /** Innermost first. */
  readonly stack: readonly Sampled[]
}

const INSIDE: Sampled = { name: 'strata and its primitives', place: undefined }

let active: Inspector | undefined

/** Take a sample every so many MICROSECONDS from now on. */
export function startProfiler(microseconds: number): void {
  if (active !== undefined) return
  const inspector = new (process.getBuiltinModule('node:inspector').Session)()
  inspector.connect()
  inspector.post('Profiler.enable')
  inspector.post('Profiler.setSamplingInterval', { interval: microseconds })
  inspector.post('Profiler.start')
  active = inspector
}

/** The samples since the profiler was started, which ends. */
export function stopProfiler(): Sample[] {
  const inspector = active
  if (inspector === undefined) return []
  active = undefined
  const taken: Sample[] = []
  inspector.post('Profiler.stop', (_, { profile: { nodes, samples = [], timeDeltas = [] } }) => {
    const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)))
    const sampled = new Map(
      nodes.map(({ id, callFrame }) => [id, procedureOf(callFrame.functionName, callFrame.url)] as const),
    )
    samples.forEach((id, i) => {
      const stack: Sampled[] = []
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        const procedure = sampled.get(at)
        // Between procedures, strata's own code says nothing.
        if (procedure === undefined || (procedure === INSIDE && stack.length > 0)) continue
        if (procedure.name !== stack.at(-1)?.name) stack.push(procedure)
      }
      if (stack.length > 0) taken.push({ microseconds: timeDeltas[i] ?? 0, stack })
    })
  })
  inspector.disconnect()
  return taken
}

/** What a function of the engine's profile is to a Scheme programmer; undefined for the loop itself and for idling. */
function procedureOf(name: string, url: string): Sampled | undefined {
  if (name === '(garbage collector)') return { name: 'garbage collection', place: undefined }
  // What is neither: the profiler itself at its start, and the engine's compiler.
  if (name === '(idle)' || name === '(root)' || name === '(program)') return undefined
  if (name.startsWith('top$')) return { name: 'top level', place: undefined }
  if (!url.startsWith('scheme:') && !name.includes('$')) return INSIDE
  const template = describeFunctionName(name)
  const place = template?.span === undefined ? undefined : formatSpan(template.span)
  return { name: template?.name ?? (place === undefined ? 'lambda' : `anon at ${place}`), place }
}

const posix = primitives('(ice-9 posix-primitives)')
posix('%start-profiler', [fixnum('microseconds')], 'Sample the stack every so many MICROSECONDS.', (microseconds) => {
  startProfiler(microseconds)
  return UNSPECIFIED
})
const text = (string: string): Value => new SchemeString(string, true)
posix(
  '%stop-profiler',
  [],
  'Return the samples: lists of the microseconds and of the procedures on the stack, innermost first, each a pair of name and place.',
  () =>
    list(
      stopProfiler().map(
        ({ microseconds, stack }) =>
          new Pair(
            microseconds,
            list(stack.map(({ name, place }) => new Pair(text(name), place === undefined ? false : text(place)))),
          ),
      ),
    ),
)
