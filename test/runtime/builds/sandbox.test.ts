import { afterAll, describe, expect, it } from 'vitest'
import { outputPath } from '../../../runtime/bootstrap/index.ts'
import { realise } from '../../../runtime/builds/index.ts'
import { seededStore } from '../../support/seeded-store.ts'
import { readVectors } from '../../support/vectors.ts'

const seeded = await seededStore()
const asRoot = process.geteuid?.() === 0

/** What the builder of the real daemon saw, made by the same questions. */
const real = readVectors('sandbox.json').normal

const questions = `
part () { echo "== $1"; }
part environ; tr '\\0' '\\n' < /proc/1/environ
part cwd; pwd
part umask; umask
part core; ulimit -c
part status; cat /proc/1/status
part ids; cut -d' ' -f1,4,5,6,7 /proc/1/stat
part hostname; cat /proc/sys/kernel/hostname /proc/sys/kernel/domainname
part root; ls /
part dev; ls /dev
part etc; for file in /etc/*; do echo "-- $file"; cat $file; done
part tmp; ls /tmp
part store; ls /gnu/store
part network; cat /proc/net/dev | sed -n '3,$s/:.*//p'; cat /proc/net/if_inet6 | cut -c1-32
part personality; cat /proc/self/personality
part writable; for d in / /etc /gnu /gnu/store /tmp /dev /proc; do if touch $d/x 2>/dev/null; then echo "$d yes"; else echo "$d no"; fi; done
part stdin; read line || echo end
part stdout; [ -p /dev/stdout ] && echo pipe; echo again > /dev/stderr
part input; touch $tools/x 2>/dev/null || echo read-only
part xattr; echo > /tmp/file
echo > $out; chmod 4755 $out
`

describe.skipIf(seeded === undefined)('a builder', async () => {
  if (seeded === undefined) return
  const { store, seed } = seeded
  afterAll(() => store.close())

  const tools = outputPath(seed.tools)
  const made = seeded.shellBuild('sandbox-probe', questions, {
    environment: { tools, zz: 'last', HOME: '/my-home' },
  })
  const seen = new Map<string, string[]>()
  let part: string[] = []
  await realise(store, [made.path], { cores: 3 }, (event) => {
    if (event.kind !== 'build-log') return
    const [, name] = /^== (.*)/.exec(event.line) ?? []
    if (name === undefined) part.push(event.line)
    else {
      part = []
      seen.set(name, part)
    }
  })
  const directory = '/tmp/guix-build-sandbox-probe.drv-0'

  it('has the environment of the real daemon', () => {
    // The probe of the real daemon lists everything it found, sorted; names of items differ.
    const own = new Set(['PATH', 'out', 'busybox', 'tools', 'unique', 'zz'])
    const others = (lines: readonly string[] = []): string[] =>
      lines.filter((line) => !own.has(line.replace(/=.*/s, ''))).sort()
    expect(others(seen.get('environ'))).toEqual(others(real.environ))
    expect(seen.get('environ')).toContain(`PATH=${tools}/bin`)
    expect(seen.get('cwd')).toEqual([directory])
    expect(seen.get('umask')).toEqual(real.umask)
    expect(seen.get('core')).toEqual(['0'])
  })

  it('is process 1, leads its session and has no rights', () => {
    const [pid, parent, group, session, terminal] = seen.get('ids')?.[0]?.split(' ') ?? []
    expect([pid, parent, group, session, terminal]).toEqual(['1', '0', '1', '1', '0'])
    const status = seen.get('status') ?? []
    expect(status).toContain('CapEff:\t0000000000000000')
    expect(status).toContain('CapPrm:\t0000000000000000')
  })

  it('is on a host of its own', () => {
    expect(seen.get('hostname')).toEqual(real.hostname)
    expect(seen.get('network')?.map((line) => line.trim())).toEqual(['lo', '00000000000000000000000000000001'])
    expect(seen.get('personality')).toEqual(real.personality)
  })

  it('sees nothing but what it needs', () => {
    expect(seen.get('root')).toEqual(['dev', 'etc', 'gnu', 'proc', 'tmp'])
    expect(seen.get('tmp')).toEqual([directory.replace('/tmp/', '')])
    expect(seen.get('store')?.sort()).toEqual(
      [seed.glibc, seed.gccLib, seed.tools].map((input) => outputPath(input).slice('/gnu/store/'.length)).sort(),
    )
    const devices = seen.get('dev')?.filter((name) => name !== 'kvm')
    expect(devices?.join(' ')).toBe('fd full null ptmx pts random shm stderr stdin stdout tty urandom zero')
  })

  it('finds the files of the real daemon in /etc', () => {
    const text = seen.get('etc')?.join('\n') ?? ''
    const number = asRoot ? '[0-9]+' : '3000[01]'
    expect(text).toMatch(
      new RegExp(`^-- /etc/group\nnixbld:!:${number}:\n-- /etc/hosts\n127.0.0.1 localhost\n-- /etc/passwd\n`),
    )
    expect(text).toMatch(
      new RegExp(`nixbld:x:${number}:${number}:Nix build user:/:/noshell\nnobody:x:65534:65534:Nobody:/:/noshell$`),
    )
  })

  it('may write where the real daemon lets it, and nowhere else', () => {
    expect(seen.get('writable')).toEqual(real.writable)
    expect(seen.get('input')).toEqual(['read-only'])
  })

  it('has nothing to read and one pipe to write to', () => {
    expect(seen.get('stdin')).toEqual(['end'])
    expect(seen.get('stdout')).toEqual(['pipe', 'again'])
  })

  it('leaves an output without set-user-ID bit', async () => {
    const { statSync } = await import('node:fs')
    const stat = statSync(store.physical(outputPath(made)))
    expect(stat.mode & 0o7777).toBe(0o555)
    expect(stat.mtimeMs).toBe(1000)
    expect(stat.uid).toBe(process.geteuid?.())
  })
})
