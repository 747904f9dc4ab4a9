/** The file system of one build: a directory that becomes the builder's `/`, what is shown in it, and
 *  as whom the builder runs. What a builder sees follows guix-daemon (see shared facts on the sandbox). */
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, readlinkSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, normalize } from 'node:path'
import { type Derivation, isFixedOutput, type StorePath, storeDirectory } from '../formats/index.ts'
import { existsLink, removeTree, type Store } from '../store/index.ts'
import type { BuildDirectory } from './build-directory.ts'
import { acquireBuildUser, type BuildUser } from './build-users.ts'
import { builderEnvironment, etcFiles, networkFiles } from './environment.ts'
import type { SandboxDescription, SandboxEntry, SandboxIdentity, SandboxMount } from './launcher.ts'
import { rewritePlaceholders } from './placeholders.ts'
import { seizeDirectory, seizeTree } from './seize.ts'

/** Whom an ordinary user's builders are inside their user namespace. */
const insideUid = 30001
const insideGid = 30000

const devices = ['full', 'kvm', 'null', 'random', 'tty', 'urandom', 'zero']
const deviceLinks: readonly (readonly [string, string])[] = [
  ['fd', '/proc/self/fd'],
  ['stdin', '/proc/self/fd/0'],
  ['stdout', '/proc/self/fd/1'],
  ['stderr', '/proc/self/fd/2'],
  ['ptmx', '/dev/pts/ptmx'],
]

export interface SandboxRequest {
  readonly store: Store
  readonly path: StorePath
  readonly derivation: Derivation
  /** What the builder may see of the store. */
  readonly closure: readonly StorePath[]
  readonly buildDirectory: BuildDirectory
  readonly cores: number
  /** Whether the builder gets a user of its own; only root can give one. */
  readonly asUsers: boolean
  /** The group to take that user from; '' for the usual ones. */
  readonly usersGroup: string
  /** Directories of the host to show, as `DIR` or `INSIDE=DIR`. */
  readonly hostDirectories?: readonly string[]
  /** For programs that know no other version of the kernel. */
  readonly impersonateLinux26?: boolean
}

export class BuildSandbox {
  readonly description: SandboxDescription
  /** On the host; nobody else may enter it. */
  readonly #directory: string
  readonly #user: BuildUser | undefined

