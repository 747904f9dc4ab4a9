/** The programs that set up a sandbox: strata's own launcher, and before that is built, bubblewrap.
 *  Here they get the same description in their own languages; what to show in it is sandbox.ts. */
import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'

export interface SandboxMount {
  readonly kind: 'bind' | 'bind-writable' | 'device'
  /** On the host. */
  readonly source: string
  /** In the sandbox. */
  readonly target: string
}

/** What lies in the sandbox beside what is mounted; each entry after the directory above it. */
export type SandboxEntry =
  | { readonly kind: 'directory'; readonly path: string }
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'link'; readonly path: string; readonly target: string }

export type SandboxIdentity =
  /** A user namespace in which the caller appears as this user. */
  | { readonly kind: 'mapped'; readonly uid: number; readonly gid: number }
  /** Become this user; only root can. */
  | { readonly kind: 'user'; readonly uid: number; readonly gid: number; readonly groups: readonly number[] }

export interface SandboxDescription {
  /** An empty directory on the host where `/` is made. */
  readonly root: string
  readonly entries: readonly SandboxEntry[]
  readonly identity: SandboxIdentity
  readonly network: boolean
  readonly linux32: boolean
  /** Whether the kernel is to call itself 2.6. */
  readonly linux26: boolean
  readonly mounts: readonly SandboxMount[]
  readonly directory: string
  readonly environment: ReadonlyMap<string, string>
  readonly program: string
  /** From argv[0] on. */
  readonly arguments: readonly string[]
}

export type Launcher =
  | { readonly kind: 'strata'; readonly program: string }
  /** COMMAND starts bubblewrap, for example through the dynamic loader of the seed. */
  | { readonly kind: 'bubblewrap'; readonly command: readonly string[] }

/** How a sandboxed program ended. `setup-failed`: it never started. */
export type SandboxEnd =
  | { readonly kind: 'exit'; readonly status: number }
  | { readonly kind: 'signal'; readonly signal: number | string }
  | { readonly kind: 'setup-failed'; readonly message: string }

export interface SandboxedProcess {
  readonly pid: number
  readonly ended: Promise<SandboxEnd>
  /** Kill everything in the sandbox. */
  kill(): void
}

function launcherWords(description: SandboxDescription): string[] {
  const { identity } = description
  const words = ['parent', String(process.pid), 'root', description.root]
  if (identity.kind === 'mapped') words.push('user', String(identity.uid), String(identity.gid))
  else words.push('become', String(identity.uid), String(identity.gid), identity.groups.join(','))
  if (description.network) words.push('network')
  if (description.linux32) words.push('linux32')
  if (description.linux26) words.push('linux26')
  for (const entry of description.entries) words.push(`make-${entry.kind}`, ...entryOperands(entry))
  for (const { kind, source, target } of description.mounts) words.push(kind, source, target)
  words.push('proc', '/proc', 'tmpfs', '/dev/shm', 'devpts', '/dev/pts', 'directory', description.directory)
  for (const [name, value] of description.environment) words.push('env', `${name}=${value}`)
  words.push('exec', description.program, ...description.arguments)
  return words
}

function entryOperands(entry: SandboxEntry): string[] {
  if (entry.kind === 'directory') return [entry.path]
  return [entry.path, entry.kind === 'file' ? entry.text : entry.target]
}

/** Make the entries on disk, for bubblewrap. */
function makeEntries({ root, entries }: SandboxDescription): void {
  for (const entry of entries) {
    const file = join(root, entry.path)
    if (entry.kind === 'directory') mkdirSync(file, { mode: 0o755 })
    else if (entry.kind === 'file') writeFileSync(file, entry.text, { mode: 0o644, flag: 'wx' })
    else symlinkSync(entry.target, file)
  }
}

function bubblewrapArguments(description: SandboxDescription, atTerminal: boolean): string[] {
  const { identity } = description
  const words = ['--unshare-user', '--uid', String(identity.uid), '--gid', String(identity.gid)]
  words.push('--unshare-ipc', '--unshare-pid', '--unshare-uts', '--hostname', 'localhost', '--as-pid-1')
  words.push('--die-with-parent', ...(description.network ? [] : ['--unshare-net']))
  // A shell that lost its session has no control of jobs.
  if (!atTerminal) words.push('--new-session')
  words.push('--ro-bind', description.root, '/')
  for (const { kind, source, target } of description.mounts)
    if (kind !== 'device') words.push(kind === 'bind' ? '--ro-bind' : '--bind', source, target)
  words.push('--proc', '/proc', '--dev', '/dev', '--chdir', description.directory, '--clearenv')
  for (const [name, value] of description.environment) words.push('--setenv', name, value)
  return [...words, '--', description.program, ...description.arguments.slice(1)]
}

