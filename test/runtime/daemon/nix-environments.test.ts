/** User environments and channels that Nix's programs make through strata's daemon: the same as through nix-daemon. */
import { execFileSync } from 'node:child_process'
import { lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BothDaemons, type Served, startBothDaemons } from '../../support/both-daemons.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'

const isRoot = process.geteuid?.() === 0
const seeded = isInstalled('nix-daemon') && isInstalled('nix-env') && isRoot ? await seededStore() : undefined
if (seeded === undefined) console.log('skipped: a nix-daemon that builds has to be started by root')

/** Scripts of packages that share directories and files; `d` brings `e` along. A shell, not the last program, has to be
 *  the builder that ends: Nix kills a builder whose output was closed, as programs of coreutils do before they exit. */
const packages: Readonly<Record<string, string>> = {
  a: 'mkdir -p $out/bin $out/share/a; echo a > $out/bin/a; echo a > $out/share/a/doc; echo a > $out/bin/common',
  b: 'mkdir -p $out/bin $out/share/b; echo b > $out/bin/b; echo b > $out/share/b/doc; echo b > $out/bin/common',
  c: 'mkdir -p $out/bin $out/nix-support; echo c > $out/nix-support/x; echo c > $out/.hidden; ln -s nowhere $out/dangling; mkdir -p $out/real; echo > $out/real/file; ln -s real $out/alias',
  d: 'mkdir -p $out/bin $out/nix-support; echo d > $out/bin/d; echo $e > $out/nix-support/propagated-user-env-packages',
  e: 'mkdir -p $out/bin $out/alias; echo e > $out/bin/e; echo e > $out/alias/other',
  f: 'echo not a directory > $out',
}

