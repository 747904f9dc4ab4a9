/** What stands for an output's path in arguments and variables of a derivation of Nix (`builtins.placeholder`): replaced by
 *  the path when the builder starts. */
import { type Derivation, encodeText, formatBase32 } from '../formats/index.ts'
import { hashing } from '../store/index.ts'

function placeholderOf(output: string): string {
  return `/${formatBase32(hashing('sha256', encodeText(`nix-output:${output}`)))}`
}

/** A procedure that puts the paths of DERIVATION's outputs in the place of their placeholders. */
export function rewritePlaceholders(derivation: Derivation): (text: string) => string {
  const pairs = [...derivation.outputs].map(([name, { path }]) => [placeholderOf(name), path] as const)
  return (text) => pairs.reduce((rewritten, [placeholder, path]) => rewritten.replaceAll(placeholder, () => path), text)
}
