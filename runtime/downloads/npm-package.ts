/** Files of a package of the npm registry: from a copy that npm installed here when it has the right
 *  contents, which costs nothing, otherwise from the package's tarball. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { StrataError } from '../../lang/conditions/index.ts'
import { readTar } from '../bootstrap/index.ts'
import { parseHash } from '../formats/index.ts'
import { type DownloadRequest, download } from './download.ts'
import { installedPackages, npmCacheFile } from './npm-config.ts'

export interface NpmPackageRequest extends Pick<DownloadRequest, 'cache' | 'mirrors' | 'onEvent' | 'signal'> {
  readonly package: string
  readonly version: string
  /** Of the tarball, `sha512-...`. */
  readonly integrity: string
  /** The files to take. */
  readonly files: readonly string[]
  /** Where to create the directory with them. */
  readonly output: string
  /** Whether a directory has the contents wanted. */
  readonly isRight: (directory: string) => boolean
}

function versionOf(directory: string): unknown {
  try {
    const description: unknown = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    return typeof description === 'object' && description !== null && 'version' in description
      ? description.version
      : undefined
  } catch {
    return undefined
  }
}

function takeInstalled(request: NpmPackageRequest): boolean {
  for (const installed of installedPackages(request.package)) {
    if (versionOf(installed) !== request.version) continue
    try {
      for (const file of request.files) cpSync(join(installed, file), join(request.output, file), { dereference: true })
      if (request.isRight(request.output)) return true
    } catch {
      // An incomplete installation is no copy.
    }
    rmSync(request.output, { recursive: true, force: true })
  }
  return false
}

/** Create REQUEST.output with the files. @throws StrataError `download-failed` or `corrupt-archive`. */
export async function takeNpmPackage(request: NpmPackageRequest): Promise<void> {
  if (takeInstalled(request)) return
  const { package: name, version, integrity, output } = request
  const base = name.replace(/^@[^/]*\//, '')
  const directory = mkdtempSync(join(dirname(output), `.npm-${process.pid}-`))
  try {
    const tarball = join(directory, `${base}-${version}.tgz`)
    const cached = npmCacheFile(integrity)
    await download({
      urls: [`mirror://npm/${name}/-/${base}-${version}.tgz`],
      name: `${base}-${version}.tgz`,
      hash: parseHash(integrity),
      output: tarball,
      copies: cached === undefined ? [] : [cached],
      cache: request.cache,
      signal: request.signal,
      ...(request.mirrors === undefined ? {} : { mirrors: request.mirrors }),
      ...(request.onEvent === undefined ? {} : { onEvent: request.onEvent }),
    })
    const entries = await readTar(gunzipSync(readFileSync(tarball)))
    for (const file of request.files) {
      const entry = entries.find(({ path }) => path === `package/${file}`)
      if (entry?.kind !== 'file') throw new StrataError('corrupt-archive', `package ${name} has no file ${file}`)
      mkdirSync(dirname(join(output, file)), { recursive: true })
      writeFileSync(join(output, file), entry.contents, { mode: entry.executable ? 0o755 : 0o644 })
    }
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
