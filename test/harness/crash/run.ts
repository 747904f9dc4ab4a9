/** `npm run crash`: kills strata 500 times at random moments, and verifies its store each time. Options: `--kills N`,
 *  `--seed N`. */
import { parseArgs } from 'node:util'
import { killAtRandom } from './kills.ts'
import { World } from './world.ts'

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '500' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
})
const world = await World.make()
if (world === undefined) process.exit(0)
console.log(`seed ${values.seed}`)
const report = await killAtRandom(world, {
  kills: Number(values.kills),
  seed: Number(values.seed),
  onProgress: (line) => console.log(line),
})
for (const [name, count] of report.kills) console.log(`${name.padEnd(12)} ${count}`)
console.log(`${report.problems.length} problems`)
world.close()
process.exitCode = report.problems.length > 0 ? 1 : 0