describe.skipIf(seeded === undefined)('Nix, through a daemon', { timeout: 120_000 }, () => {
  if (seeded === undefined) return
  let both: BothDaemons
  let file = ''
  beforeAll(async () => {
    both = await startBothDaemons(seeded)
    file = join(both.directory, 'packages.nix')
    const text = Object.entries(packages).map(([name, script]) => {
      const brings = name === 'd' ? 'inherit e;' : ''
      const priority = name === 'a' ? 'meta.priority = 3;' : ''
      return `${name} = make { name = "${name}-1"; ${brings} script = ''${script}''; } // { ${priority} };`
    })
    const utilities = `PATH = "\${tools}/bin";`
    writeFileSync(
      file,
      `let tools = builtins.storePath "${both.tools}";
         make = { name, script, e ? "" }: derivation {
           inherit name e; system = "x86_64-linux"; ${utilities} builder = "\${tools}/bin/bash"; args = [ "-c" "\${script}; exit" ]; };
       in rec { ${text.join('\n')} }`,
    )
  })
  afterAll(() => both?.stop())

  /** What PROGRAM does with both. */
  async function each<T>(action: (served: Served, name: string) => Promise<T>): Promise<T> {
    const [real, ours] = [await action(both.nix, 'nix'), await action(both.strata, 'strata')]
    expect(ours).toEqual(real)
    return real
  }

  /** The files below the logical PATH: directories, and where links point. */
  function listing({ physical }: Served, path: string): string[] {
    const entries: string[] = []
    const visit = (inside: string): void => {
      const place = physical(path) + inside
      if (lstatSync(place).isSymbolicLink()) entries.push(`${inside} -> ${readlinkSync(place)}`)
      else {
        entries.push(inside)
        for (const name of readdirSync(place).sort()) visit(`${inside}/${name}`)
      }
    }
    visit('')
    return entries
  }

  /** The generation that is current after nix-env was called with ARGS. */
  async function install(served: Served, name: string, ...args: string[]): Promise<readonly string[]> {
    const profile = join(both.directory, `${name}-profile`)
    const { code, stdout, stderr } = await served.client('nix-env', ['-p', profile, '-f', file, ...args])
    if (code !== 0) return [String(code), stdout, stderr.replaceAll(/e\[[0-9;]*m/g, '')]
    const generation = readlinkSync(join(both.directory, readlinkSync(profile)))
    return [generation, ...listing(served, generation)]
  }

  // nix-env does not see what a profile holds when the store lies elsewhere, so each generation is made at once.
  it('nix-env makes environments of packages', async () => {
    const first = await each((served, name) => install(served, name, '-iA', 'c'))
    expect(first.some((line) => line.startsWith('/real -> '))).toBe(true)
    expect(first.some((line) => line.includes('hidden') || line.includes('nix-support'))).toBe(false)
    const more = await each((served, name) => install(served, name, '-iA', 'c', 'd'))
    expect(more.filter((line) => line.startsWith('/bin/')).length).toBe(2)
    const all = await each((served, name) => install(served, name, '-iA', 'a', 'b', 'd'))
    expect(all.find((line) => line.startsWith('/bin/common -> '))).toMatch(/-a-1\/bin\/common$/)
    await each((served, name) => install(served, name, '-iA', 'f'))
    await each((served, name) => install(served, name, '--rollback'))
  })

  it('nix-env tells that two packages have the same file', async () => {
    const results = await Promise.all(
      [both.nix, both.strata].map((served) =>
        served.client('nix-env', [
          '-p',
          join(both.directory, `clash-${served === both.nix}`),
          '-f',
          file,
          '-iA',
          'b',
          'e',
          'f',
          'twin',
        ]),
      ),
    )
    for (const { code } of results) expect(code).not.toBe(0)
    const equal = join(both.directory, 'equal.nix')
    writeFileSync(
      equal,
      `let p = import ${file}; in { one = p.b; two = p.b // { name = "two"; } // (p.a // { meta = { }; }); }`,
    )
    for (const served of [both.nix, both.strata]) {
      const profile = join(both.directory, `equal-${served === both.nix}`)
      const { code, stderr } = await served.client('nix-env', ['-p', profile, '-f', equal, '-iA', 'one', 'two'])
      expect(code).not.toBe(0)
      expect(stderr).toContain('have the same priority')
    }
  })

  it('nix-channel makes channels, and expressions find them', async () => {
    const channel = join(both.directory, 'some-channel')
    mkdirSync(channel)
    writeFileSync(join(channel, 'default.nix'), '{ ... }: { answer = 42; }')
    const archive = join(both.directory, 'nixexprs.tar.gz')
    execFileSync('tar', ['-C', both.directory, '-czf', archive, 'some-channel'])
    await each(async (served) => {
      const codes = [
        await served.client('nix-channel', ['--add', `file://${archive}`, 'mine']),
        await served.client('nix-channel', ['--update']),
        await served.client('nix-instantiate', ['--eval', '-E', '(import <mine> { }).answer', '-I', 'unused=.']),
        await served.client('nix-channel', ['--list']),
      ]
      return codes.map(({ code, stdout }) => [code, stdout])
    })
  })

  it('<nix/fetchurl.nix> fetches files, executables and trees', async () => {
    const source = join(both.directory, 'source')
    writeFileSync(source, 'some contents\n')
    const hashed = (flags: string[], path: string): string =>
      execFileSync('nix-hash', ['--type', 'sha256', ...flags, path])
        .toString()
        .trim()
    const tree = join(both.directory, 'fetched-tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'file'), 'x')
    const nar = join(both.directory, 'tree.nar')
    writeFileSync(nar, execFileSync('nix-store', ['--dump', tree]))
    execFileSync('xz', ['-k', nar])
    const executable = join(both.directory, 'executable')
    writeFileSync(executable, 'some contents\n', { mode: 0o755 })
    // The real builder cannot see files of the host.
    const server = createServer((request, response) => response.end(readFileSync(both.directory + request.url)))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const fetches = [
      `{ url = "${site}/source"; sha256 = "${hashed(['--flat'], source)}"; }`,
      `{ url = "${site}/source"; hash = "sha256-${Buffer.from(hashed(['--flat'], source), 'hex').toString('base64')}"; name = "named"; }`,
      `{ url = "${site}/source"; sha256 = "${hashed([], executable)}"; executable = true; }`,
      `{ url = "${site}/tree.nar"; sha256 = "${hashed([], tree)}"; unpack = true; }`,
      `{ url = "${site}/tree.nar.xz"; sha256 = "${hashed([], tree)}"; unpack = true; name = "unpacked"; }`,
      `{ url = "${site}/source"; sha256 = "${'0'.repeat(64)}"; }`,
    ]
    for (const attributes of fetches) {
      await each(async (served) => {
        const expression = `import <nix/fetchurl.nix> ${attributes}`
        const { code, stdout } = await served.client('nix-build', ['--no-out-link', '-E', expression])
        return [code, stdout]
      })
    }
    await new Promise((resolve) => server.close(resolve))
  })
})
