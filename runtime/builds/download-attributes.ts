/** The attributes of `builtin:download` derivations, which Guix's client writes as Scheme data: one
 *  address or a list of them, and an association list of mirrors. Only strings, symbols and lists occur. */
import { StrataError } from '../../lang/conditions/index.ts'

type Datum = string | readonly Datum[]

function parseData(text: string): Datum[] {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[()]|[^\s()"]+/g) ?? []
  let position = 0
  const list = (open: boolean): Datum[] => {
    const data: Datum[] = []
    for (;;) {
      const token = tokens[position++]
      if (token === undefined) {
        if (open) throw new StrataError('bad-derivation', `unbalanced list in ${text}`)
        return data
      }
      if (token === ')') return data
      if (token === '(') data.push(list(true))
      else data.push(token.startsWith('"') ? token.slice(1, -1).replace(/\\(.)/g, '$1') : token)
    }
  }
  return list(false)
}

function strings(data: readonly Datum[]): string[] {
  return data.flatMap((datum) => (typeof datum === 'string' ? [datum] : strings(datum)))
}

/** The addresses in the attribute `url`: written by Guix as a string or list, by Nix without quotes. */
export function parseAddresses(text: string): string[] {
  return strings(parseData(text))
}

/** The sites in the file that the attribute `mirrors` names: `((NAME ADDRESS ...) ...)`. */
export function parseMirrorList(text: string): Map<string, string[]> {
  const sites = new Map<string, string[]>()
  const [entries] = parseData(text)
  if (entries === undefined || typeof entries === 'string') return sites
  for (const entry of entries) {
    if (typeof entry === 'string') continue
    const [name, ...addresses] = strings(entry)
    if (name !== undefined) sites.set(name, addresses)
  }
  return sites
}
