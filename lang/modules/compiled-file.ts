/** The text of a compiled module's own file, NAME.go: what `compile-file` writes and `%load-compiled-path` leads to.
 *  Not a cache entry, which is several files; see CodeStore. */
import type { KeptUnit } from './compiled.ts'

/** First line; the version of the interpreter is part of the identifier that follows it. */
const magic = 'strata compiled module'

/** Five lines, of which only the last may go on. */
export function formatCompiledFile({ id, dependencies, header, extra, code }: KeptUnit): string {
  return [`${magic} ${id}`, JSON.stringify(dependencies), header, extra, code].join('\n')
}

/** The parts of a compiled file; undefined when TEXT is something else, such as what another Scheme has compiled. */
export function parseCompiledFile(text: string): KeptUnit | undefined {
  if (!text.startsWith(`${magic} `)) return undefined
  const ends: number[] = []
  for (let at = -1; ends.length < 4; ends.push(at)) {
    at = text.indexOf('\n', at + 1)
    if (at < 0) return undefined
  }
  const [first = 0, second = 0, third = 0, fourth = 0] = ends
  return {
    id: text.slice(magic.length + 1, first),
    dependencies: JSON.parse(text.slice(first + 1, second)),
    header: text.slice(second + 1, third),
    extra: text.slice(third + 1, fourth),
    code: text.slice(fourth + 1),
  }
}
