/** `strata search`: packages whose name, outputs, synopsis, description or file match regular expressions, the best
 *  matches first, scored as Guix scores them. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import { Regexp } from '../../../lang/primitives/index.ts'
import type { IndexedPackage } from '../../collections/index.ts'
import { collect } from '../options.ts'
import { byVersion, packageIndex, printRecords } from '../package-index.ts'

interface Options {
  readonly loadPath: readonly string[]
  readonly json?: boolean
}

interface Match {
  readonly item: IndexedPackage
  readonly score: number
}

export function declareSearch(program: Command): void {
  program
    .command('search')
    .description('search packages by regular expressions, all of which must match')
    .argument('<regexps...>', 'extended regular expressions; the case of letters does not matter')
    .option('-L, --load-path <dir>', 'look for packages in DIR first', collect, [])
    .option('--json', 'print JSON')
    .action(searchPackages)
}

/** Print the packages that match PATTERNS, regular expressions, all of them. */
export function searchPackages(patterns: readonly string[], { loadPath, json }: Options): void {
  const regexps = patterns.map((pattern) => new Regexp(pattern, extended | ignoringCase))
  const matches = inOrder(
    packageIndex(loadPath)
      .all()
      .filter((item) => !item.superseded)
      .map((item) => ({ item, score: relevance(item, regexps) }))
      .filter(({ score }) => score > 0),
  )
  if (json === true) {
    console.log(
      JSON.stringify(
        matches.map(({ item, score }) => ({ ...item, relevance: score })),
        undefined,
        2,
      ),
    )
  } else
    printRecords(
      matches.map(({ item }) => item),
      matches.map(({ score }) => score),
    )
}

/** REG_EXTENDED and REG_ICASE. */
const extended = 1
const ignoringCase = 2
/** REG_NOTBOL. */
const notAtBeginning = 1

/** Outputs that say nothing about a package. */
const commonOutputs = new Set(['out', 'doc', 'debug', 'lib', 'include', 'bin'])

/** How well ITEM matches: 0 unless all of REGEXPS do. */
export function relevance(item: IndexedPackage, regexps: readonly Regexp[]): number {
  let total = 0
  for (const regexp of regexps) {
    const sum = (texts: readonly string[], weight: number): number =>
      texts.reduce((score, text) => score + weight * matchScore(regexp, text), 0)
    const score =
      sum([item.name], 4) +
      sum(
        item.outputs.map(([name]) => name).filter((name) => !commonOutputs.has(name)),
        1,
      ) +
      sum(item.synopsis === null ? [] : [item.synopsis], 3) +
      sum(item.description === null ? [] : [item.description], 2) +
      sum([item.location === null ? '' : basename(item.location[0], '.scm')], 1)
    if (score === 0) return 0
    total += score
  }
  return total
}

/** One for each match of REGEXP in TEXT, five for one that is the whole. */
function matchScore(regexp: Regexp, text: string): number {
  let score = 0
  for (let start = 0; start <= text.length; ) {
    const match = regexp.match(start === 0 ? text : text.slice(start), start === 0 ? 0 : notAtBeginning)
    if (match === undefined) break
    score += match[0] === text ? 5 : 1
    start += match.index + Math.max(1, match[0].length)
  }
  return score
}

/** The best first; those as good from the last name to the first, and of a name the newest first. */
function inOrder(matches: readonly Match[]): Match[] {
  const byName = Map.groupBy(matches, ({ item }) => item.name)
  const ranked = [...byName.values()].flatMap((group) => {
    const order = byVersion(group.map(({ item }) => item))
    return [...group].sort((a, b) => order.indexOf(a.item) - order.indexOf(b.item))
  })
  return ranked.sort(
    (a, b) => b.score - a.score || (a.item.name < b.item.name ? 1 : a.item.name > b.item.name ? -1 : 0),
  )
}
