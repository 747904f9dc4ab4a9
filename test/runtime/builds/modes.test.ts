import { createHash } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, describe, expect, it } from 'vitest'
import { StrataError } from '../../../lang/conditions/index.ts'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import {
  type BuildEvent,
  type BuildFailure,
  type BuildOptions,
  findLogFile,
  readLogFile,
  realise,
} from '../../../runtime/builds/index.ts'
import type { MadeDerivation } from '../../../runtime/derivations/index.ts'
import type { StorePath } from '../../../runtime/formats/index.ts'
import { removeTree } from '../../../runtime/store/index.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('building', () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const build = (...request: Parameters<typeof seeded.shellBuild>): MadeDerivation => seeded.shellBuild(...request)
  const fileOf = (made: MadeDerivation): string => store.physical(outputPath(made))
  const changing = 'mkdir $out; echo same > $out/same; head -c 8 /dev/urandom > $out/other'

  async function run(path: string, options: BuildOptions = {}): Promise<BuildEvent['kind'][]> {
    const kinds: BuildEvent['kind'][] = []
    await realise(store, [path], options, ({ kind }) => kinds.push(kind))
    return kinds
  }

  async function failureOf(path: string, options: BuildOptions): Promise<BuildFailure | undefined> {
    const error: unknown = await realise(store, [path], options).then(
      () => undefined,
      (reason) => reason,
    )
    if (!(error instanceof StrataError) || error.kind !== 'build-failed') throw error
    return (error.irritants as BuildFailure[])[0]
  }

  describe('with --check', () => {
    it('accepts a result that is the same again, and leaves it in place', async () => {
      const made = build('deterministic', 'echo same > $out')
      await run(made.path)
      const before = lstatSync(fileOf(made)).ino
      expect(await run(made.path, { mode: 'check' })).toEqual(['build-started', 'build-succeeded'])
      expect(lstatSync(fileOf(made)).ino).toBe(before)
    })

    it('tells that a result differs, and keeps it when asked to', async () => {
      const made = build('changing', changing)
      const item = outputPath(made)
      await run(made.path)
      const valid = readFileSync(`${fileOf(made)}/other`)
      expect(await failureOf(made.path, { mode: 'check' })).toMatchObject({
        reason: 'not-deterministic',
        status: 1,
        message: `derivation \`${made.path}' may not be deterministic: output \`${item}' differs`,
      })
      expect(existsSync(`${fileOf(made)}-check`)).toBe(false)
      expect((await failureOf(made.path, { mode: 'check', keepFailed: true }))?.message).toBe(
        `derivation \`${made.path}' may not be deterministic: output \`${item}' differs from ‘${item}-check’`,
      )
      expect(readFileSync(`${fileOf(made)}-check/other`)).not.toEqual(valid)
      expect(readFileSync(`${fileOf(made)}-check/same`, 'utf8')).toBe('same\n')
      expect(readFileSync(`${fileOf(made)}/other`)).toEqual(valid)
      removeTree(`${fileOf(made)}-check`)
    })

    it('does not build inputs again', async () => {
      const input = build('input', changing)
      const made = build('above', 'cat $input/other > $out', {
        inputs: [input],
        environment: { input: outputPath(input) },
      })
      await run(made.path)
      expect(await run(made.path, { mode: 'check' })).toEqual(['build-started', 'build-succeeded'])
    })

    it('refuses what was not built yet', async () => {
      const made = build('absent', 'echo > $out')
      await expect(run(made.path, { mode: 'check' })).rejects.toThrow(
        `some outputs of \`${made.path}' are not valid, so checking is not possible`,
      )
    })
  })

  describe('in rounds', () => {
    it('builds as often as asked, and registers what stays the same', async () => {
      const made = build('stable', 'echo > $out')
      const kinds = await run(made.path, { rounds: 3, keepFailed: true })
      expect(kinds.filter((kind) => kind === 'build-started')).toHaveLength(3)
      expect(store.isValid(outputPath(made))).toBe(true)
      expect(existsSync(`${fileOf(made)}-check`)).toBe(false)
    })

    it('tells which output differs from the previous round', async () => {
      const made = build('unstable', changing)
      const item = outputPath(made)
      expect(await failureOf(made.path, { rounds: 2 })).toMatchObject({
        reason: 'not-deterministic',
        message: `output \`${item}' of \`${made.path}' differs from previous round`,
      })
      expect(store.isValid(item)).toBe(false)
      expect(existsSync(fileOf(made))).toBe(false)
      const kept = await failureOf(made.path, { rounds: 2, keepFailed: true })
      expect(kept?.message).toBe(
        `output \`${item}' of \`${made.path}' differs from ‘${item}-check’ from previous round`,
      )
      expect(existsSync(`${fileOf(made)}-check/other`)).toBe(true)
      removeTree(`${fileOf(made)}-check`)
    })
  })

  describe('with --repair', () => {
    it('makes a removed output again, with the same references', async () => {
      const input = build('referred', 'echo > $out')
      const made = build('removed', 'echo $input > $out', {
        inputs: [input],
        environment: { input: outputPath(input) },
      })
      await run(made.path)
      rmSync(fileOf(made))
      expect(await run(made.path)).toEqual([])
      expect(await run(made.path, { mode: 'repair' })).toContain('build-succeeded')
      expect(readFileSync(fileOf(made), 'utf8')).toBe(`${outputPath(input)}\n`)
      expect(store.database.references(outputPath(made))).toEqual([outputPath(input)])
      expect(await run(made.path, { mode: 'repair' })).toEqual([])
    })

    it('mends a changed output of several, and leaves the others', async () => {
      const made = build('several', 'echo out > $out; mkdir $doc; echo doc > $doc/x', { outputs: ['out', 'doc'] })
      await run(made.path)
      const doc = store.physical(made.derivation.outputs.get('doc')?.path ?? '')
      const untouched = lstatSync(fileOf(made)).ino
      chmodSync(`${doc}/x`, 0o644)
      writeFileSync(`${doc}/x`, 'damage')
      await run(made.path, { mode: 'repair' })
      expect(readFileSync(`${doc}/x`, 'utf8')).toBe('doc\n')
      expect(lstatSync(doc).mode & 0o777).toBe(0o555)
      expect(lstatSync(fileOf(made)).ino).toBe(untouched)
    })

    it('mends what an output refers to, and an item without its derivation being named', async () => {
      const input = build('deep', 'echo deep > $out')
      const made = build('top', 'echo $input > $out', { inputs: [input], environment: { input: outputPath(input) } })
      await run(made.path)
      rmSync(fileOf(input))
      await run(made.path, { mode: 'repair' })
      expect(readFileSync(fileOf(input), 'utf8')).toBe('deep\n')
      rmSync(fileOf(input))
      await run(outputPath(input), { mode: 'repair' })
      expect(readFileSync(fileOf(input), 'utf8')).toBe('deep\n')
    })
  })

  describe('with failures remembered', () => {
    it('does not try again until they are cleared', async () => {
      const made = build('hopeless', 'exit 1')
      const item = outputPath(made)
      expect((await failureOf(made.path, { cacheFailures: true }))?.reason).toBe('builder-failed')
      expect(store.database.failedPaths()).toContain(item)
      expect(await failureOf(made.path, { cacheFailures: true })).toMatchObject({
        reason: 'cached-failure',
        status: 100,
        message: `builder for \`${item}' failed previously (cached)`,
      })
      expect((await failureOf(made.path, {}))?.reason).toBe('builder-failed')
      store.database.clearFailures([item])
      expect(store.database.hasFailed(item)).toBe(false)
    })

    it('does not remember what may succeed another time', async () => {
      const digest = createHash('sha256').update('fixed').digest()
      const made = build('fixed', 'exit 1', { fixed: { recursive: false, hash: { algorithm: 'sha256', digest } } })
      expect(await failureOf(made.path, { cacheFailures: true })).toMatchObject({ status: 1 })
      const slow = build('slow', 'sleep 10')
      await failureOf(slow.path, { cacheFailures: true, timeout: 1 })
      for (const { derivation } of [made, slow])
        expect(store.database.hasFailed(derivation.outputs.get('out')?.path ?? '')).toBe(false)
    })
  })

  it('keeps the log as it is when asked to, in place of a compressed one', async () => {
    const made = build('plain-log', 'echo text; exit 1')
    const { log } = store.layout
    await failureOf(made.path, {})
    expect(findLogFile(log, made.path)).toMatch(/\.drv\.gz$/)
    await failureOf(made.path, { logCompression: 'none' })
    expect(findLogFile(log, made.path)).toMatch(/\.drv$/)
    expect(readFileSync(findLogFile(log, made.path) ?? '', 'utf8')).toBe('text\n')
    if (!isInstalled('bzip2')) return console.log('skipped: bzip2 is not installed')
    await failureOf(made.path, { logCompression: 'bzip2' })
    const file = findLogFile(log, made.path) ?? ''
    expect(file).toMatch(/\.drv\.bz2$/)
    expect(Buffer.from(readLogFile(file)).toString()).toBe('text\n')
  })

  it('shares the files of new outputs with others when asked to', async () => {
    const contents = 'mkdir $out; seq 20000 > $out/numbers; echo $name > $out/small'
    const [one, two] = ['one', 'two'].map((name) => build(`shared-${name}`, contents, { environment: { name } }))
    for (const { path } of [one, two].filter((made) => made !== undefined)) await run(path, { deduplicate: true })
    const inode = (made: MadeDerivation | undefined, name: string): number =>
      made === undefined ? 0 : lstatSync(`${fileOf(made)}/${name}`).ino
    expect(inode(one, 'numbers')).toBe(inode(two, 'numbers'))
    expect(inode(one, 'small')).not.toBe(inode(two, 'small'))
    if (two !== undefined) expect(await run(two.path, { mode: 'repair' })).toEqual([])
  })

  it('with no jobs at all makes only what is always made here', async () => {
    const made = build('no-jobs', 'echo > $out')
    await expect(run(made.path, { maxJobs: 0 })).rejects.toThrow('unable to start any build')
    const local = build('local', 'echo > $out', { environment: { preferLocalBuild: '1' } })
    await run(local.path, { maxJobs: 0 })
    expect(store.isValid(outputPath(local))).toBe(true)
  })

  it.each(['allowedRequisites', 'disallowedRequisites'])('enforces %s through the closure', async (attribute) => {
    const deep = build('deep', 'echo > $out')
    const input = build('middle', 'echo $deep > $out', { inputs: [deep], environment: { deep: outputPath(deep) } })
    const made = build('refers', 'echo $input > $out', {
      inputs: [input],
      environment: {
        input: outputPath(input),
        [attribute]: attribute === 'allowedRequisites' ? `out ${outputPath(input)}` : outputPath(deep),
      },
    })
    expect((await failureOf(made.path, {}))?.message).toBe(
      `output (\`${outputPath(made)}') is not allowed to refer to path \`${outputPath(deep)}'`,
    )
  })

  it('refuses reference specifiers that are neither items nor outputs', async () => {
    const made = build('specifier', 'echo > $out', { environment: { allowedReferences: 'nope' } })
    expect((await failureOf(made.path, {}))?.message).toContain("invalid reference specifier `nope'")
  })

  it.each([
    'md5',
    'sha1',
    'sha256',
    'sha512',
  ] as const)('checks fixed outputs with %s, flat and recursive', async (algorithm) => {
    const contents = `${algorithm} ${process.hrtime.bigint()}\n`
    const flat = { recursive: false, hash: { algorithm, digest: createHash(algorithm).update(contents).digest() } }
    const made = build('flat', `printf '${contents.trim()}\\n' > $out`, { fixed: flat })
    await run(made.path)
    expect(readFileSync(fileOf(made), 'utf8')).toBe(contents)
    // A NAR of one file, by the format's definition.
    const word = (text: string): Buffer => {
      const size = Buffer.alloc(8)
      size.writeUInt32LE(Buffer.byteLength(text))
      return Buffer.concat([size, Buffer.from(text), Buffer.alloc((8 - (Buffer.byteLength(text) % 8)) % 8)])
    }
    const nar = Buffer.concat(['nix-archive-1', '(', 'type', 'regular', 'contents', contents, ')'].map(word))
    const digest = createHash(algorithm).update(nar).digest()
    const tree = build('recursive', `printf '${contents.trim()}\\n' > $out`, {
      fixed: { recursive: true, hash: { algorithm, digest } },
    })
    await run(tree.path)
    expect(store.isValid(outputPath(tree))).toBe(true)
  })

  it('gives i686 builds a 32-bit machine', async () => {
    const made = build('machine', 'uname -m > $out', { system: 'i686-linux' })
    await run(made.path)
    expect(readFileSync(fileOf(made), 'utf8')).toBe('i686\n')
  })

  it.each([
    ['a b c', "odd number of tokens in `exportReferencesGraph'"],
    ['../x /gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x', "invalid character in name `../x'"],
    ['x /etc/passwd', "contains a non-store path `/etc/passwd'"],
    ['x /gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x', 'contains an invalid path'],
  ])('refuses the references graph %s', async (exportReferencesGraph, message) => {
    const made = build('graph', 'echo > $out', { environment: { exportReferencesGraph } })
    expect((await failureOf(made.path, {}))?.message).toContain(message)
  })

  it('shows references graphs of what is not an input too, as Guix does', async () => {
    const other: StorePath = outputPath(build('other', 'echo > $out'))
    await realise(store, [store.database.derivers(other)[0] ?? ''])
    const made = build('graph', 'cat x > $out', { environment: { exportReferencesGraph: `x ${other}` } })
    await run(made.path)
    expect(readFileSync(fileOf(made), 'utf8')).toBe(`${other}\n\n0\n`)
  })
})
