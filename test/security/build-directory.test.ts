/** What lies outside of the store while a build runs, and after one that failed. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { seizeTree } from '../../runtime/builds/seize.ts'
import { removeTree, Store, storeLayout } from '../../runtime/store/index.ts'
import { Attacker } from '../support/attacker.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()
const self = process.geteuid?.() ?? 0

describe.skipIf(seeded === undefined)('a build', async () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const attacker = await Attacker.prepare(seeded)

  /** All files below DIRECTORY, itself included. */
  function files(directory: string): string[] {
    const names = lstatSync(directory).isDirectory() ? readdirSync(directory) : []
    return [directory, ...names.flatMap((name) => files(join(directory, name)))]
  }

  it('CVE-2024-38531, CVE-2025-52991: works where nobody else can enter', async () => {
    const script = `${Attacker.reach}cp $(type -p attack) program; chmod 6755 program
umask 0; mkdir $out; cp program $out/program; chmod 6777 $out/program; chmod 777 $out; reach made; exit 1`
    const made = attacker.derivation('world-accessible', script)
    const modes: number[] = []
    await attacker.build(made, {}, () => {
      for (const directory of [dirname(attacker.buildDirectory(made)), attacker.sandboxDirectory(made)])
        modes.push(lstatSync(directory).mode & 0o777)
    })
    expect(modes).toEqual([0o700, 0o700])
  })

  it('CVE-2021-27851, CVE-2024-52867: is kept without bits or links that give anything away', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'strata-victim-'))
    const secret = join(outside, 'secret')
    writeFileSync(secret, 'secret', { mode: 0o600 })
    const script = `${Attacker.reach}cp $(type -p attack) program; chmod 6755 program; mkdir -m 2777 shared
ln -s ${secret} link; ln program again; echo x > plain; chmod 4711 plain; reach made; exit 1`
    const made = attacker.derivation('kept', script)
    const client = self === 0 ? { uid: 65534, gid: 65534 } : { uid: self, gid: process.getegid?.() ?? 0 }
    const { failure } = await attacker.build(made, { keepFailed: true, client })
    const kept = failure?.kept ?? ''
    const found = files(kept)
    expect(found.map((file) => file.slice(kept.length)).sort()).toEqual(
      ['', '/again', '/link', '/made', '/plain', '/program', '/shared'].sort(),
    )
    for (const file of found.filter((one) => !one.endsWith('/made'))) {
      const stat = lstatSync(file)
      expect([file, stat.uid]).toEqual([file, client.uid])
      if (!stat.isSymbolicLink()) expect([file, stat.mode & 0o7000]).toEqual([file, 0])
    }
    expect(lstatSync(secret).uid).toBe(self)
    expect(lstatSync(secret).mode & 0o777).toBe(0o600)
    removeTree(kept)
    rmSync(outside, { recursive: true })
  })

  it('CVE-2021-27851: gives away no file of others that is linked into the directory', async () => {
    if (self !== 0) return
    const outside = mkdtempSync(join(tmpdir(), 'strata-victim-'))
    const victim = join(outside, 'victim')
    writeFileSync(victim, 'of root', { mode: 0o600 })
    const made = attacker.derivation('hard-link', `${Attacker.reach}reach started; exit 1`)
    const client = { uid: 65534, gid: 65534 }
    const { failure } = await attacker.build(made, { keepFailed: true, client }, async () => {
      // What an accomplice outside would do, could it enter.
      const { linkSync } = await import('node:fs')
      linkSync(victim, join(attacker.buildDirectory(made), 'victim'))
    })
    expect(lstatSync(victim).uid).toBe(0)
    expect(lstatSync(join(failure?.kept ?? '', 'victim')).uid).toBe(0)
    removeTree(failure?.kept ?? '')
    rmSync(outside, { recursive: true })
  })

  it('CVE-2025-52992: leaves nothing of a failed build in the store', async () => {
    const script = 'umask 0; mkdir -m 777 $out; echo > $out/x; chmod 4777 $out/x; exit 1'
    const made = attacker.derivation('failed', script)
    await attacker.build(made, { keepFailed: false })
    const hash = made.path.slice('/gnu/store/'.length, 43)
    const output = (made.derivation.outputs.get('out')?.path ?? '').slice('/gnu/store/'.length)
    const left = readdirSync(store.layout.store).filter(
      (name) => name.includes(output) || (name.includes(hash) && !name.endsWith('.drv')),
    )
    expect(left).toEqual([])
  })

  it('CVE-2025-46415: is removed without following links', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'strata-victim-'))
    mkdirSync(join(outside, 'directory'), { mode: 0o500 })
    writeFileSync(join(outside, 'directory-file'), 'precious')
    const script = `mkdir -p $NIX_BUILD_TOP/a/b; ln -s ${outside} $NIX_BUILD_TOP/a/link
ln -s ${outside}/directory $NIX_BUILD_TOP/closed; mkdir $out; ln -s ${outside} $out/link; ln -s ${outside} /tmp/link
chmod 000 $NIX_BUILD_TOP/a/b; exit 1`
    await attacker.build(attacker.derivation('links', script))
    expect(readFileSync(join(outside, 'directory-file'), 'utf8')).toBe('precious')
    expect(lstatSync(join(outside, 'directory')).mode & 0o777).toBe(0o500)
    chmodSync(join(outside, 'directory'), 0o700)
    rmSync(outside, { recursive: true })
  })

  it('CVE-2025-52993: takes over only directories, never what a link in their place points to', () => {
    const outside = mkdtempSync(join(tmpdir(), 'strata-victim-'))
    const tree = join(outside, 'tree')
    mkdirSync(join(outside, 'precious'), { mode: 0o755 })
    mkdirSync(join(tree, 'inner'), { recursive: true })
    symlinkSync(join(outside, 'precious'), join(tree, 'inner', 'link'))
    seizeTree(tree)
    expect(lstatSync(join(tree, 'inner')).mode & 0o777).toBe(0o700)
    expect(lstatSync(join(outside, 'precious')).mode & 0o777).toBe(0o755)
    expect(() => seizeTree(join(tree, 'inner', 'link'))).not.toThrow()
    expect(lstatSync(join(outside, 'precious')).mode & 0o777).toBe(0o755)
    rmSync(outside, { recursive: true })
  })

  it('is not confused by directories that were prepared under the names it uses', async () => {
    const made = attacker.derivation('prepared', 'echo $NIX_BUILD_TOP > $out; [ -z "$(ls -A)" ]')
    const prefix = join(tmpdir(), `guix-build-${made.path.slice('/gnu/store/'.length + 33)}`)
    mkdirSync(`${prefix}-0`, { mode: 0o777 })
    symlinkSync('/etc', `${prefix}-1`)
    const { failure } = await attacker.build(made)
    expect(failure).toBeUndefined()
    rmSync(`${prefix}-0`, { recursive: true })
    rmSync(`${prefix}-1`)
  })

  it('CVE-2019-17365: has a state directory that only its owner may write to', () => {
    const root = mkdtempSync(join(tmpdir(), 'strata-state-'))
    const umask = process.umask(0o022)
    try {
      new Store(storeLayout({ STRATA_ROOT: root })).close()
    } finally {
      process.umask(umask)
    }
    const open = files(join(root, 'var')).filter((file) => {
      const stat = lstatSync(file)
      return !stat.isSymbolicLink() && (stat.mode & 0o002) !== 0
    })
    expect(open).toEqual([])
    rmSync(root, { recursive: true })
  })
})
