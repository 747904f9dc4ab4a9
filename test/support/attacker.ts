/** Hostile builds for the security tests: a program with the tricks (test/security/attack.c), compiled by the seed's
 *  gcc, builds that run it, and the accomplice that runs outside of the sandbox. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { StrataError } from '../../lang/conditions/index.ts'
import { outputPath } from '../../runtime/bootstrap/index.ts'
import { type BuildFailure, type BuildOptions, realise } from '../../runtime/builds/index.ts'
import type { MadeDerivation } from '../../runtime/derivations/index.ts'
import { encodeText, storePathName } from '../../runtime/formats/index.ts'
import type { SeededStore, ShellBuild } from './seeded-store.ts'

export interface Outcome {
  readonly lines: readonly string[]
  readonly failure: BuildFailure | undefined
}

export class Attacker {
  readonly seeded: SeededStore
  readonly #program: MadeDerivation

  private constructor(seeded: SeededStore, program: MadeDerivation) {
    this.seeded = seeded
    this.#program = program
  }

  static async prepare(seeded: SeededStore): Promise<Attacker> {
    const { store, seed } = seeded
    const text = readFileSync(join(import.meta.dirname, '../security/attack.c'))
    const source = store.addText('attack.c', encodeText(text.toString()), [])
    const path = [seed.gcc, seed.binutils, seed.tools].map((made) => `${outputPath(made)}/bin`).join(':')
    const script = 'mkdir -p $out/bin; gcc -O2 -w -static -o $out/bin/attack -x c $source'
    const program = seeded.shellBuild('attack', script, {
      inputs: [seed.gcc, seed.binutils],
      sources: [source],
      environment: { PATH: path, source, unique: '' },
    })
    await realise(store, [program.path])
    return new Attacker(seeded, program)
  }

  /** The program on the host. */
  get hostProgram(): string {
    return this.seeded.store.physical(`${outputPath(this.#program)}/bin/attack`)
  }

  /** A derivation that runs SCRIPT, in which `attack` is the program. */
  derivation(name: string, script: string, more: ShellBuild = {}): MadeDerivation {
    const { seed } = this.seeded
    // A name of its own: a test that was ended may have left its build directory.
    return this.seeded.shellBuild(`${name}-${process.hrtime.bigint()}`, script, {
      ...more,
      inputs: [this.#program, ...(more.inputs ?? [])],
      environment: {
        ...more.environment,
        PATH: `${outputPath(this.#program)}/bin:${outputPath(seed.tools)}/bin`,
      },
    })
  }

  /** Build MADE. At each line `@ WORD` of its log ONWORD is called, and then the builder's `await WORD` returns. */
  async build(
    made: MadeDerivation,
    options: BuildOptions = {},
    onWord: (word: string) => unknown = () => {},
  ): Promise<Outcome> {
    const lines: string[] = []
    const calls: Promise<void>[] = []
    const call = async (word: string): Promise<void> => {
      await onWord(word)
      writeFileSync(join(this.buildDirectory(made), word), '')
    }
    try {
      await realise(this.seeded.store, [made.path], options, (event) => {
        if (event.kind !== 'build-log') return
        const [, word] = /^@ (\w+)$/.exec(event.line) ?? []
        if (word === undefined) lines.push(event.line)
        else calls.push(call(word))
      })
      return { lines, failure: undefined }
    } catch (error) {
      if (!(error instanceof StrataError) || error.kind !== 'build-failed') throw error
      return { lines, failure: (error.irritants as BuildFailure[])[0] }
    } finally {
      await Promise.all(calls)
    }
  }

  /** For scripts: `reach WORD` tells the test that WORD is reached, and waits until it has done its part. */
  static readonly reach = 'reach () { echo "@ $1"; until [ -e $NIX_BUILD_TOP/$1 ]; do sleep 0.02; done; }\n'

  /** Where the running build of MADE works, on the host. */
  buildDirectory(made: MadeDerivation): string {
    const prefix = `guix-build-${storePathName(made.path)}-`
    const name = readdirSync(tmpdir()).find((entry) => entry.startsWith(prefix))
    return join(tmpdir(), name ?? 'absent', 'top')
  }

  /** What holds the sandbox of the running build of MADE, on the host. */
  sandboxDirectory(made: MadeDerivation): string {
    return `${this.seeded.store.physical(made.path)}.chroot`
  }

  /** Where the running build of MADE makes its output, on the host. */
  outputFile(made: MadeDerivation): string {
    return join(this.sandboxDirectory(made), 'store', basename(outputPath(made)))
  }
}

/** A process outside of the sandbox that waits for a descriptor over an abstract socket. */
export class Accomplice {
  readonly lines: string[] = []
  readonly #child: ChildProcessWithoutNullStreams
  readonly #waiting: (() => void)[] = []

  constructor(program: string, socket: string, user?: { readonly uid: number; readonly gid: number }) {
    this.#child = spawn(program, ['receive', socket], { stdio: 'pipe', ...user })
    createInterface({ input: this.#child.stdout }).on('line', (line) => {
      this.lines.push(line)
      for (const wake of this.#waiting.splice(0)) wake()
    })
  }

  /** Wait for a line that starts with TEXT. */
  async says(text: string): Promise<string> {
    for (;;) {
      const line = this.lines.find((one) => one.startsWith(text))
      if (line !== undefined) return line
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  tell(command: string): void {
    this.#child.stdin.write(`${command}\n`)
  }

  end(): void {
    this.#child.kill('SIGKILL')
  }
}
