/** The files of one commit of a Git repository, fetched by the host's `git`: what `builtin:git-download` does.
 *  The user's settings, hooks and filters have no part in it, so that the same commit gives the same files everywhere. */
import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import type { DownloadSink } from './events.ts'

export interface GitCheckoutRequest {
  readonly url: string
  /** A commit or a tag. */
  readonly commit: string
  /** Whether to fetch submodules as well. */
  readonly recursive: boolean
  /** What to call it in events. */
  readonly name: string
  /** The directory to create. */
  readonly output: string
  /** Whether to fetch only what everybody could: from servers, without keys or passwords of this user. */
  readonly publicOnly?: boolean | undefined
  readonly onEvent?: DownloadSink | undefined
  readonly signal?: AbortSignal | undefined
}

/** Create REQUEST.output with the files of the commit, without anything of Git's own.
 *  @throws StrataError `download-failed`; `missing-program` when the host has no Git. */
export async function fetchGitCheckout(request: GitCheckoutRequest): Promise<void> {
  const { url, commit, recursive, output } = request
  const event = { file: request.name, url }
  if (url.startsWith('-') || commit.startsWith('-') || commit === '') {
    throw new StrataError('bad-derivation', `builtin:git-download cannot fetch ${commit} from ${url}`)
  }
  request.onEvent?.({ kind: 'download-started', ...event })
  const git = (...args: string[]): Promise<void> =>
    runGit(
      ['-C', output, ...settings, ...args],
      request.publicOnly === true ? strangersEnvironment : {},
      request.signal,
    )
  mkdirSync(output)
  try {
    await git('init', '--quiet', '--initial-branch=main')
    await git('remote', 'add', 'origin', url)
    await fetchCommit(git, commit)
    if (recursive)
      await git('submodule', '--quiet', 'update', '--init', '--recursive', '--depth=1').catch(() =>
        git('submodule', '--quiet', 'update', '--init', '--recursive'),
      )
  } catch (error) {
    rmSync(output, { recursive: true, force: true })
    if (!(error instanceof GitFailure)) throw error
    request.onEvent?.({ kind: 'download-failed', ...event, reason: error.message })
    throw new StrataError('download-failed', `cannot fetch commit ${commit} from ${url}: ${error.message}`, {
      cause: error,
    })
  }
  removeGitFiles(output)
  request.onEvent?.({ kind: 'download-succeeded', ...event, received: 0 })
}

/** Check out COMMIT: alone when the server gives single commits, else after everything was fetched. */
async function fetchCommit(git: (...args: string[]) => Promise<void>, commit: string): Promise<void> {
  try {
    await git('fetch', '--quiet', '--depth=1', 'origin', commit)
    await git('checkout', '--quiet', '--detach', 'FETCH_HEAD')
  } catch (error) {
    if (!(error instanceof GitFailure)) throw error
    await git('fetch', '--quiet', '--tags', 'origin', '+refs/heads/*:refs/remotes/origin/*')
    await git('checkout', '--quiet', '--detach', commit)
  }
}

const settings = ['core.hooksPath=/dev/null', 'advice.detachedHead=false', 'protocol.file.allow=always'].flatMap(
  (setting) => ['-c', setting],
)

/** For whoever may not use what this user can. */
const strangersEnvironment = { HOME: '/homeless-shelter', GIT_ALLOW_PROTOCOL: 'http:https:git', GIT_ASKPASS: 'false' }

class GitFailure extends Error {}

function runGit(
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        ...process.env,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_ATTR_NOSYSTEM: '1',
        GIT_TERMINAL_PROMPT: '0',
        ...environment,
      },
      ...(signal === undefined ? {} : { signal }),
    })
    let log = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-10_000)
    })
    child.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') reject(error)
      else
        reject(
          new StrataError('missing-program', 'cannot find the program git, which fetches repositories', {
            hint: 'install Git, or add its directory to PATH',
          }),
        )
    })
    child.on('close', (status) => {
      if (status === 0) resolve()
      else reject(new GitFailure(complaintOf(log) ?? `git ${args.join(' ')} failed`))
    })
  })
}

/** What matters of what Git printed. */
function complaintOf(log: string): string | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '')
  const fatal = lines.find((line) => /^(fatal|error): /.test(line))
  return fatal?.replace(/^\w+: /, '') ?? lines.at(-1)
}

/** Delete what Git keeps in DIRECTORY and, for submodules, below: it is not the same each time. */
function removeGitFiles(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.name === '.git') rmSync(path, { recursive: true, force: true })
    else if (entry.isDirectory()) removeGitFiles(path)
  }
}
