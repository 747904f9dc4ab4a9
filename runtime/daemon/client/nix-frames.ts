/** What daemons of Nix send to clients of version 0x11a and later between a request and its reply: activities, from which
 *  the lines of build logs are taken, and errors with their parts. Format: libstore/daemon.cc, libutil/logging.hh. */

/** Reads the values of a frame. */
export interface FrameReader {
  number(): number
  long(): bigint
  string(): string
}

export const activityFrames = { start: 0x53545254n, stop: 0x53544f50n, result: 0x52534c54n } as const

/** Messages of a higher level are for those who debug. */
const mostInformative = 3
const logLineResults: ReadonlySet<number> = new Set([101, 107])

/** The text that FRAME, one of `activityFrames`, shows to the user, if any. */
export function readActivity(frame: bigint, reader: FrameReader): string | undefined {
  reader.long()
  if (frame === activityFrames.stop) return undefined
  if (frame === activityFrames.start) {
    const level = reader.number()
    reader.number()
    const text = reader.string()
    readFields(reader)
    reader.long()
    return level <= mostInformative && text !== '' ? text : undefined
  }
  const type = reader.number()
  const fields = readFields(reader)
  return logLineResults.has(type) ? fields[0] : undefined
}

/** The fields that are texts. */
function readFields(reader: FrameReader): string[] {
  const texts: string[] = []
  for (let left = reader.number(); left > 0; left--) {
    if (reader.number() === 0) reader.long()
    else texts.push(reader.string())
  }
  return texts
}

/** The message of an error that is sent in parts. */
export function readStructuredError(reader: FrameReader): string {
  reader.string()
  reader.number()
  reader.string()
  const message = reader.string()
  reader.number()
  for (let traces = reader.number(); traces > 0; traces--) {
    reader.number()
    reader.string()
  }
  return message
}

const escapeSequence = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g')

/** MESSAGE without what it has for a terminal. */
export function plainMessage(message: string): string {
  return message
    .replace(escapeSequence, '')
    .replace(/^error: /, '')
    .trimEnd()
}
