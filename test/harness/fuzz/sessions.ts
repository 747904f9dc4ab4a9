/** Sessions of the daemon as a fuzzed format: what a client sends, after a handshake, to a daemon with a store of its
 *  own. The daemon has to answer in whole frames, never with a bug, and to end when the client does. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Duplex } from 'node:stream'
import { clientMagic, guixVersion, nixVersion, operations, WireWriter } from '../../../runtime/daemon/protocol/index.ts'
import { Session } from '../../../runtime/daemon/server/session.ts'
import { concatBytes, encodeText } from '../../../runtime/formats/index.ts'
import { removeTree, Store, storeLayout } from '../../../runtime/store/index.ts'
import { type FuzzedFormat, formats, narOf, storePath } from './formats.ts'
import type { Random } from './random.ts'

let opened: Store | undefined
function store(): Store {
  if (opened === undefined) {
    const root = mkdtempSync(join(tmpdir(), 'strata-fuzz-'))
    const made = new Store(storeLayout({ STRATA_ROOT: root, HOME: root }))
    opened = made
    process.once('exit', () => {
      made.close()
      removeTree(root)
    })
  }
  return opened
}

/** Scan all processes, or sweep the store: too slow for a million times. */
const slow: ReadonlySet<number> = new Set([
  operations['collect-garbage'],
  operations['find-roots'],
  operations['verify-store'],
  operations['optimize-store'],
])
const onPath = [
  'has-substitutes?',
  'query-path-hash',
  'query-references',
  'query-referrers',
  'ensure-path',
  'add-temp-root',
  'query-deriver',
  'query-derivation-outputs',
  'query-path-info',
  'query-valid-derivers',
  'valid-path?',
  'query-derivation-output-names',
] as const
const onPaths = [
  'query-valid-paths',
  'query-substitutable-paths',
  'query-substitutable-path-infos',
  'clear-failed-paths',
] as const

const exportFormat = formats.find(({ name }) => name === 'export')

function request(random: Random): Uint8Array {
  const writer = new WireWriter()
  switch (random.below(8)) {
    case 0:
      return writer
        .number(operations['add-text-to-store'])
        .string(random.pick(['name', '.name', 'a b', '']))
        .string('text')
        .strings([])
        .take()
    case 1: {
      writer
        .number(operations['add-to-store'])
        .string('tree')
        .bool(true)
        .bool(random.chance(0.8))
        .string(random.pick(['sha256', 'md5', 'foo']))
      const tree = narOf({ type: 'regular', executable: false, contents: encodeText('contents') })
      return concatBytes([writer.take(), tree])
    }
    case 2:
      return writer
        .number(operations['build-things'])
        .strings([storePath(random, '.drv')])
        .number(0)
        .take()
    case 3:
      return writer
        .number(operations[random.pick(onPaths)])
        .strings(random.list(3, () => storePath(random)))
        .take()
    case 4: {
      writer.number(operations['import-paths'])
      const bytes = exportFormat?.make(random) ?? new Uint8Array()
      return writer.bytes(bytes).bytes(new Uint8Array()).take()
    }
    case 5:
      return writer.number(operations['export-path']).string(storePath(random)).bool(false).take()
    default:
      return writer.number(operations[random.pick(onPath)]).string(storePath(random)).take()
  }
}

export const sessions: FuzzedFormat = {
  name: 'session',
  make: (random) => concatBytes(random.list(3, () => request(random))),
  check: async (input) => {
    const first = input.length >= 8 ? new DataView(input.buffer, input.byteOffset).getUint32(0, true) : 0
    if (slow.has(first)) return
    const version = input.length % 2 === 0 ? guixVersion : nixVersion
    const handshake = new WireWriter().number(clientMagic).number(version).bool(false).bool(true).take()
    const answers: Uint8Array[] = []
    const stream = new Duplex({
      read: () => {},
      write: (chunk: Uint8Array, _, done) => {
        answers.push(chunk)
        done()
      },
    })
    stream.push(handshake)
    stream.push(input)
    stream.push(null)
    await new Session(stream, { store: store(), version, trusted: input.length % 3 === 0 }).run()
    const answer = Buffer.concat(answers)
    if (answer.includes('bug in strata')) throw new Error(answer.toString('latin1').replaceAll('\0', ''))
    if (answer.length % 8 !== 0) throw new Error('an answer that is no whole number of words')
  },
}
