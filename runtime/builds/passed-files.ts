/** Variables that a derivation wants to have as files, since the environment of a process is small: `passAsFile` names them,
 *  and the builder of `NAME` finds the name of a file in `NAMEPath`. Nix has this, Guix does not. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Derivation, encodeText, formatBase32 } from '../formats/index.ts'
import { hashing } from '../store/index.ts'
import { rewritePlaceholders } from './placeholders.ts'
import { structuredAttributes } from './structured-attributes.ts'

function namesOf(derivation: Derivation): string[] {
  if (structuredAttributes(derivation) !== undefined) return []
  const names = (derivation.environment.get('passAsFile') ?? '').split(/\s+/)
  return names.filter((name) => name !== '' && derivation.environment.has(name))
}

function fileOf(name: string): string {
  return `.attr-${formatBase32(hashing('sha256', encodeText(name)))}`
}

/** Write the files that DERIVATION wants into DIRECTORY, where its build starts. */
export function writePassedFiles(derivation: Derivation, directory: string): void {
  const rewrite = rewritePlaceholders(derivation)
  for (const name of namesOf(derivation)) {
    writeFileSync(join(directory, fileOf(name)), encodeText(rewrite(derivation.environment.get(name) ?? '')))
  }
}

/** In ENVIRONMENT, put the names of these files in the place of what they hold. */
export function namePassedFiles(derivation: Derivation, environment: Map<string, string>, directory: string): void {
  for (const name of namesOf(derivation)) {
    environment.delete(name)
    environment.set(`${name}Path`, join(directory, fileOf(name)))
  }
}
