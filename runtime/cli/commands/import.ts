/** `strata import`: definitions of packages that others describe. Options of `guix import`, and `--insert` of its later
 *  versions. */
import type { Command } from 'commander'
import { collect } from '../options.ts'
import { callScript } from '../scheme-calls.ts'

interface Options {
  readonly recursive?: boolean
  readonly insert?: string
  readonly loadPath: readonly string[]
}

export function declareImport(program: Command): void {
  const importer = program
    .command('import')
    .description('print the definition of a package that others describe')
    .addHelpText(
      'after',
      `
Examples:
  strata import npm left-pad@1.3.0
  strata import npm -r --insert=packages/node.scm semver
  strata import json package.json`,
    )
  importer
    .command('npm')
    .description('import a package of the npm registry')
    .argument('<package>', 'the name there, with @VERSION, @RANGE or @TAG for another version than the latest')
    .option('-r, --recursive', 'define what the package needs, too, unless the collection has it')
    .option('-i, --insert <file>', 'put the definitions into the module FILE, in alphabetical order')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .action((specification: string, { recursive, insert, loadPath }: Options) => {
      callScript('import', 'import-npm', [specification], { loadPath, keywords: { 'recursive?': recursive, insert } })
    })
  importer
    .command('json')
    .description('import packages that a file describes in JSON')
    .argument('<file>', 'a description, or an array of them, each after what it refers to')
    .option('-i, --insert <file>', 'put the definitions into the module FILE, in alphabetical order')
    .option('-L, --load-path <dir>', 'look for package modules in DIR first', collect, [])
    .action((file: string, { insert, loadPath }: Options) => {
      callScript('import', 'import-json', [file], { loadPath, keywords: { insert } })
    })
}
