/** `npm run bench`: the benchmark programs and start-up, interleaved with compiled Guile and bare Node.
 *  Prints CPU seconds (medians) and ratios; fails never: budgets are read by people (see the table printed).
 *  Arguments: names of programs (default: all); -n ROUNDS (default 3). */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'

const root = new URL('../../', import.meta.url).pathname
const programs = join(root, 'test/bench/programs')
const args = process.argv.slice(2)
const at = args.indexOf('-n')
const rounds = at < 0 ? 3 : Number(args.splice(at, 2)[1])
const names = args.length > 0 ? args : readdirSync(programs).map((file) => basename(file, '.scm'))
const scratch = mkdtempSync(join(tmpdir(), 'strata-bench-'))
const strata = join(root, 'dist/strata.mjs')
const built = existsSync(strata)
const launcher = built ? [] : [process.execPath, '--disable-warning=ExperimentalWarning', '--stack-size=3900']

interface Measured {
  readonly seconds: number
  readonly output: string
}

/** CPU seconds (user + system) of a command and its output, or undefined when it fails. */
function measure(command: readonly string[], environment: NodeJS.ProcessEnv = {}): Measured | undefined {
  const quoted = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  // Bash's own `time' tells milliseconds, `times' hundredths of a second.
  const result = spawnSync('bash', ['-c', `TIMEFORMAT='%3U %3S'; exec 3>&1; { time ${quoted} 2>&4 >&3; } 4>&2`], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    timeout: 300_000,
  })
  if (result.status !== 0) return undefined
  const times = result.stderr.trim().split('\n').at(-1)?.split(' ').map(Number) ?? []
  return { seconds: times.reduce((sum, part) => sum + part, 0), output: result.stdout.trim() }
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** Commands run in turn, ROUNDS times; the median of each, undefined when it failed. */
function interleave(commands: readonly (() => Measured | undefined)[]): (number | undefined)[] {
  const series: (number[] | undefined)[] = commands.map(() => [])
  for (let round = 0; round < rounds; round++) {
    commands.forEach((run, i) => {
      const seconds = run()?.seconds
      if (seconds === undefined) series[i] = undefined
      else series[i]?.push(seconds)
    })
  }
  return series.map((numbers) => (numbers === undefined ? undefined : median(numbers)))
}

const hasGuile = spawnSync('guile', ['--version']).status === 0
if (!hasGuile) console.log('Guile is not installed: no ratios')

const ours = (file: string): (() => Measured | undefined) => {
  const environment = { XDG_CACHE_HOME: scratch, STRATA_CODE_CACHE: join(scratch, 'code') }
  const program = built
    ? [join(root, 'runtime/cli/strata'), '--r7rs', file]
    : [join(root, 'test/bench/program.ts'), file]
  return () => measure([...launcher, ...program], environment)
}

function compileWithGuile(file: string, name: string): (() => Measured | undefined) | undefined {
  if (!hasGuile) return undefined
  const compiled = join(scratch, `${name}.go`)
  execFileSync('guild', ['compile', '--r7rs', '-o', compiled, file], { stdio: 'ignore' })
  return () => measure(['guile', '--r7rs', '-c', `(load-compiled "${compiled}")`])
}

const show = (seconds: number | undefined): string => (seconds === undefined ? 'fails' : seconds.toFixed(3)).padStart(8)
const ratios: number[] = []
console.log(`${'program'.padEnd(10)}   strata    guile    ratio`)
try {
  for (const name of names) {
    const file = join(programs, `${name}.scm`)
    const guile = compileWithGuile(file, name)
    // The first run compiles, as guild has done; the second writes V8's cache.
    const first = ours(file)()
    ours(file)()
    const expected = guile?.()
    const agrees = first === undefined || expected === undefined || first.output === expected.output
    const [mine, theirs] = interleave(guile === undefined ? [ours(file)] : [ours(file), guile])
    const ratio = mine !== undefined && theirs !== undefined ? mine / theirs : undefined
    if (ratio !== undefined) ratios.push(ratio)
    const note = agrees ? '' : `  WRONG: ${first?.output} instead of ${expected?.output}`
    console.log(`${name.padEnd(10)} ${show(mine)} ${show(theirs)} ${show(ratio)}${note}`)
  }
  if (ratios.length > 0) {
    const mean = Math.exp(ratios.reduce((sum, ratio) => sum + Math.log(ratio), 0) / ratios.length)
    console.log(`geometric mean of ${ratios.length}: ${mean.toFixed(2)}; largest ${Math.max(...ratios).toFixed(2)}`)
  }
  if (built) {
    const [one, bare] = interleave([
      () => measure([join(root, 'runtime/cli/strata'), '-c', '1']),
      () => measure([process.execPath, '-e', '0']),
    ])
    console.log(`start-up: strata -c 1 ${show(one)}, node -e 0 ${show(bare)}`)
  }
} finally {
  rmSync(scratch, { recursive: true })
}
