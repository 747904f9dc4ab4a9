/** What a builder may leave as its output, and what it becomes. */
import { spawnSync } from 'node:child_process'
import { lstatSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { Attacker } from '../support/attacker.ts'
import { seededStore } from '../support/seeded-store.ts'

const seeded = await seededStore()

describe.skipIf(seeded === undefined)('an output', async () => {
  if (seeded === undefined) return
  const { store } = seeded
  afterAll(() => store.close())
  const attacker = await Attacker.prepare(seeded)

  function modes(directory: string): Map<string, number> {
    const found = new Map<string, number>()
    const visit = (file: string): void => {
      const stat = lstatSync(file)
      if (!stat.isSymbolicLink()) found.set(file.slice(directory.length), stat.mode & 0o7777)
      if (stat.isDirectory()) for (const name of readdirSync(file)) visit(join(file, name))
    }
    visit(directory)
    return found
  }

  it('CVE-2024-38531 (GHSA-q82p-44mg-mgh5): has no set-user-ID bits, whatever call set them', async () => {
    const made = attacker.derivation('set-id', 'attack set-id $out')
    const { lines, failure } = await attacker.build(made)
    expect(failure).toBeUndefined()
    // The calls work in the sandbox: packages make them.
    expect(lines).toContain('chmod: done')
    const found = modes(store.physical(outputPath(made)))
    expect(found.size).toBeGreaterThan(6)
    for (const [file, mode] of found) expect([file, [0o444, 0o555].includes(mode)]).toEqual([file, true])
  })

  it('has no extended attributes or access control lists, whatever call sets them', async () => {
    const made = attacker.derivation('attributes', 'cd $NIX_BUILD_TOP; attack attributes file; cp file $out')
    const { lines } = await attacker.build(made)
    expect(lines.filter((line) => line.endsWith(': done'))).toEqual([])
    expect(lines.length).toBeGreaterThan(6)
  })

  it('loses attributes that it got past the sandbox', async () => {
    const set = (file: string, name: string): boolean =>
      spawnSync('python3', ['-c', `import os, sys; os.setxattr(sys.argv[1], '${name}', b'x')`, file]).status === 0
    const made = attacker.derivation('marked', `${Attacker.reach}echo > $out; chmod 755 $out; reach made`)
    let marked = false
    await attacker.build(made, {}, () => {
      marked = set(attacker.outputFile(made), 'user.evil')
    })
    if (!marked) {
      console.log('skipped: attributes cannot be set here (no python3, or the file system has none)')
      return
    }
    const listed = spawnSync('python3', [
      '-c',
      'import os, sys; print(os.listxattr(sys.argv[1]))',
      store.physical(outputPath(made)),
    ])
    expect(listed.stdout.toString().trim()).toBe('[]')
  })

  it.each([
    ['a pipe', 'mkfifo $out'],
    ['a socket', 'node -e "require(\'net\').createServer().listen(process.env.out, () => process.exit())"'],
    ['a directory with a pipe in it', 'mkdir -p $out/a/b; mkfifo $out/a/b/c'],
  ])('that is %s is refused', async (_, script) => {
    const { seed } = seeded
    const made = attacker.derivation('odd', script.replace('node', `${outputPath(seed.node)}/bin/node`), {
      inputs: [seed.node],
    })
    const { failure } = await attacker.build(made)
    // A server removes its socket when it ends: then there is no output at all.
    expect(['bad-output', 'no-output']).toContain(failure?.reason)
    expect(store.isValid(outputPath(made))).toBe(false)
  })

  it('that is a link stays one, and what it points to stays as it is', async () => {
    const before = lstatSync('/etc/passwd')
    const made = attacker.derivation('link', 'ln -s /etc/passwd $out')
    await attacker.build(made)
    expect(lstatSync(store.physical(outputPath(made))).isSymbolicLink()).toBe(true)
    const after = lstatSync('/etc/passwd')
    expect([after.mode, after.uid, after.mtimeMs]).toEqual([before.mode, before.uid, before.mtimeMs])
  })

  it('may not be left open to others', async () => {
    for (const script of ['mkdir -m 777 $out', 'echo > $out; chmod 664 $out']) {
      const { failure } = await attacker.build(attacker.derivation('open', script))
      expect(failure?.message).toContain('suspicious ownership or permission')
    }
  })

  it('holds no link to an input, which it could then change with', async () => {
    const made = attacker.derivation(
      'hard-link',
      'mkdir $out; ln $(type -p attack) $out/attack || echo refused; echo > $out/x',
    )
    const { lines } = await attacker.build(made)
    expect(lines).toContain('refused')
  })

  it('of processes that go on writing is what it was when the builder ended', async () => {
    const made = attacker.derivation('lingers', 'attack linger $out; attack linger /tmp/x; echo ended')
    const { failure, lines } = await attacker.build(made)
    expect(failure).toBeUndefined()
    expect(lines).toContain('ended')
    const file = store.physical(outputPath(made))
    expect(readFileSync(file, 'utf8')).toBe('lingering')
    // Nobody is left to write: the processes had the program open.
    const running = readdirSync('/proc').filter((pid) => {
      try {
        return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('attack\0linger')
      } catch {
        return false
      }
    })
    expect(running).toEqual([])
  })

  it('is only what the derivation names: other items cannot be slipped in', async () => {
    const victim = attacker.derivation('victim', 'echo good > $out')
    const item = outputPath(victim)
    const made = attacker.derivation('slips-in', `echo evil > ${item}; echo > $out`)
    await attacker.build(made)
    expect(store.isValid(item)).toBe(false)
    await attacker.build(victim)
    expect(readFileSync(store.physical(item), 'utf8')).toBe('good\n')
  })
})
