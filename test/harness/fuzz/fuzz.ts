/** Feeds a format with inputs, valid ones and spoilt ones, and reports what must not happen: an error that is not meant
 *  for the user, an input that takes long, memory that is not given back. */
import { type FuzzedFormat, isRefusal } from './formats.ts'
import { Random, spoil } from './random.ts'

export interface FuzzResult {
  readonly runs: number
  readonly accepted: number
  readonly refused: number
  /** Of one input, in milliseconds. */
  readonly longest: number
  /** The most memory in use, in megabytes. */
  readonly memory: number
  readonly failures: readonly string[]
}

/** Milliseconds that an input of a few hundred bytes may take. */
const patience = 2000
const mostFailures = 5

export async function fuzz(format: FuzzedFormat, runs: number, seed: number): Promise<FuzzResult> {
  const random = new Random(seed)
  const failures: string[] = []
  let [accepted, refused, longest, memory] = [0, 0, 0, 0]
  let previous = format.make(random)
  for (let run = 0; run < runs && failures.length < mostFailures; run++) {
    const made = format.make(random)
    const valid = run % 8 === 0
    const input = valid ? made : spoil(made, previous, random)
    previous = made
    const start = performance.now()
    try {
      await format.check(input, valid)
      accepted++
    } catch (error) {
      if (isRefusal(error) && !valid) refused++
      else
        failures.push(
          `${error instanceof Error ? error.stack : String(error)}\n  input ${Buffer.from(input).toString('base64')}`,
        )
    }
    const took = performance.now() - start
    longest = Math.max(longest, took)
    if (took > patience) failures.push(`took ${Math.round(took)} ms\n  input ${Buffer.from(input).toString('base64')}`)
    if (run % 4096 === 0) memory = Math.max(memory, process.memoryUsage().rss / 1e6)
  }
  return { runs, accepted, refused, longest, memory, failures }
}
