/** Questions about what servers of substitutes have. */
import type { StorePath } from '../../formats/index.ts'
import { type Substitute, type SubstituteServers, substituteServers } from '../../substitutes/index.ts'
import type { WireWriter } from '../protocol/index.ts'
import { type Operation, readPath, readPaths } from './operations.ts'
import type { Session } from './session.ts'

/** The servers of a session, and the addresses they were made for: options may change them. */
const servers = new WeakMap<Session, { readonly key: string; readonly servers: SubstituteServers | undefined }>()

function serversOf(session: Session): SubstituteServers | undefined {
  const addresses = session.settings.substituteUrls
  const key = addresses.join(' ')
  let known = servers.get(session)
  if (known?.key !== key) {
    const warn = (message: string): void => session.log(`warning: ${message}\n`)
    known = { key, servers: substituteServers(session.store, addresses, warn) }
    servers.set(session, known)
  }
  return known?.servers
}

async function available(session: Session, paths: readonly StorePath[]): Promise<readonly Substitute[]> {
  return (await serversOf(session)?.available(paths)) ?? []
}

function writeInfo(writer: WireWriter, { info, source }: Substitute): void {
  writer.string(info.deriver ?? '').strings(info.references)
  writer.number(source.fileSize ?? 0).number(info.narSize)
}

export const hasSubstitutes: Operation = async (session) => {
  const path = await readPath(session.input)
  return async (writer) => writer.bool((await available(session, [path])).length > 0)
}

export const substitutablePaths: Operation = async (session) => {
  const paths = await readPaths(session.input)
  return async (writer) => writer.strings((await available(session, paths)).map(({ info }) => info.storePath))
}

export const substitutablePathInfo: Operation = async (session) => {
  const path = await readPath(session.input)
  return async (writer) => {
    const [substitute] = await available(session, [path])
    writer.bool(substitute !== undefined)
    if (substitute !== undefined) writeInfo(writer, substitute)
  }
}

export const substitutablePathInfos: Operation = async (session) => {
  const paths = await readPaths(session.input)
  return async (writer) => {
    const substitutes = await available(session, paths)
    writer.number(substitutes.length)
    for (const substitute of substitutes) writeInfo(writer.string(substitute.info.storePath), substitute)
  }
}
