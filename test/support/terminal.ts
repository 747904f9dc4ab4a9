/** A program on a pseudo-terminal, which script(1) of util-linux makes; tests type and wait for what appears. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'

export class TerminalProcess {
  readonly #child: ChildProcessWithoutNullStreams
  #output = ''
  /** Plain output before this place was waited for already. */
  #seen = 0
  #closed = false
  #wake: () => void = () => undefined

  constructor(command: readonly string[], env: Readonly<Record<string, string>>) {
    const line = command.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
    this.#child = spawn('script', ['-qefc', `stty cols 100 rows 40; exec ${line}`, '/dev/null'], {
      env: { ...process.env, ...env },
    })
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text
      this.#wake()
    })
    this.#child.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  type(text: string): void {
    this.#child.stdin.write(text)
  }

  /** Wait until EXPECTED appears after what was waited for last; the text up to its end, escape sequences left out. */
  async expect(expected: string | RegExp): Promise<string> {
    for (;;) {
      const fresh = plain(this.#output).slice(this.#seen)
      const match = typeof expected === 'string' ? fresh.indexOf(expected) : fresh.search(expected)
      if (match >= 0) {
        const length = typeof expected === 'string' ? expected.length : (expected.exec(fresh)?.[0].length ?? 0)
        this.#seen += match + length
        return fresh.slice(0, match + length)
      }
      if (this.#closed) throw new Error(`ended without ${expected}:\n${fresh}`)
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** The status, once the program has ended. */
  async ended(): Promise<number | null> {
    while (!this.#closed) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
    return this.#child.exitCode
  }

  /** Everything that appeared, with its escape sequences. */
  get output(): string {
    return this.#output
  }

  kill(): void {
    this.#child.kill('SIGKILL')
  }
}

/** TEXT without escape sequences. */
export function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is left out
  return text.replace(/\x1b\[[?\d;]*[a-zA-Z]/g, '').replaceAll('\r', '')
}
