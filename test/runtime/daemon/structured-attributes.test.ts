/** Derivations with Nix's structured attributes, and graphs of references: built by strata's daemon and by the real
 *  nix-daemon, the results are the same. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BothDaemons, type Printed, type Served, startBothDaemons } from '../../support/both-daemons.ts'
import { isInstalled } from '../../support/programs.ts'
import { seededStore } from '../../support/seeded-store.ts'

const isRoot = process.geteuid?.() === 0
const seeded = isInstalled('nix-daemon') && isRoot ? await seededStore() : undefined
if (seeded === undefined) console.log('skipped: a nix-daemon that builds has to be started by root')

/** TEXT as a string of Nix. */
function nixString(text: string): string {
  return `"${text.replace(/["\\]|\$\{/g, '\\$&')}"`
}

describe.skipIf(seeded === undefined)('built by strata and by nix-daemon', () => {
  if (seeded === undefined) return
  let both: BothDaemons
  beforeAll(async () => {
    both = await startBothDaemons(seeded)
  })
  afterAll(() => both?.stop())

  let expressions = 0
  /** A file with an expression of a derivation with these ATTRIBUTES, whose builder runs SCRIPT. */
  const expression = (attributes: string, script: string): string => {
    const file = join(both.directory, `expression-${expressions++}.nix`)
    writeFileSync(
      file,
      `let tools = builtins.storePath "${both.tools}"; text = builtins.toFile "text" "some text: \${tools}"; in
       derivation ({ name = "attributes"; system = "x86_64-linux"; unique = "${process.hrtime.bigint()}";
         builder = "\${tools}/bin/bash"; args = [ "-c" ${nixString(script)} ]; } // { ${attributes} })`,
    )
    return file
  }
  const build = (served: Served, file: string): Promise<Printed> =>
    served.client('nix-build', ['--no-out-link', '--no-substitute', file])
  /** What both built from the expression: they have to be equal. */
  const result = async (attributes: string, script: string): Promise<string> => {
    const file = expression(attributes, script)
    const [real, ours] = [await build(both.nix, file), await build(both.strata, file)]
    expect(ours).toMatchObject({ code: 0, stdout: real.stdout })
    const path = real.stdout.trim()
    const text = readFileSync(both.strata.physical(path), 'utf8')
    expect(text).toBe(readFileSync(both.nix.physical(path), 'utf8'))
    return text
  }
  /** What strata says of an expression that both refuse to build. */
  const refusal = async (attributes: string, script: string): Promise<string> => {
    const file = expression(attributes, script)
    expect((await build(both.nix, file)).code).not.toBe(0)
    const ours = await build(both.strata, file)
    expect(ours.code).not.toBe(0)
    return ours.stderr
  }

  const output = (name: string): string => `"\${outputs[${name}]}"`
  const showFiles = `. ./.attrs.sh; echo "$(<.attrs.json)$(<.attrs.sh) \${text-no variable}" > ${output('out')}`

  it('attributes of every kind are in files, not in the environment', async () => {
    const text = await result(
      String.raw`__structuredAttrs = true; outputs = [ "out" "dev" ]; passAsFile = [ "string" ];
        string = "it's \"quoted\" \\ \n line \t tab é"; place = builtins.placeholder "dev";
        int = 42; negative = -7; big = 5000000000; float = 1.5; whole = 2.0; small = 0.000001; large = 1.0e30;
        yes = true; no = false; nothing = null; list = [ 1 "two" true null ]; mixed = [ 1 [ 2 ] ]; empty = [ ];
        floats = [ 1.5 ]; set = { a = 1; "b c'd" = "x"; }; nested = { a = { b = 1; }; }; "no-name" = 1; none = { };
        "10" = 1; "9" = 2; _x = "u"; Z = 1; "ä" = 1;`,
      `${showFiles}; : > ${output('dev')}`,
    )
    expect(text).toContain('"list":[1,"two",true,null]')
    expect(text).toContain("declare -a list=(1 'two' 1 '' )\n")
    expect(text).toContain(' no variable\n')
    expect(text).toMatch(/"place":"\/gnu\/store\/[0-9a-z]{32}-attributes-dev"/)
  })

  it('the files are where the environment says', async () => {
    const file = expression(
      '__structuredAttrs = true; word = "found";',
      `. "$NIX_ATTRS_SH_FILE"; echo $word; read -r json < "$NIX_ATTRS_JSON_FILE"; echo "$json"; : > ${output('out')}`,
    )
    // The names that Nix 2.8 gives are of the host: only without a sandbox are the files there.
    expect((await build(both.strata, file)).stderr).toMatch(/found\n\{.*"word":"found"\}\n/)
  })

  it('closures are described in JSON', async () => {
    const text = await result(
      `__structuredAttrs = true;
       exportReferencesGraph = { graph = [ tools ]; both = [ tools text ]; };`,
      showFiles,
    )
    expect(text).toContain('"ca":"text:sha256:')
    expect(text).toMatch(/"graph":\[\{"closureSize":\d+,"narHash":"sha256:[0-9a-z]{52}","narSize":\d+,"path":/)
  })

  it('closures are listed for other derivations', async () => {
    const text = await result(
      'exportReferencesGraph = [ "first" tools "second" text ]; inherit text tools;',
      'echo "$(<first)" "$(<second)" > $out',
    )
    expect(text).toContain(`${both.tools}\n\n3\n`)
  })

  it('derivations are listed with their outputs', async () => {
    const other = `derivation { name = "other"; system = "x86_64-linux"; builder = tools + "/bin/bash";
                               args = [ "-c" "echo \${tools} > $out" ]; }`
    const text = await result(
      `exportReferencesGraph = [ "graph" (${other}).drvPath ]; inherit tools;`,
      'echo "$(<graph)" > $out',
    )
    expect(text).toMatch(/-other\n\n1\n.*-other\.drv\n/s)
  })

  it('variables are passed as files, with the places of outputs', async () => {
    const text = await result(
      'long = "x " + builtins.placeholder "out"; passAsFile = [ "long" ]; place = builtins.placeholder "out";',
      'echo "$(<$longPath) $place ${long-none}" > $out',
    )
    expect(text).toMatch(/^x (\S+) \1 none\n$/)
  })

  it.each([
    ['allowedReferences = [ ]', 'is not allowed to refer to'],
    ['disallowedReferences = [ tools ]', 'is not allowed to refer to'],
    ['allowedRequisites = [ tools ]', 'is not allowed to refer to'],
    ['disallowedRequisites = [ tools ]', 'is not allowed to refer to'],
    ['allowedReferences = [ "nothing" ]', "invalid reference specifier 'nothing'"],
    ['allowedReferences = [ 1 ]', 'list of strings'],
    ['maxSize = 100', 'is too large at 176 bytes; limit is 100 bytes'],
    ['maxClosureSize = 10000', /is too large at \d+ bytes; limit is 10000 bytes/],
  ])('an output may not break its check: %s', async (check, message) => {
    const checks = `__structuredAttrs = true; inherit tools; outputChecks.out = { ${check}; };`
    const said = await refusal(checks, `. ./.attrs.sh; echo $tools > ${output('out')}`)
    expect(said).toMatch(message)
  })

  it('an output keeps its checks, which others do not have', async () => {
    await result(
      `__structuredAttrs = true; inherit tools; outputs = [ "out" "dev" ];
       outputChecks.out = { maxSize = 1000; maxClosureSize = 100000000; allowedReferences = [ tools "dev" ];
                            disallowedReferences = [ "out" ]; };
       outputChecks.dev.allowedRequisites = [ "dev" ];`,
      `. ./.attrs.sh; echo dev > ${output('dev')}; echo $tools ${output('dev')} > ${output('out')}`,
    )
  })

  it.each([
    ['exportReferencesGraph = { graph = [ "/elsewhere" ]; }', /not in the store/],
    ['exportReferencesGraph = { graph = [ 1 ]; }', /list of strings/],
    ['exportReferencesGraph = { graph = "text"; }', /list of strings/],
  ])('a graph of nothing is refused: %s', async (attributes, message) => {
    expect(await refusal(`__structuredAttrs = true; ${attributes};`, showFiles)).toMatch(message)
  })
})
