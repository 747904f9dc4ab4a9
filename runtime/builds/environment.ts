/** The environment variables and files that a builder finds, as guix-daemon makes them. */
import { type Derivation, isFixedOutput, storeDirectory } from '../formats/index.ts'
import { nameAttributeFiles } from './attribute-files.ts'
import { namePassedFiles } from './passed-files.ts'
import { rewritePlaceholders } from './placeholders.ts'
import { listAttribute, structuredAttributes } from './structured-attributes.ts'

export interface BuilderPlace {
  /** The build directory as the builder sees it. */
  readonly buildDirectory: string
  readonly cores: number
}

/** The builder's environment. Only what is written here gets in; the derivation's own entries come
 *  after the defaults, so they win, and before the build directory's, which they cannot change. */
export function builderEnvironment(
  derivation: Derivation,
  place: BuilderPlace,
  host: Readonly<Record<string, string | undefined>> = process.env,
): Map<string, string> {
  const environment = new Map([
    ['PATH', '/path-not-set'],
    ['HOME', '/homeless-shelter'],
    ['NIX_STORE', storeDirectory],
    ['NIX_BUILD_CORES', String(place.cores)],
  ])
  const rewrite = rewritePlaceholders(derivation)
  if (structuredAttributes(derivation) === undefined)
    for (const [name, value] of derivation.environment) environment.set(name, rewrite(value))
  for (const name of ['NIX_BUILD_TOP', 'TMPDIR', 'TEMPDIR', 'TMP', 'TEMP', 'PWD'])
    environment.set(name, place.buildDirectory)
  namePassedFiles(derivation, environment, place.buildDirectory)
  nameAttributeFiles(derivation, environment, place.buildDirectory)
  if (isFixedOutput(derivation))
    for (const name of listAttribute(derivation, 'impureEnvVars') ?? []) environment.set(name, host[name] ?? '')
  return environment
}

/** The files below /etc of the sandbox. */
export function etcFiles(uid: number, gid: number, fixedOutput: boolean): Map<string, string> {
  const files = new Map([
    ['passwd', `nixbld:x:${uid}:${gid}:Nix build user:/:/noshell\nnobody:x:65534:65534:Nobody:/:/noshell\n`],
    ['group', `nixbld:!:${gid}:\n`],
  ])
  if (!fixedOutput) files.set('hosts', '127.0.0.1 localhost\n')
  return files
}

/** Files of the host that a fixed-output build needs to find others on the network. */
export const networkFiles = ['/etc/resolv.conf', '/etc/nsswitch.conf', '/etc/services', '/etc/hosts']
