/** What a builtin builder is given, and how it reads its derivation. */
import { StrataError } from '../../../lang/conditions/index.ts'
import type { DownloadSink } from '../../downloads/index.ts'
import type { Derivation, StorePath } from '../../formats/index.ts'
import type { Store } from '../../store/index.ts'
import { type ExpectedHash, expectedHash } from '../outputs.ts'

export interface BuiltinRequest {
  readonly store: Store
  readonly derivation: Derivation
  /** The closure of the inputs: nothing else is to be read. */
  readonly closure: readonly StorePath[]
  /** Where to create the output, on the host. */
  readonly fileOf: (output: StorePath) => string
  /** Whether whoever asks for the build might not read what this process can. */
  readonly forStranger: boolean
  readonly onDownload: DownloadSink
  /** Adds a line to the build's log. */
  readonly onLine: (line: string) => void
  readonly signal: AbortSignal
}

export type Builtin = (request: BuiltinRequest) => Promise<void>

/** The value of the attribute NAME. @throws StrataError `bad-derivation` when DERIVATION has none. */
export function attribute(derivation: Derivation, name: string): string {
  const value = derivation.environment.get(name)
  if (value === undefined) throw new StrataError('bad-derivation', `${derivation.builder} needs the attribute ${name}`)
  return value
}

/** Where to create the only output. @throws StrataError `bad-derivation`. */
export function outputOf({ derivation, fileOf }: BuiltinRequest): string {
  const out = derivation.outputs.get('out')
  if (out === undefined) throw new StrataError('bad-derivation', `${derivation.builder} needs the output out`)
  return fileOf(out.path as StorePath)
}

/** The hash that the output is to have. @throws StrataError `bad-derivation` when any would do. */
export function hashOf({ derivation }: BuiltinRequest): ExpectedHash {
  const out = derivation.outputs.get('out')
  const expected = out === undefined ? undefined : expectedHash(out)
  if (expected === undefined) throw new StrataError('bad-derivation', `${derivation.builder} needs a fixed output`)
  return expected
}

/** The name of the output, for messages. */
export function nameOf({ derivation }: BuiltinRequest): string {
  const out = derivation.outputs.get('out')?.path ?? ''
  return out.slice(out.indexOf('-') + 1)
}
