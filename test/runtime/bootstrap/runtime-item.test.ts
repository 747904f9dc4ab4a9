import { readFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { addBundle, makeSnapshot } from '../../../runtime/bootstrap/runtime-item.ts'
import { realise } from '../../../runtime/builds/index.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('the runtime of build scripts', () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  afterAll(() => store.close())

  it('starts from a snapshot that is the same in every build', async () => {
    const bundle = addBundle(store)
    const builds = ['one', 'two', 'three'].map((name) =>
      seeded.shellBuild(name, `${makeSnapshot}sha256sum guile.blob > $out`, {
        inputs: [seed.node],
        sources: [bundle],
        environment: { node: outputPath(seed.node), bundle },
      }),
    )
    await realise(
      store,
      builds.map(({ path }) => path),
      { maxJobs: 2 },
    )
    const sums = builds.map((made) => readFileSync(store.physical(outputPath(made)), 'utf8'))
    expect(sums[0]).toMatch(/^[0-9a-f]{64} /)
    expect(new Set(sums).size).toBe(1)
  })
})
