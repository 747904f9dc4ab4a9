/** What Nix's programs print through strata's daemon: the same as through the real nix-daemon. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BothDaemons, startBothDaemons } from '../../support/both-daemons.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'

const isRoot = process.geteuid?.() === 0
const seeded = isInstalled('nix-daemon') && isRoot ? await seededStore() : undefined
if (seeded === undefined) console.log('skipped: a nix-daemon that builds has to be started by root')

const missing = '/gnu/store/00000000000000000000000000000000-missing'

describe.skipIf(seeded === undefined)('commands of Nix', () => {
  if (seeded === undefined) return
  let both: BothDaemons
  let file = ''
  let tree = ''
  beforeAll(async () => {
    both = await startBothDaemons(seeded)
    file = join(both.directory, 'expressions.nix')
    tree = join(both.directory, 'tree')
    mkdirSync(tree)
    writeFileSync(join(tree, 'file'), `unique ${process.hrtime.bigint()}`)
    const common = `system = "x86_64-linux"; unique = "${process.hrtime.bigint()}"; builder = "\${tools}/bin/bash";`
    writeFileSync(
      file,
      `let tools = builtins.storePath "${both.tools}";
         dep = derivation { name = "dep"; ${common} args = [ "-c" "echo \${tools} > $out" ]; };
       in { inherit dep;
         top = derivation { name = "top"; ${common} outputs = [ "out" "dev" ]; inherit dep;
                            args = [ "-c" "echo building; echo $dep > $out; echo dev > $dev" ]; };
         fixed = derivation { name = "fixed"; ${common} outputHashMode = "flat"; outputHashAlgo = "sha256";
                              outputHash = "${'0'.repeat(64)}"; args = [ "-c" "echo wrong > $out" ]; };
         bad = derivation { name = "bad"; ${common} args = [ "-c" "echo failing; exit 3" ]; }; }`,
    )
  })
  afterAll(() => both?.stop())

  /** What PROGRAM prints: to both the same, and it ends in the same way. */
  const same = async (program: string, ...args: string[]): Promise<string> => {
    const [real, ours] = await Promise.all([both.nix.client(program, args), both.strata.client(program, args)])
    expect({ program, args, code: ours.code, stdout: ours.stdout }).toEqual({
      program,
      args,
      code: real.code,
      stdout: real.stdout,
    })
    return real.stdout.trim()
  }

  it('builds are the same', async () => {
    const drv = await same('nix-instantiate', file, '-A', 'top')
    await same('nix', 'build', '--no-link', '--print-out-paths', '-f', file, 'top', 'dep')
    await same('nix', 'build', '--no-link', '--json', '-f', file, 'top')
    await same('nix', 'build', '--dry-run', '--no-link', '-f', file, 'bad')
    await same('nix-build', '--no-out-link', file, '-A', 'dep')
    await same('nix-build', '--check', '--no-out-link', file, '-A', 'dep')
    await same('nix-store', '--realise', drv)
    await same('nix-store', '--realise', missing)
    await same('nix', 'show-derivation', '-f', file, 'top')
    await same('nix', 'build', '--out-link', join(both.directory, 'result'), '-f', file, 'top')
    await same('nix-store', '--query', '--roots', drv)
  })

  it('what is built and what has another hash is said in the same words', async () => {
    for (const args of [
      ['-A', 'fixed'],
      ['-A', 'dep', '--check'],
      ['-A', 'bad'],
    ]) {
      const [real, ours] = await Promise.all(
        [both.nix, both.strata].map(({ client }) => client('nix-build', ['--no-out-link', file, ...args])),
      )
      const wordsOf = (text = ''): string[] =>
        text.split('\n').flatMap((line) => /(?:building|checking|hash mismatch|specified:|got:).*/.exec(line) ?? [])
      expect(wordsOf(ours?.stderr)).not.toEqual([])
      expect(wordsOf(ours?.stderr)).toEqual(wordsOf(real?.stderr))
    }
  })

  it('failures end programs with the same status', async () => {
    const failures = join(both.directory, 'failures.nix')
    const script = (name: string, text: string, more = ''): string =>
      `${name} = derivation { name = "${name}"; system = "x86_64-linux"; unique = "${process.hrtime.bigint()}";
         builder = "\${tools}/bin/bash"; args = [ "-c" ${JSON.stringify(text)} ]; ${more} };`
    const sleep = `${both.tools}/bin/sleep 20`
    const fixed = `outputHashAlgo = "sha256"; outputHash = "${'1'.repeat(64)}"; outputHashMode =`
    writeFileSync(
      failures,
      `let tools = builtins.storePath "${both.tools}"; in rec {
         ${script('status', 'echo x; exit 3')} ${script('other', 'exit 4')} ${script('nothing', ':')}
         ${script('killed', 'kill -9 $$')} ${script('late', sleep)} ${script('flat', 'echo a > $out', `${fixed} "flat";`)}
         ${script('directory', 'echo > $out', `${fixed} "recursive";`)} ${script('broken', 'exit 1', `${fixed} "flat";`)}
         ${script('needs', 'echo > $out', 'inherit status;')} ${script('open', 'echo > $out', 'allowedReferences = [ ];')}
         ${script('refers', 'echo $tools > $out', 'inherit tools; allowedReferences = [ ];')}
         ${script('changing', 'echo $RANDOM$RANDOM > $out')} ${script('ours', 'echo fine > $out')}
         foreign = derivation { name = "foreign"; system = "mips64-plan9"; builder = "/bin/sh"; };
         none = derivation { name = "none"; system = "x86_64-linux"; builder = "\${tools}/bin/nobody"; }; }`,
    )
    await same('nix-build', '--no-out-link', failures, '-A', 'ours')
    const cases = [
      ...'status nothing killed flat directory broken needs refers foreign none'.split(' ').map((name) => ['-A', name]),
      ['-A', 'late', '--timeout', '1'],
      ['-A', 'late', '--max-silent-time', '1'],
      ['-A', 'status', '-A', 'other', '-k'],
      ['-A', 'status', '-A', 'flat', '-k'],
      ['-A', 'status', '-A', 'ours', '-k'],
      ['-A', 'needs', '-A', 'flat', '-k'],
    ]
    for (const args of cases) await same('nix-build', '--no-out-link', failures, ...args)
    for (const name of ['status', 'nothing', 'flat', 'needs', 'foreign'])
      await same('nix', 'build', '--no-link', '-f', failures, name)
    for (const { client } of [both.nix, both.strata])
      await client('nix-build', ['--no-out-link', failures, '-A', 'changing'])
    await same('nix-build', '--no-out-link', failures, '-A', 'changing', '--check')
    await same('nix-store', '--realise', missing)
  })

  it('questions have the same answers', async () => {
    const drv = await same('nix-instantiate', file, '-A', 'top')
    const dep = await same('nix-build', '--no-out-link', file, '-A', 'dep')
    const [out = ''] = (await same('nix-store', '--realise', drv)).split('\n')
    const questions = 'references referrers requisites referrers-closure deriver hash size tree graph graphml'.split(
      ' ',
    )
    await Promise.all(
      [...questions, 'valid-derivers', 'outputs'].flatMap((question) =>
        [drv, dep, out, missing].map((path) => same('nix-store', '--query', `--${question}`, path)),
      ),
    )
    await same('nix-store', '--query', '--binding', 'name', drv)
    await same('nix-store', '--query', '--requisites', '--include-outputs', drv)
    await same('nix-store', '--query', '--use-output', '--references', drv)
    await same('nix-store', '--query', '--force-realise', '--hash', drv)
    await same('nix-store', '--check-validity', '--print-invalid', drv, missing)
    await same('nix-store', '--check-validity', drv, missing)
    await same('nix-store', '--dump-db', dep, drv)
    await same('nix-store', '--verify-path', dep)
    await same('nix', 'path-info', '-rsSh', dep)
    await same('nix', 'why-depends', out, both.tools)
    await same('nix', 'store', 'verify', '--no-trust', dep)
    await same('nix-store', '--delete', dep)
  })

  it('files that are added have the same names', async () => {
    const [one] = await Promise.all([
      same('nix-store', '--add', tree),
      same('nix-store', '--add-fixed', '--recursive', 'sha1', tree),
      same('nix-store', '--add-fixed', 'md5', join(tree, 'file')),
      same('nix', 'store', 'add-path', tree, '--name', 'named'),
      same('nix', 'store', 'add-file', join(tree, 'file')),
    ])
    await same('nix', 'store', 'ls', '-lR', one)
    await same('nix', 'store', 'cat', `${one}/file`)
    await same('nix', 'store', 'dump-path', one)
    await same('nix-store', '--export', one)
    await same('nix', 'store', 'delete', one)
    await same('nix-store', '--load-db')
  })
})
