/** Where npm gets packages and keeps them, by npm's own configuration: the environment, then the
 *  project's, the user's and the machine's npmrc files. Documentation: npmrc(5). */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { StrataError } from '../../lang/conditions/index.ts'

type Environment = Readonly<Record<string, string | undefined>>

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text
}

/** The value of KEY in an npmrc file; `${NAME}` stands for a variable of the environment. */
export function npmrcValue(text: string, key: string, env: Environment): string | undefined {
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([^#;=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line) ?? []
    if (name !== key || value === undefined) continue
    return value.replace(/^(["'])(.*)\1$/, '$2').replace(/\$\{([^}]+)\}/g, (_, variable: string) => env[variable] ?? '')
  }
  return undefined
}

/** The npmrc files that exist, the strongest first. */
function npmrcFiles(env: Environment): string[] {
  const files = []
  for (let directory = process.cwd(); ; directory = dirname(directory)) {
    if (existsSync(join(directory, 'package.json'))) {
      files.push(join(directory, '.npmrc'))
      break
    }
    if (directory === dirname(directory)) break
  }
  const home = env.HOME ?? homedir()
  files.push(env.npm_config_userconfig ?? join(home, '.npmrc'))
  const prefix = env.npm_config_prefix ?? env.PREFIX
  files.push(env.npm_config_globalconfig ?? join(prefix ?? '/usr', 'etc/npmrc'), '/usr/local/etc/npmrc', '/etc/npmrc')
  return files.filter((file) => existsSync(file))
}

function setting(key: string, env: Environment): string | undefined {
  const fromEnvironment = nonEmpty(env[`npm_config_${key}`]) ?? nonEmpty(env[`NPM_CONFIG_${key.toUpperCase()}`])
  if (fromEnvironment !== undefined) return fromEnvironment
  for (const file of npmrcFiles(env)) {
    let text = ''
    try {
      text = readFileSync(file, 'utf8')
    } catch {
      // An npmrc that only others may read says nothing to us.
    }
    const value = nonEmpty(npmrcValue(text, key, env))
    if (value !== undefined) return value
  }
  return undefined
}

/** The registry's base address, without a final slash. Where nothing is configured, npm itself knows its default.
 *  @throws StrataError `no-registry` when there is neither. */
export function npmRegistry(env: Environment = process.env): string {
  const registry = setting('registry', env) ?? askNpm(env)
  if (registry === undefined) {
    throw new StrataError('no-registry', 'the address of the npm registry is not known', {
      hint: 'install npm, or set npm_config_registry',
    })
  }
  return registry.replace(/\/+$/, '')
}

function askNpm(env: Environment): string | undefined {
  try {
    const text = execFileSync('npm', ['config', 'get', 'registry'], {
      encoding: 'utf8',
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    return nonEmpty(text.trim())
  } catch {
    return undefined
  }
}

/** npm's cached copy of the file with an INTEGRITY like `sha512-...`, if it has one. */
export function npmCacheFile(integrity: string, env: Environment = process.env): string | undefined {
  const [, algorithm, base64] = /^(sha\d+)-(.+)$/.exec(integrity) ?? []
  if (algorithm === undefined || base64 === undefined) return undefined
  const cache = setting('cache', env)?.replace(/^~(?=\/)/, env.HOME ?? homedir()) ?? join(env.HOME ?? homedir(), '.npm')
  const hex = Buffer.from(base64, 'base64').toString('hex')
  const file = join(cache, '_cacache/content-v2', algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4))
  return existsSync(file) ? file : undefined
}

/** Directories where npm installed the package NAME, near strata and near the running Node. */
export function installedPackages(name: string): string[] {
  const found = new Set<string>()
  for (const start of [fileURLToPath(import.meta.url), process.execPath, join(process.cwd(), 'x')])
    for (let directory = dirname(start); ; directory = dirname(directory)) {
      const candidate = join(directory, 'node_modules', name)
      if (existsSync(join(candidate, 'package.json'))) found.add(candidate)
      if (directory === dirname(directory)) break
    }
  return [...found]
}