  constructor(request: SandboxRequest) {
    const { store, path, derivation, buildDirectory } = request
    this.#directory = `${store.physical(path)}.chroot`
    this.#user = request.asUsers ? acquireBuildUser(store.layout.state, request.usersGroup) : undefined
    const identity: SandboxIdentity =
      this.#user === undefined
        ? { kind: 'mapped', uid: insideUid, gid: insideGid }
        : { kind: 'user', uid: this.#user.uid, gid: this.#user.gid, groups: this.#user.groups }
    try {
      const fixedOutput = isFixedOutput(derivation)
      this.#prepare(identity)
      const owner = this.#user ?? { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 }
      chownSync(buildDirectory.path, owner.uid, owner.gid)
      this.description = {
        root: join(this.#directory, 'root'),
        entries: [...entriesOf(identity, fixedOutput), ...enclosingDirectories(request.hostDirectories ?? [])],
        identity,
        network: fixedOutput,
        linux32: derivation.system === 'i686-linux',
        // Where the kernel has always had another version, nobody expects that one.
        linux26: request.impersonateLinux26 === true && /^(i686|x86_64)-linux$/.test(derivation.system),
        mounts: this.#mounts(request, fixedOutput),
        directory: buildDirectory.inside,
        environment: builderEnvironment(derivation, { buildDirectory: buildDirectory.inside, cores: request.cores }),
        program: derivation.builder,
        arguments: [basename(derivation.builder), ...derivation.args.map(rewritePlaceholders(derivation))],
      }
    } catch (error) {
      this.remove()
      throw error
    }
  }

  /** A name beside the sandbox for the launcher's control file. */
  get controlFile(): string {
    return `${this.#directory}.control`
  }

  /** Who must own what the builder made. */
  get owner(): number | undefined {
    return this.#user?.uid ?? process.geteuid?.()
  }

  /** Where the builder put the output PATH, on the host. */
  outputFile(path: StorePath): string {
    return join(this.#directory, 'store', basename(path))
  }

  /** Let nobody but us in, once the builder has ended. */
  close(): void {
    for (const name of ['', 'store']) seizeDirectory(join(this.#directory, name), undefined)
  }

  remove(): void {
    removeRemains(this.#directory)
    this.#user?.release()
  }

  /** Make the directory of the sandbox: an empty one for its `/`, and what the builder may write to on disk. */
  #prepare(identity: SandboxIdentity): void {
    const directory = this.#directory
    removeRemains(directory)
    mkdirSync(directory, { mode: 0o700 })
    for (const name of ['root', 'store', 'tmp']) mkdirSync(join(directory, name), { mode: 0o755 })
    // The builder makes its outputs in the store but may not remove what is shown there.
    const outputs = join(directory, 'store')
    if (identity.kind === 'user') chownSync(outputs, 0, identity.gid)
    chmodSync(outputs, 0o1775)
    chmodSync(join(directory, 'tmp'), 0o1777)
  }

  #mounts(request: SandboxRequest, fixedOutput: boolean): SandboxMount[] {
    const { store, buildDirectory } = request
    mkdirSync(join(this.#directory, buildDirectory.inside), { mode: 0o700 })
    const mounts: SandboxMount[] = [
      { kind: 'bind-writable', source: join(this.#directory, 'store'), target: storeDirectory },
      { kind: 'bind-writable', source: join(this.#directory, 'tmp'), target: '/tmp' },
      { kind: 'bind-writable', source: buildDirectory.path, target: buildDirectory.inside },
    ]
    for (const path of request.closure) {
      const source = store.physical(path)
      // A symbolic link cannot be a mount point, nor be mounted: the sandbox has one like it.
      if (lstatSync(source).isSymbolicLink()) copyLink(source, this.outputFile(path))
      else mounts.push({ kind: 'bind', source, target: path })
    }
    for (const name of devices)
      if (existsSync(`/dev/${name}`)) mounts.push({ kind: 'device', source: `/dev/${name}`, target: `/dev/${name}` })
    for (const file of fixedOutput ? networkFiles : [])
      if (existsSync(file)) mounts.push({ kind: 'bind', source: file, target: file })
    for (const shown of request.hostDirectories ?? []) {
      const [inside = '', source = inside] = shown.split('=', 2)
      mounts.push({ kind: 'bind', source, target: inside })
    }
    return mounts
  }
}

const ownDirectories = ['/etc', '/gnu', storeDirectory, '/proc', '/tmp', '/dev', '/dev/shm', '/dev/pts']

/** The directories above those of the host that are shown, unless they are in the sandbox anyway. */
function enclosingDirectories(shown: readonly string[]): SandboxEntry[] {
  const above = new Set<string>()
  for (const directory of shown) {
    const parts = dirname(normalize(directory.split('=')[0] ?? ''))
      .split('/')
      .filter((part) => part !== '')
    parts.forEach((_, index) => {
      above.add(`/${parts.slice(0, index + 1).join('/')}`)
    })
  }
  return [...above]
    .filter((path) => !ownDirectories.includes(path))
    .map((path): SandboxEntry => ({ kind: 'directory', path }))
}

/** What is in the sandbox apart from mounts. */
function entriesOf(identity: SandboxIdentity, fixedOutput: boolean): SandboxEntry[] {
  return [
    ...ownDirectories.map((path): SandboxEntry => ({ kind: 'directory', path })),
    ...[...etcFiles(identity.uid, identity.gid, fixedOutput)].map(
      ([name, text]): SandboxEntry => ({ kind: 'file', path: `/etc/${name}`, text }),
    ),
    ...deviceLinks.map(([name, target]): SandboxEntry => ({ kind: 'link', path: `/dev/${name}`, target })),
  ]
}

/** Remove what a builder, this one or an interrupted one, left behind. */
function removeRemains(directory: string): void {
  if (!existsLink(directory)) return
  if (process.geteuid?.() === 0) seizeTree(directory)
  removeTree(directory)
}

function copyLink(source: string, target: string): void {
  symlinkSync(readlinkSync(source), target)
}
