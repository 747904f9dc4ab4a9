/** The builtins that make the first items, before any program can run in a sandbox. */
import { readFileSync } from 'node:fs'
import { StrataError } from '../../../lang/conditions/index.ts'
import { type SeedItemName, unpackNodeItem, unpackSeedItem } from '../../bootstrap/index.ts'
import type { Derivation } from '../../formats/index.ts'
import { attribute, type Builtin, outputOf } from './request.ts'

function references(derivation: Derivation): { glibc?: string; 'gcc-lib'?: string } {
  const glibc = derivation.environment.get('glibc')
  const gccLib = derivation.environment.get('gcc-lib')
  return { ...(glibc === undefined ? {} : { glibc }), ...(gccLib === undefined ? {} : { 'gcc-lib': gccLib }) }
}

const seedItemNames: readonly SeedItemName[] = ['glibc', 'gcc-lib', 'gcc', 'binutils', 'tools']

export const unpackDebs: Builtin = async (request) => {
  const { store, derivation } = request
  const name = attribute(derivation, 'item')
  const item = seedItemNames.find((known) => known === name)
  if (item === undefined) throw new StrataError('bad-derivation', `builtin:unpack-debs knows no item ${name}`)
  const specs = derivation.environment.get('specs')
  await unpackSeedItem({
    item,
    self: attribute(derivation, 'out'),
    references: references(derivation),
    ...(specs === undefined ? {} : { specs: readFileSync(store.physical(specs), 'utf8') }),
    debs: attribute(derivation, 'debs')
      .split(' ')
      .map((path) => store.physical(path)),
    output: outputOf(request),
  })
}

export const unpackNode: Builtin = async (request) => {
  const { store, derivation } = request
  unpackNodeItem({
    references: { glibc: attribute(derivation, 'glibc'), 'gcc-lib': attribute(derivation, 'gcc-lib') },
    package: store.physical(attribute(derivation, 'package')),
    output: outputOf(request),
  })
}
