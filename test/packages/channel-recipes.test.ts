/** Recipes in the style of channels, for nearly every build system and way to make variants: their derivations are those that
 *  Guix 1.4.0 made of the same files.  It takes Guix's own packages: STRATA_GUIX_TREE names a directory with its source. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { removeTree } from '../../runtime/store/index.ts'

const command = resolve(import.meta.dirname, '../../runtime/cli/strata')
const script = resolve(import.meta.dirname, '../harness/guix-derivations/lower.scm')
const fixtures = resolve(import.meta.dirname, '../fixtures/channel-recipes')
const tree = process.env.STRATA_GUIX_TREE
if (tree === undefined) console.log('skipped: recipes of channels (STRATA_GUIX_TREE names no source of Guix 1.4.0)')

const directory = mkdtempSync(join(tmpdir(), 'strata-channel-recipes-'))
afterAll(() => removeTree(directory))

function sortedLines(text: string): string[] {
  return text.trim().split('\n').toSorted()
}

test.skipIf(tree === undefined)(
  'recipes of channels have the derivations that Guix gives them',
  () => {
    const collection = join(directory, 'collection')
    mkdirSync(join(collection, 'gnu'), { recursive: true })
    for (const name of ['packages', 'artwork.scm'])
      symlinkSync(join(tree ?? '', 'gnu', name), join(collection, 'gnu', name))
    const { stdout, stderr } = spawnSync(
      command,
      ['-L', collection, '-L', fixtures, script, 'sample-binaries', 'sample-build-systems', 'sample-variants'],
      {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
        env: {
          ...process.env,
          STRATA_ROOT: join(directory, 'root'),
          GUIX_PACKAGE_PATH: `${collection}:${fixtures}`,
          NODE_OPTIONS: '--max-old-space-size=6000',
        },
      },
    )
    const expected = readFileSync(join(fixtures, 'guix-1.4.0.derivations'), 'utf8')
    const found = stdout.replace(/^(\S+) \S+ /gm, '$1 ')
    expect(found === '' ? stderr : sortedLines(found)).toEqual(sortedLines(expected))
  },
  400_000,
)
