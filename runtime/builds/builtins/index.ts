/** The builders that strata is itself: derivations whose builder is `builtin:NAME`. They run in this
 *  process, outside any sandbox, and their results are fixed by a hash or by strata's own code. */
import { StrataError } from '../../../lang/conditions/index.ts'
import type { Derivation } from '../../formats/index.ts'
import { unpackDebs, unpackNode } from './bootstrap.ts'
import { downloadFile, fetchCommit, fetchUrl, takePackage } from './downloads.ts'
import type { Builtin, BuiltinRequest } from './request.ts'
import { unpackChannel } from './unpack-channel.ts'
import { buildEnvironment } from './user-environment.ts'

export type { BuiltinRequest } from './request.ts'

const builtins: ReadonlyMap<string, Builtin> = new Map([
  ['builtin:buildenv', buildEnvironment],
  ['builtin:download', downloadFile],
  ['builtin:fetchurl', fetchUrl],
  ['builtin:git-download', fetchCommit],
  ['builtin:npm-package', takePackage],
  ['builtin:unpack-channel', unpackChannel],
  ['builtin:unpack-debs', unpackDebs],
  ['builtin:unpack-node', unpackNode],
])

/** The names that clients of Guix 1.4 are told of, without `builtin:`: it has no others that they could ask for. */
export const builtinNames: readonly string[] = ['download']

export function isBuiltin(derivation: Derivation): boolean {
  return derivation.builder.startsWith('builtin:')
}

const downloads = new Set(['builtin:download', 'builtin:fetchurl', 'builtin:git-download', 'builtin:npm-package'])

/** Whether the work of DERIVATION is waiting for the network rather than computing. */
export function isDownload(derivation: Derivation): boolean {
  return downloads.has(derivation.builder)
}

/** Run a builtin builder. @throws StrataError `unsupported-builtin` for one that strata does not have. */
export async function runBuiltin(request: BuiltinRequest): Promise<void> {
  const { builder } = request.derivation
  const run = builtins.get(builder)
  if (run === undefined)
    throw new StrataError('unsupported-builtin', `unsupported builtin function '${builder.slice('builtin:'.length)}'`)
  await run(request)
}
