/** Build events as lines for a person, on standard error.
 *  The only place that knows whether it is a terminal; everything else works on the events. */
import { writeSync } from 'node:fs'
import { isatty } from 'node:tty'
import type { BuildEvent } from '../builds/index.ts'

const terminal = isatty(2)
let progressShown = false
let lastProgress = 0

function print(line: string): void {
  const text = progressShown ? `\r\x1b[K${line}\n` : `${line}\n`
  progressShown = false
  try {
    writeSync(2, text)
  } catch {
    // Nobody reads: builds go on all the same.
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** Print EVENT; the lines of a build's log as they are. */
export function printBuildEvent(event: BuildEvent): void {
  switch (event.kind) {
    case 'build-started':
      print(`building ${event.derivation}...`)
      break
    case 'build-log':
      print(event.line)
      break
    case 'build-succeeded':
      print(`successfully built ${event.derivation}`)
      break
    case 'build-failed':
      print(`build of ${event.derivation} failed`)
      break
    case 'build-waiting':
      print(`waiting for the build of ${event.derivation} by another process`)
      break
    case 'substitution-started':
      print(`substituting ${event.item} from ${event.url}...`)
      break
    case 'substitution-failed':
    case 'substitution-warning':
      print(`warning: ${event.message}`)
      break
    case 'substitution-progress':
    case 'download-progress':
      if (terminal && Date.now() - lastProgress > 100) {
        lastProgress = Date.now()
        const total = event.total === undefined ? '' : ` of ${megabytes(event.total)}`
        writeSync(
          2,
          `\r\x1b[K  ${'item' in event ? event.item.slice(44) : event.file}: ${megabytes(event.received)}${total}`,
        )
        progressShown = true
      }
      break
    // That a download begins or fails is in the build's log.
    case 'substitution-succeeded':
    case 'download-succeeded':
      if (progressShown) {
        writeSync(2, '\r\x1b[K')
        progressShown = false
      }
      break
  }
}
