/** The variables of pending procedures, for backtraces: V8's debugger looks at the stack of its own thread.
 *  Attached only while an error is being told, so that running programs pay nothing. */
import { Session } from 'node:inspector'
import { type InspectedFrame, installFrameInspector } from '../lang/execution/backtrace.ts'
import type { Value } from '../lang/values/index.ts'

/** Where the code that the debugger evaluates in a frame leaves what it found. */
const MAILBOX = '__strataFrameVariables'

/** Let backtraces show arguments and local variables. */
export function enableFrameInspection(): void {
  installFrameInspector(inspectFrames)
}

/** Frames looked at: enough of a deep recursion to understand it. */
const MOST = 100

function inspectFrames(): readonly InspectedFrame[] {
  const session = new Session()
  const urls = new Map<string, string>()
  const frames: InspectedFrame[] = []
  session.connect()
  try {
    session.on('Debugger.scriptParsed', ({ params }) => urls.set(params.scriptId, params.url))
    session.on('Debugger.paused', ({ params }) => {
      for (const { callFrameId, location, scopeChain } of params.callFrames) {
        const url = urls.get(location.scriptId)
        if (url === undefined || !isGenerated(url) || frames.length >= MOST) continue
        const names: string[] = []
        for (const { type, object } of scopeChain) {
          if ((type !== 'local' && type !== 'block') || object.objectId === undefined) continue
          session.post('Runtime.getProperties', { objectId: object.objectId, ownProperties: true }, (_, found) => {
            names.push(...found.result.map(({ name }) => name).filter((name) => /^\w+$/.test(name)))
          })
        }
        const expression = `globalThis.${MAILBOX} = {${names.join(',')}}`
        session.post('Debugger.evaluateOnCallFrame', { callFrameId, expression, silent: true })
        const found: unknown = Reflect.get(globalThis, MAILBOX)
        Reflect.deleteProperty(globalThis, MAILBOX)
        const variables = new Map<string, Value>(
          typeof found === 'object' && found !== null ? Object.entries(found) : [],
        )
        frames.push({ place: `${url}:${location.lineNumber + 1}:`, variables })
      }
    })
    session.post('Debugger.enable')
    // biome-ignore lint/suspicious/noDebugger: the stack is looked at while it stands still
    debugger
  } finally {
    session.disconnect()
  }
  return frames
}

function isGenerated(url: string): boolean {
  return url.startsWith('scheme:')
}
