/** The text of a compiled module's own file, NAME.go: what `compile-file` writes and `%load-compiled-path` leads to.
 *  Not a cache entry, which is several files; see CodeStore. */
import type { KeptUnit } from './compiled.ts'

/** First line; the version of the interpreter is part of the identifier that follows it. */
const magic = 'strata compiled module'

/** Six lines, of which only the last may go on. */
export function formatCompiledFile({ id, dependencies, header, parts, extra, code }: KeptUnit): string {
  return [`${magic} ${id}`, JSON.stringify(dependencies), header, JSON.stringify(parts), extra, code].join('\n')
}

/** The parts of a compiled file; undefined when TEXT is something else, such as what another Scheme has compiled. */
export function parseCompiledFile(text: string): KeptUnit | undefined {
  if (!text.startsWith(`${magic} `)) return undefined
  const ends: number[] = []
  for (let at = -1; ends.length < 5; ends.push(at)) {
    at = text.indexOf('\n', at + 1)
    if (at < 0) return undefined
  }
  const line = (index: number): string => text.slice((ends[index - 1] ?? -1) + 1, ends[index])
  return {
    id: line(0).slice(magic.length + 1),
    dependencies: JSON.parse(line(1)),
    header: line(2),
    parts: JSON.parse(line(3)),
    extra: line(4),
    code: line(5),
  }
}
