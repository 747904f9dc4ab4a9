/** `npm run disk-full`: a store on a small file system in memory that is filled up at random, so that whatever strata
 *  does runs out of space somewhere; each time it must say so, leave a sound store, collect, and then succeed.
 *  Options: `--rounds N`, `--seed N`. Needs the right to mount. */
import { spawnSync } from 'node:child_process'
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { randomNumbers } from './random.ts'
import { World } from './world.ts'

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '100' }, seed: { type: 'string', default: String(Date.now() % 1e6) } },
})
const place = mkdtempSync(join(tmpdir(), 'strata-full-'))
if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256m', 'tmpfs', place]).status !== 0) {
  console.log('skipped: file systems cannot be mounted')
  process.exit(0)
}
const filler = join(place, 'filler')

/** Leave FREE bytes. */
function fillUp(free: number): void {
  const fd = openSync(filler, 'w')
  const { bavail, bsize } = statfsSync(place)
  const zeros = Buffer.alloc(1 << 20)
  try {
    for (let left = bavail * bsize - free; left > 0; ) left -= writeSync(fd, zeros, 0, Math.min(left, zeros.length))
  } finally {
    closeSync(fd)
  }
}

const random = randomNumbers(Number(values.seed))
const problems: string[] = []
const counts = new Map<string, { full: number; succeeded: number }>()
const root = join(place, 'root')
mkdirSync(root)
const world = await World.make(root)
if (world !== undefined) {
  console.log(`seed ${values.seed}`)
  const names = [...world.actions.keys()]
  for (let round = 0; round < Number(values.rounds); round++) {
    const name = names[round % names.length] ?? ''
    const action = world.actions.get(name)?.()
    if (action === undefined) break
    const free = Math.floor(10 ** (3 + 4.2 * random()))
    fillUp(free)
    const { status, output } = world.run(action)
    const count = counts.get(name) ?? { full: 0, succeeded: 0 }
    counts.set(name, count)
    const note = (found: string): void => {
      problems.push(found)
      console.log(`PROBLEM ${name} with ${free} bytes free: ${found}`)
    }
    if (status === 0) count.succeeded++
    else {
      count.full++
      if (!/no space left|disk cannot be read or written/i.test(output)) note(`it did not say why: ${output}`)
      if (name !== 'generations' && /^\s+at .*:\d+/m.test(output)) note(`a stack trace: ${output}`)
    }
    // A collection must be possible on the full disk.
    const collection = world.run({
      name: 'collect',
      command: [...(world.actions.get('optimize')?.().command ?? []).slice(0, 2)],
    })
    if (collection.status !== 0) note(`collecting on the full disk: ${collection.output}`)
    rmSync(filler)
    for (const problem of world.problems()) note(problem)
    if (name === 'build' || name === 'import' || name === 'add') {
      const again = world.run(action)
      if (again.status !== 0) note(`with space again: ${again.output}`)
      for (const path of action.makes ?? []) {
        if (!world.withStore((store) => store.database.isValid(path))) note(`${path} was not made`)
      }
    }
    if (round % 8 === 7) for (const leftover of world.leftovers()) note(`left over: ${leftover}`)
  }
  for (const [name, { full, succeeded }] of counts)
    console.log(`${name.padEnd(12)} full ${full}, succeeded ${succeeded}`)
  console.log(`${problems.length} problems`)
  world.close()
}
writeFileSync(filler, '')
spawnSync('umount', ['-l', place])
rmSync(place, { recursive: true })
process.exitCode = problems.length > 0 ? 1 : 0
