/** Containers of `strata shell`: a program that sees the files it is given and nothing else, at the caller's terminal.
 *  What to show is told by operations, which (guix scripts environment container) makes; the seed's bubblewrap does them.
 *  Not the sandbox of builds: there is no filter of system calls, and the program keeps its session. */
import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { seedDerivations } from '../bootstrap/index.ts'
import type { Store } from '../store/index.ts'
import { planLauncher } from './build-launcher.ts'
import type { BuildSink } from './events.ts'
import type { BuildOptions } from './options.ts'
import { realise } from './realise.ts'

/** The name of an operation, then its operands. */
export type ContainerOperation = readonly string[]

export interface ContainerProgram {
  readonly words: readonly string[]
  readonly operations: readonly ContainerOperation[]
  readonly environment: Readonly<Record<string, string>>
}

/** Run PROGRAM in its container; return its exit status, 128 and the number of the signal that ended it. */
export async function runContainer(
  store: Store,
  program: ContainerProgram,
  options: BuildOptions,
  onEvent: BuildSink,
): Promise<number> {
  const seed = seedDerivations(store)
  const plan = planLauncher(store, seed.sandbox.path)
  if ('needs' in plan) await realise(store, [plan.needs], options, onEvent)
  const launcher = plan.launcher()
  if (launcher.kind !== 'bubblewrap') throw new Error('containers are made by bubblewrap')
  const [file = '', ...first] = launcher.command
  const texts = new TextFiles()
  try {
    const words = [...first, ...bubblewrapWords(program.operations, texts), '--', ...program.words]
    const child = spawn(file, words, {
      stdio: ['inherit', 'inherit', 'inherit', ...texts.descriptors],
      env: program.environment,
    })
    return await endOf(child)
  } finally {
    texts.close()
  }
}

function endOf(child: ReturnType<typeof spawn>): Promise<number> {
  // Keys of the terminal reach the program, too: it decides.
  const ignore = (): void => {}
  const end = (): void => {
    child.kill('SIGTERM')
  }
  process.on('SIGINT', ignore).on('SIGQUIT', ignore).on('SIGTERM', end)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => {
      process.off('SIGINT', ignore).off('SIGQUIT', ignore).off('SIGTERM', end)
      resolve(status ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}

/** Texts that become files of the container, given to bubblewrap as open files. */
class TextFiles {
  readonly descriptors: number[] = []

  /** The number under which the program that is started has TEXT. */
  add(text: string): string {
    const directory = mkdtempSync(join(tmpdir(), 'strata-container-'))
    try {
      const file = join(directory, 'text')
      writeFileSync(file, text)
      this.descriptors.push(openSync(file, 'r'))
    } finally {
      rmSync(directory, { recursive: true })
    }
    return String(2 + this.descriptors.length)
  }

  close(): void {
    for (const descriptor of this.descriptors) closeSync(descriptor)
  }
}

function bubblewrapWords(operations: readonly ContainerOperation[], texts: TextFiles): string[] {
  const words = ['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-uts', '--die-with-parent']
  if (!operations.some(([kind]) => kind === 'network')) words.push('--unshare-net')
  words.push('--proc', '/proc', '--dev', '/dev', '--tmpfs', '/dev/shm')
  for (const [kind = '', first = '', second = ''] of operations) {
    switch (kind) {
      case 'network':
        break
      case 'user':
        words.push('--uid', first, '--gid', second)
        break
      case 'directory':
        words.push('--dir', first)
        break
      case 'file':
        words.push('--file', texts.add(second), first)
        break
      case 'link':
        words.push('--symlink', first, second)
        break
      case 'bind':
        words.push('--ro-bind', first, second)
        break
      case 'bind-writable':
        words.push('--bind', first, second)
        break
      case 'chdir':
        words.push('--chdir', first)
        break
      default:
        throw new StrataError('bad-operation', `containers know no operation '${kind}'`)
    }
  }
  return words
}
