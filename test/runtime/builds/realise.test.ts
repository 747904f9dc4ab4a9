import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { StrataError } from '../../../lang/conditions/index.ts'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import {
  type BuildEvent,
  type BuildFailure,
  type BuildOptions,
  logFile,
  realise,
} from '../../../runtime/builds/index.ts'
import type { MadeDerivation } from '../../../runtime/derivations/index.ts'
import { encodeText, type StorePath } from '../../../runtime/formats/index.ts'
import { seededStore } from '../../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('realise', () => {
  if (seeded === undefined) return
  const { store } = seeded
  const all: MadeDerivation[] = []
  const build = (...request: Parameters<typeof seeded.shellBuild>): MadeDerivation => {
    const made = seeded.shellBuild(...request)
    all.push(made)
    return made
  }
  afterAll(() => store.close())

  async function eventsOf(made: MadeDerivation, options: BuildOptions = {}): Promise<BuildEvent[]> {
    const events: BuildEvent[] = []
    await realise(store, [made.path], options, (event) => events.push(event))
    return events
  }

  async function failuresOf(targets: readonly MadeDerivation[], options: BuildOptions = {}): Promise<BuildFailure[]> {
    try {
      await realise(
        store,
        targets.map(({ path }) => path),
        options,
      )
    } catch (error) {
      if (error instanceof StrataError && error.kind === 'build-failed') return error.irritants as BuildFailure[]
      throw error
    }
    return []
  }

  function textOf(path: string): string {
    return readFileSync(store.physical(path), 'utf8')
  }

  function output(made: MadeDerivation, name: string): StorePath {
    return made.derivation.outputs.get(name)?.path as StorePath
  }

  it('builds, keeps the log, and does not build again', async () => {
    const made = build('plain', 'echo to the log; echo also >&2; echo contents > $out')
    const events = await eventsOf(made)
    expect(events.map(({ kind }) => kind)).toEqual(['build-started', 'build-log', 'build-log', 'build-succeeded'])
    expect(textOf(outputPath(made))).toBe('contents\n')
    const log = gunzipSync(readFileSync(logFile(store.layout.log, made.path))).toString()
    expect(log).toBe('to the log\nalso\n')
    expect(store.pathInfo(outputPath(made))?.deriver).toBe(made.path)
    expect(await eventsOf(made)).toEqual([])
  })

  it('finds the references of several outputs, to each other and to inputs', async () => {
    const input = build('input', 'echo > $out')
    const script = 'mkdir $out; echo $doc $input > $out/x; ln $out/x $out/y; echo > $doc; ln -s $out $lib'
    const made = build('several', script, {
      outputs: ['out', 'doc', 'lib'],
      inputs: [input],
      environment: { input: outputPath(input) },
    })
    await eventsOf(made)
    expect(store.database.references(output(made, 'out')).sort()).toEqual(
      [output(made, 'doc'), outputPath(input)].sort(),
    )
    expect(store.database.references(output(made, 'doc'))).toEqual([])
    expect(store.database.references(output(made, 'lib'))).toEqual([output(made, 'out')])
    const lib = build('uses-lib', 'echo $x > $out; cat $x/x >> $out', {
      inputs: [made],
      environment: { x: output(made, 'lib') },
    })
    await eventsOf(lib)
    expect(textOf(outputPath(lib))).toContain(output(made, 'doc'))
  })

  it('tells how a builder failed and what it said last', async () => {
    const made = build('fails', 'for i in $(seq 40); do echo line $i; done; exit 3')
    const [failure] = await failuresOf([made])
    expect(failure).toMatchObject({
      derivation: made.path,
      reason: 'builder-failed',
      message: `builder for \`${made.path}' failed with exit code 3`,
      status: 100,
      kept: undefined,
    })
    expect(failure?.lastLines?.at(-1)).toBe('line 40')
    expect(existsSync(failure?.log ?? '')).toBe(true)
    expect(store.isValid(outputPath(made))).toBe(false)
    expect(existsSync(store.physical(outputPath(made)))).toBe(false)
  })

  it('keeps the build directory of a failed build when asked to', async () => {
    const [failure] = await failuresOf([build('kept', 'echo evidence > file; exit 1')], { keepFailed: true })
    expect(readFileSync(join(failure?.kept ?? '', 'file'), 'utf8')).toBe('evidence\n')
    rmSync(failure?.kept ?? '', { recursive: true })
  })

  it('says so when an output is missing', async () => {
    const made = build('missing', 'echo > $out', { outputs: ['out', 'doc'] })
    const [failure] = await failuresOf([made])
    expect(failure).toMatchObject({
      reason: 'no-output',
      status: 1,
      message: `builder for \`${made.path}' failed to produce output path \`${output(made, 'doc')}'`,
    })
  })

  it.each([true, false])('shows both hashes when a fixed output is another (recursive: %s)', async (recursive) => {
    const digest = createHash('sha256').update('wanted').digest()
    const made = build('fixed', 'echo other > $out', { fixed: { recursive, hash: { algorithm: 'sha256', digest } } })
    const [failure] = await failuresOf([made])
    expect(failure?.message).toBe(`hash mismatch for store item '${outputPath(made)}'`)
    expect(failure?.hashes?.expected).toMatch(recursive ? /^r:sha256:[0-9a-z]{52}$/ : /^sha256:[0-9a-z]{52}$/)
    expect(failure?.hashes?.actual).not.toBe(failure?.hashes?.expected)
    expect(store.isValid(outputPath(made))).toBe(false)
  })

  it('accepts a fixed output however it is made', async () => {
    const digest = createHash('sha256').update('right\n').digest()
    const fixed = { recursive: false, hash: { algorithm: 'sha256' as const, digest } }
    const made = build('right', 'echo right > $out', { fixed, environment: { way: 'one' } })
    await eventsOf(made)
    expect(await eventsOf(build('right', 'exit 1', { fixed, environment: { way: 'two' } }))).toEqual([])
  })

  it.each([
    ['mkfifo $out', 'only regular files, directories and symbolic links can be stored'],
    ['echo > $out; chmod 666 $out', 'suspicious ownership or permission'],
  ])('refuses the output of %s', async (script, message) => {
    const made = build('odd', script)
    const [failure] = await failuresOf([made])
    expect(failure).toMatchObject({ reason: 'bad-output', status: 1 })
    expect(failure?.message).toContain(message)
    expect(failure?.message).toContain(outputPath(made))
  })

  it.each(['allowedReferences', 'disallowedReferences'])('enforces %s', async (attribute) => {
    const input = build('forbidden', 'echo > $out')
    const made = build('refers', 'echo $input > $out', {
      inputs: [input],
      environment: {
        input: outputPath(input),
        [attribute]: attribute === 'allowedReferences' ? 'out' : outputPath(input),
      },
    })
    const [failure] = await failuresOf([made])
    expect(failure?.message).toBe(
      `output (\`${outputPath(made)}') is not allowed to refer to path \`${outputPath(input)}'`,
    )
  })

  it('ends builds that take too long or say nothing', async () => {
    const busy = build('busy', 'while echo x; do sleep 0.1; done')
    expect((await failuresOf([busy], { timeout: 1 }))[0]).toMatchObject({
      reason: 'timeout',
      status: 101,
      message: `building of \`${busy.path}' timed out after 1 seconds`,
    })
    const silent = build('silent', 'sleep 100 & sleep 100')
    expect((await failuresOf([silent], { maxSilentTime: 1 }))[0]?.message).toBe(
      `building of \`${silent.path}' timed out after 1 seconds of silence`,
    )
  })

  it('says what could not be executed', async () => {
    const made = build('no-builder', '', { builder: '/no/such/builder' })
    const [failure] = await failuresOf([made])
    expect(failure?.message).toBe(`builder for \`${made.path}' failed with exit code 1`)
    expect(failure?.lastLines).toEqual([
      "while setting up the build environment: executing `/no/such/builder': No such file or directory",
    ])
  })

  it('knows which builtins there are', async () => {
    const [failure] = await failuresOf([build('unknown', '', { builder: 'builtin:frob' })])
    expect(failure?.lastLines).toEqual(["error: unsupported builtin function 'frob'"])
  })

  it('does not start what depends on a failure, and names the cause', async () => {
    const broken = build('broken', 'exit 1')
    const made = build('above', 'echo > $out', { inputs: [broken] })
    const failures = await failuresOf([made])
    expect(failures.map(({ reason }) => reason)).toEqual(['builder-failed', 'dependency-failed'])
    expect(failures[1]?.message).toContain("1 dependencies couldn't be built")
  })

  it('goes on with the others only when asked to', async () => {
    const [first, second] = [build('bad-one', 'exit 1'), build('good-one', 'echo > $out')]
    await failuresOf([first, second], { maxJobs: 1 })
    expect(store.isValid(outputPath(second))).toBe(false)
    await failuresOf([first, second], { maxJobs: 1, keepGoing: true })
    expect(store.isValid(outputPath(second))).toBe(true)
  })

  it('stops a running build when another fails', async () => {
    const [slow, broken] = [build('slow', 'sleep 100; echo > $out'), build('quick', 'sleep 0.2; exit 1')]
    const failures = await failuresOf([slow, broken], { maxJobs: 2 })
    expect(failures.map(({ derivation }) => derivation)).toContain(broken.path)
    expect(store.isValid(outputPath(slow))).toBe(false)
  })

  it('builds what two callers want only once', async () => {
    const made = build('shared', 'sleep 0.2; echo > $out')
    const events = (await Promise.all([eventsOf(made), eventsOf(made)])).flat()
    expect(events.filter(({ kind }) => kind === 'build-started')).toHaveLength(1)
  })

  it('stops when the caller gives up', async () => {
    const stop = new AbortController()
    const made = build('abandoned', 'sleep 100')
    setTimeout(() => stop.abort(new Error('given up')), 200)
    await expect(eventsOf(made, { signal: stop.signal })).rejects.toThrow('given up')
  })

  it('refuses paths that it cannot make', async () => {
    const path = '/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x.drv'
    await expect(realise(store, [path])).rejects.toThrow(`cannot build missing derivation ‘${path}’`)
    await expect(realise(store, ['/gnu/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x'])).rejects.toThrow(/not valid/)
    await expect(realise(store, [{ path: build('o', '').path, outputs: ['nope'] }])).rejects.toThrow(
      /does not have an output named `nope'/,
    )
  })

  it('writes the graph of an input where it is asked for', async () => {
    const text = store.addText('some-text', encodeText('hello'), [])
    const other = store.addText('some-text-2', encodeText(`see ${text}`), [text])
    const made = build('graph', 'cat graph > $out', {
      sources: [text, other],
      environment: { exportReferencesGraph: `graph ${other}` },
    })
    await eventsOf(made)
    const entries = [`${other}\n\n1\n${text}\n`, `${text}\n\n0\n`].sort()
    expect(textOf(outputPath(made))).toBe(entries.join(''))
  })

  it('passes variables as files to those who ask', async () => {
    const large = 'x'.repeat(300_000)
    const made = build('passed', '[ -z "$large$other" ] && wc -c < $largePath > $out && cat $otherPath >> $out', {
      environment: { passAsFile: 'large absent other', large, other: 'something else' },
    })
    await eventsOf(made)
    expect(textOf(outputPath(made))).toBe('300000\nsomething else')
  })

  it('downloads without a sandbox, from the address or list that Guix writes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'strata-source-'))
    const file = join(directory, 'source')
    const contents = `downloaded ${process.hrtime.bigint()}`
    writeFileSync(file, contents)
    const fixed = {
      recursive: false,
      hash: { algorithm: 'sha256' as const, digest: createHash('sha256').update(contents).digest() },
    }
    const url = `("${pathToFileURL(join(directory, 'absent')).href}" "${pathToFileURL(file).href}")`
    const made = build('downloaded', '', { builder: 'builtin:download', environment: { url }, fixed })
    const events = await eventsOf(made)
    expect(textOf(outputPath(made))).toBe(contents)
    expect(events.filter(({ kind }) => kind === 'download-failed')).toHaveLength(1)
    rmSync(directory, { recursive: true })
  })

  it('leaves no traces of its work', () => {
    // Other tests use the same store at the same time.
    const own = all.flatMap((made) => [made.path, outputPath(made)].map((path) => path.slice('/gnu/store/'.length, 43)))
    const names = readdirSync(store.layout.store).filter((name) => own.some((hash) => name.includes(hash)))
    expect(names.filter((name) => /\.(lock|chroot|control)$|^\./.test(name))).toEqual([])
  })
})
