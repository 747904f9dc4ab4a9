/** The readable part of names in generated code. */

const reserved = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield undefined'
  ).split(' '),
)

/** A JavaScript identifier that reminds of a Scheme name. */
export function jsName(name: string): string {
  const cleaned = name.replaceAll('->', '_to_').replace(/[^A-Za-z0-9_]+/g, '_')
  return reserved.has(cleaned) || /^\d/.test(cleaned) || cleaned === '' ? `_${cleaned}` : cleaned
}
