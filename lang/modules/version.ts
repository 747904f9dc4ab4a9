/** Versions of modules: `#:version (1 2)` of define-module, and the references to them in `#:version` of use-modules.
 *  Format: R6RS library references, as Guile takes them. */
import { listToArray, SchemeSymbol, type Value } from '../values/index.ts'

/** Whether a reference such as (1 (>= 2)) fits the version of a module; one without a version fits only (). */
export function versionMatches(reference: Value, version: Value): boolean {
  const wanted = listToArray(reference) ?? []
  const had = version === undefined || version === false ? [] : (listToArray(version) ?? [])
  const [head, ...others] = wanted
  if (head instanceof SchemeSymbol) return combine(head.name, others, (inner) => versionMatches(inner, version))
  return wanted.length <= had.length && wanted.every((part, i) => partMatches(part, had[i]))
}

function partMatches(reference: Value, part: Value): boolean {
  if (typeof reference === 'number' || typeof part !== 'number') return reference === part
  const [head, ...others] = listToArray(reference) ?? []
  if (!(head instanceof SchemeSymbol)) return false
  const [limit] = others
  if (head.name === '>=') return typeof limit === 'number' && part >= limit
  if (head.name === '<=') return typeof limit === 'number' && part <= limit
  return combine(head.name, others, (inner) => partMatches(inner, part))
}

function combine(operator: string, references: readonly Value[], matches: (reference: Value) => boolean): boolean {
  if (operator === 'and') return references.every(matches)
  if (operator === 'or') return references.some(matches)
  return operator === 'not' && !references.some(matches)
}
