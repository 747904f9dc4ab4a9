/** Operations that add to the store: files and texts that a client sends, archives in and out. */
import { StrataError } from '../../../lang/conditions/index.ts'
import { isHashAlgorithm } from '../../formats/index.ts'
import { exportItem, Import, NarAddition } from '../../store/index.ts'
import { type Operation, readPath, readPaths } from './operations.ts'
import { judgeOf, signerOf } from './trust.ts'

export const addText: Operation = async ({ input, store }) => {
  const name = await input.string()
  const text = await input.bytes()
  const references = await readPaths(input)
  return (writer) => {
    writer.string(store.addText(name, text, references))
  }
}

/** A NAR and how its content is to be named. The first flag is 0 in what old clients send, who mean SHA-256 and the
 *  whole tree, whatever follows. */
export const addToStore: Operation = async ({ input, store }) => {
  const name = await input.string()
  const fixed = await input.bool()
  const recursive = await input.bool()
  const algorithm = await input.string()
  const method = fixed ? { recursive, algorithm } : { recursive: true, algorithm: 'sha256' }
  if (!isHashAlgorithm(method.algorithm)) {
    throw new StrataError('bad-hash-algorithm', `unknown hash algorithm \`${method.algorithm}'`)
  }
  const addition = new NarAddition(store, { recursive: method.recursive, algorithm: method.algorithm })
  try {
    await input.nar(addition.visitor, (bytes) => addition.onNar(bytes))
  } catch (error) {
    addition.close()
    throw error
  }
  return (writer) => {
    try {
      writer.string(addition.finish(name))
    } finally {
      addition.close()
    }
  }
}

export const exportPath: Operation = async (session) => {
  const path = await readPath(session.input)
  const sign = await session.input.bool()
  return async (writer) => {
    const sink = session.outputSink()
    exportItem(session.store, path, sink.write, sign ? signerOf(session) : undefined)
    sink.end()
    await session.drain()
    writer.number(1)
  }
}

export const importPaths: Operation = async (session) => async (writer) => writer.strings(await receive(session))

async function receive(session: Parameters<Operation>[0]): Promise<readonly string[]> {
  const importing = new Import(session.store, judgeOf(session), {
    acceptsProven: session.dialect === 'nix',
    deduplicate: session.settings.deduplicates,
  })
  let have = new Uint8Array()
  try {
    while (!importing.done) {
      const { size, exact } = importing.wanted
      while (have.length < (exact ? size : 1)) {
        const more = await session.readInput()
        if (more.length === 0) throw new StrataError('bad-archive', 'unexpected end of the imported archive')
        have = Buffer.concat([have, more])
      }
      const piece = have.subarray(0, Math.min(size, have.length))
      have = have.subarray(piece.length)
      importing.push(piece)
    }
    return importing.paths
  } finally {
    importing.close()
  }
}
