import { afterAll, describe, expect, test } from 'vitest'
import { killAtRandom } from './kills.ts'
import { World } from './world.ts'

const world = await World.make()

describe.skipIf(world === undefined)('strata killed at any moment', () => {
  if (world === undefined) return
  afterAll(() => world.close())

  // `npm run crash' does it 500 times.
  test('leaves a store in which all is valid or nothing, and in which the next command succeeds', async () => {
    const { problems } = await killAtRandom(world, { kills: 15, seed: Date.now() % 1e6 })
    expect(problems).toEqual([])
  }, 300_000)
})
