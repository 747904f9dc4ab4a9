import {
  chmodSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { realise, rebuildItems } from '../../../runtime/builds/index.ts'
import type { StorePath } from '../../../runtime/formats/index.ts'
import {
  deleteOldGenerations,
  generationsOf,
  optimizeStore,
  parseDuration,
  profilesOf,
  removeTree,
  Store,
  storeLayout,
  verifyStore,
} from '../../../runtime/store/index.ts'
import { seededStore } from '../../support/seeded-store.ts'

let root: string
let store: Store
const bytes = (value: string): Uint8Array => new TextEncoder().encode(value)

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'strata-verify-'))
  store = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
})

afterEach(() => {
  store.close()
  removeTree(root)
})

/** Change what is in the file of an item behind the store's back. */
function spoil(file: string): void {
  chmodSync(file, 0o644)
  writeFileSync(file, 'spoiled')
  chmodSync(file, 0o444)
  utimesSync(file, 1, 1)
}

async function verify(of: Store, contents: boolean): Promise<{ remain: boolean; messages: string[] }> {
  const messages: string[] = []
  const remain = await verifyStore(of, { contents, onMessage: (message) => messages.push(message) })
  return { remain, messages: messages.filter((message) => !/^(reading|checking) /.test(message)) }
}

describe('verifying', () => {
  test('a sound store has no errors', async () => {
    store.addText('a', bytes('a'), [])
    expect(await verify(store, true)).toEqual({ remain: false, messages: [] })
  })

  test('what disappeared is forgotten, unless something refers to it', async () => {
    const leaf = store.addText('leaf', bytes('leaf'), [])
    const user = store.addText('user', bytes(leaf), [leaf])
    const alone = store.addText('alone', bytes('alone'), [])
    for (const path of [leaf, alone]) removeTree(store.physical(path))
    const { remain, messages } = await verify(store, false)
    expect(remain).toBe(true)
    expect(messages.sort()).toEqual([
      `path \`${leaf}' disappeared, but it still has valid referrers!`,
      `path \`${alone}' disappeared, removing from database...`,
      'warning: not all errors were fixed',
    ])
    expect(store.database.validPaths()).toEqual([leaf, user].sort())
    removeTree(store.physical(user))
    expect((await verify(store, false)).remain).toBe(false)
    expect(store.database.validPaths()).toEqual([])
  })

  test('modified contents are only found by reading them', async () => {
    const path = store.addText('a', bytes('contents'), [])
    spoil(store.physical(path))
    expect((await verify(store, false)).remain).toBe(false)
    const { remain, messages } = await verify(store, true)
    expect(remain).toBe(true)
    expect(messages[0]).toMatch(/^path `.*-a' was modified! expected hash `sha256:[0-9a-f]{64}', got `sha256:/)
  })

  test('without a derivation an item cannot be repaired', async () => {
    const path = store.addText('a', bytes('contents'), [])
    spoil(store.physical(path))
    expect(await rebuildItems(store, [path])).toEqual([path])
    expect(store.database.isValid(path)).toBe(true)
  })
})

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('repairing', () => {
  if (seeded === undefined) return
  test('builds modified and missing items again, inputs first, while their referrers stay valid', async () => {
    const { store: shared } = seeded
    const first = seeded.shellBuild('first', 'echo one > $out')
    const second = seeded.shellBuild(
      'second',
      `read line < ${outputPath(first)}; echo $line ${outputPath(first)} > $out`,
      {
        inputs: [first],
      },
    )
    const items = [outputPath(second), outputPath(first)] as StorePath[]
    await realise(shared, [second.path])
    const referrer = shared.addText('referrer', bytes(outputPath(second)), [outputPath(second) as StorePath])
    const before = items.map((path) => shared.pathInfo(path)?.hash)
    spoil(shared.physical(outputPath(first)))
    removeTree(shared.physical(outputPath(second)))
    expect(await rebuildItems(shared, items)).toEqual([])
    expect(items.map((path) => shared.pathInfo(path)?.hash)).toEqual(before)
    const { messages } = await verify(shared, true)
    expect(messages.filter((message) => items.some((path) => message.includes(path)))).toEqual([])
    expect(shared.database.references(referrer)).toEqual([outputPath(second)])
    shared.close()
  })
})

describe('deduplicating', () => {
  test('changes neither modes nor times, and leaves small files alone', () => {
    const tree = join(root, 'tree')
    mkdirSync(tree)
    for (const name of ['a', 'b', 'c']) writeFileSync(join(tree, name), Buffer.alloc(8192, 7))
    for (const name of ['d', 'e']) writeFileSync(join(tree, name), 'small')
    chmodSync(join(tree, 'c'), 0o755)
    const path = store.physical(store.addFile('tree', tree))
    expect(optimizeStore(store).files).toBe(1)
    const stat = (name: string): { links: number; mode: number; time: number } => {
      const { nlink, mode, mtimeMs } = lstatSync(join(path, name))
      return { links: nlink, mode: mode & 0o777, time: mtimeMs }
    }
    expect(['a', 'b', 'c', 'd', 'e'].map(stat)).toEqual([
      { links: 3, mode: 0o444, time: 1000 },
      { links: 3, mode: 0o444, time: 1000 },
      { links: 2, mode: 0o555, time: 1000 },
      { links: 1, mode: 0o444, time: 1000 },
      { links: 1, mode: 0o444, time: 1000 },
    ])
    expect(stat('')).toMatchObject({ mode: 0o555, time: 1000 })
  })

  test('a link that is not what its name says is not spread', async () => {
    const file = join(root, 'file')
    writeFileSync(file, Buffer.alloc(10_000, 1))
    store.addFile('one', file)
    optimizeStore(store)
    const [name = ''] = readdirSync(join(store.layout.store, '.links'))
    const link = join(store.layout.store, '.links', name)
    chmodSync(link, 0o644)
    writeFileSync(link, Buffer.alloc(10_000, 2))
    chmodSync(link, 0o444)
    utimesSync(link, 1, 1)
    const two = store.addFile('two', file)
    optimizeStore(store)
    const { messages } = await verify(store, true)
    expect(messages.some((message) => message.includes(two))).toBe(false)
    expect(messages.some((message) => /-one' was modified/.test(message))).toBe(true)
  })
})

describe('generations', () => {
  test('the old ones go, the current one and those of others stay', () => {
    const profile = join(store.layout.state, 'profiles/per-user/me/guix-profile')
    mkdirSync(join(profile, '..'), { recursive: true })
    const item = store.addText('profile', bytes(''), [])
    const now = 1_700_000_000
    for (const [number, days] of [
      [1, 90],
      [2, 40],
      [10, 3],
      [11, 1],
    ] as const) {
      symlinkSync(item, `${profile}-${number}-link`)
      lutimesSync(`${profile}-${number}-link`, now - days * 86_400, now - days * 86_400)
    }
    symlinkSync('guix-profile-2-link', profile)
    symlinkSync(item, `${profile}-other-1-link`)
    expect(profilesOf(store.layout)).toEqual([profile, `${profile}-other`])
    const numbers = (): number[] => generationsOf(profile).map(({ number }) => number)
    expect(numbers()).toEqual([1, 2, 10, 11])
    deleteOldGenerations(profile, parseDuration('2m'), () => {}, now)
    expect(numbers()).toEqual([2, 10, 11])
    deleteOldGenerations(profile, parseDuration('2d'), () => {}, now)
    expect(numbers()).toEqual([2, 11])
    deleteOldGenerations(profile, undefined, () => {}, now)
    expect(numbers()).toEqual([2])
    // Without a current generation nobody knows what is in use.
    deleteOldGenerations(`${profile}-other`, undefined, () => {}, now)
    expect(generationsOf(`${profile}-other`)).toHaveLength(1)
  })

  test('durations are those of guix', () => {
    expect(['2h', '5d', '2w', '3m', '1y'].map(parseDuration)).toEqual([7200, 432_000, 1_209_600, 7_776_000, 31_536_000])
    expect(() => parseDuration('soon')).toThrow('"soon" does not denote a duration')
  })
})