async function textOf(stream: Readable | null | undefined): Promise<string> {
  if (stream === null || stream === undefined) return ''
  const pieces: Buffer[] = []
  for await (const piece of stream) pieces.push(Buffer.from(piece))
  return Buffer.concat(pieces).toString()
}

function childEnd(child: ChildProcess): Promise<{ status: number | null; signal: NodeJS.Signals | null }> {
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (status, signal) => resolve({ status, signal }))
  })
}

function statusStream(child: ChildProcess): Readable | undefined {
  const stream = child.stdio[3]
  return stream !== null && stream !== undefined && 'read' in stream ? stream : undefined
}

async function strataEnd(child: ChildProcess): Promise<SandboxEnd> {
  const [end, report, complaint] = await Promise.all([
    childEnd(child),
    textOf(statusStream(child)),
    textOf(child.stderr),
  ])
  const [, kind, detail] = /^(error|exit|signal) (.*)/m.exec(report) ?? []
  if (kind === 'exit') return { kind: 'exit', status: Number(detail) }
  if (kind === 'signal') return { kind: 'signal', signal: Number(detail) }
  if (kind === 'error') return { kind: 'setup-failed', message: detail ?? '' }
  if (end.signal !== null) return { kind: 'signal', signal: end.signal }
  return { kind: 'setup-failed', message: complaint.trim() || `the launcher ended with status ${end.status}` }
}

async function bubblewrapEnd(child: ChildProcess, onOutput: (bytes: Uint8Array) => void): Promise<SandboxEnd> {
  const complaints: Buffer[] = []
  child.stderr?.on('data', (bytes: Buffer) => {
    complaints.push(bytes)
    onOutput(bytes)
  })
  const { status, signal } = await childEnd(child)
  if (signal !== null) return { kind: 'signal', signal }
  const [, complaint] = /^bwrap: (.*)/m.exec(Buffer.concat(complaints).toString()) ?? []
  if (status === 1 && complaint !== undefined) return { kind: 'setup-failed', message: complaint }
  return { kind: 'exit', status: status ?? 1 }
}

/** Start DESCRIPTION's program. CONTROLFILE is a name for a short-lived file of the launcher's. ONOUTPUT gets what the
 *  program writes; `terminal' lets it read from and write to ours, of which only bubblewrap lets it keep control. */
export function startSandbox(
  launcher: Launcher,
  description: SandboxDescription,
  controlFile: string,
  onOutput: ((bytes: Uint8Array) => void) | 'terminal',
): SandboxedProcess {
  const shared = onOutput === 'terminal'
  let child: ChildProcess
  if (launcher.kind === 'strata') {
    writeFileSync(
      controlFile,
      launcherWords(description)
        .map((word) => `${word}\0`)
        .join(''),
      { mode: 0o600 },
    )
    const stdio: StdioOptions = shared ? ['inherit', 'inherit', 'inherit', 'pipe'] : ['ignore', 'pipe', 'pipe', 'pipe']
    child = spawn(launcher.program, [controlFile], { stdio, env: {}, cwd: '/' })
  } else {
    // What controls jobs in the sandbox takes the terminal, and cannot see to whom it should give it back: a shell can.
    makeEntries(description)
    const [program = '', ...first] = launcher.command
    const words = [...first, ...bubblewrapArguments(description, shared)]
    child = shared
      ? spawn('/bin/sh', ['-m', '-c', '"$@"; exit $?', 'sh', program, ...words], {
          stdio: 'inherit',
          env: {},
          cwd: '/',
        })
      : spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: {}, cwd: '/' })
  }
  const listen = shared ? () => undefined : onOutput
  child.stdout?.on('data', listen)
  const ended = launcher.kind === 'strata' ? strataEnd(child) : bubblewrapEnd(child, listen)
  // Strata's own launcher ends when nothing of the build is left; bubblewrap's sandbox dies with it.
  const signal = launcher.kind === 'strata' ? 'SIGTERM' : 'SIGKILL'
  return { pid: child.pid ?? 0, ended, kill: () => child.kill(signal) }
}
