/** `npm run fuzz`: hostile inputs for every format, as many as are asked for.
 *  Arguments: names of formats (default: all); -n RUNS (default 10^6); -s SEED. */
import { formats } from './formats.ts'
import { fuzz } from './fuzz.ts'
import { sessions } from './sessions.ts'

const args = process.argv.slice(2)
function option(flag: string, fallback: number): number {
  const at = args.indexOf(flag)
  return at < 0 ? fallback : Number(args.splice(at, 2)[1])
}
const runs = option('-n', 1_000_000)
const seed = option('-s', Date.now() & 0x7fffffff)
const all = [...formats, sessions]
const chosen = args.length === 0 ? all : all.filter(({ name }) => args.includes(name))

let failed = false
console.log(`seed ${seed}`)
for (const format of chosen) {
  const start = performance.now()
  const { accepted, refused, longest, memory, failures, ...done } = await fuzz(format, runs, seed)
  const seconds = (performance.now() - start) / 1000
  console.log(
    `${format.name.padEnd(11)} ${done.runs} inputs in ${seconds.toFixed(0)} s: ${accepted} accepted, ${refused} refused, ` +
      `${failures.length} failures; the slowest took ${longest.toFixed(1)} ms; ${memory.toFixed(0)} MB`,
  )
  for (const failure of failures) console.log(failure)
  if (failures.length > 0) failed = true
}
process.exit(failed ? 1 : 0)
