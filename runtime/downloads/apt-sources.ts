/** The Debian mirrors that this machine's apt uses, read when they are needed: nothing about a
 *  mirror's address is known beforehand. Formats: sources.list(5), apt-transport-mirror(1). */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The text of a file, or nothing when it cannot be read: then apt could not use it either. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function sourceFiles(directory: string): string[] {
  try {
    return readdirSync(directory)
      .sort()
      .map((name) => join(directory, name))
  } catch {
    return []
  }
}

/** The addresses in a one-line `sources.list`: `deb [options] URI suite component...`. */
export function parseSourcesList(text: string): string[] {
  const addresses = []
  for (const line of text.split('\n')) {
    const [, address] = /^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)\s/.exec(line) ?? []
    if (address !== undefined) addresses.push(address)
  }
  return addresses
}

/** The addresses in a deb822 `.sources` file: stanzas with `URIs:`, unless `Enabled: no`. */
export function parseSourcesStanzas(text: string): string[] {
  const addresses = []
  for (const stanza of text.split(/\n(?:[ \t]*\n)+/)) {
    const fields = new Map<string, string>()
    let last: string | undefined
    for (const line of stanza.split('\n')) {
      if (line.startsWith('#')) continue
      const [, name, value] = /^([A-Za-z-]+):(.*)$/.exec(line) ?? []
      if (name !== undefined && value !== undefined) {
        last = name.toLowerCase()
        fields.set(last, value)
      } else if (last !== undefined && /^\s/.test(line)) fields.set(last, `${fields.get(last) ?? ''} ${line}`)
    }
    if (/^\s*(no|false|0|off|disable)\s*$/i.test(fields.get('enabled') ?? '')) continue
    addresses.push(...(fields.get('uris') ?? '').split(/\s+/).filter((address) => address !== ''))
  }
  return addresses
}

/** A `mirror+file:` address stands for the addresses listed in that file, one a line. */
function expandMirrorList(address: string): string[] {
  const [, file] = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(address) ?? []
  if (file === undefined) return [address]
  return textOf(file)
    .split('\n')
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((line) => line !== '' && !line.startsWith('#'))
}

/** Base addresses of the archives that apt below ROOT uses, in apt's order, each once, without a final slash. */
export function aptMirrors(root = '/'): string[] {
  const directory = join(root, 'etc/apt')
  const addresses = parseSourcesList(textOf(join(directory, 'sources.list')))
  for (const file of sourceFiles(join(directory, 'sources.list.d'))) {
    if (file.endsWith('.list')) addresses.push(...parseSourcesList(textOf(file)))
    else if (file.endsWith('.sources')) addresses.push(...parseSourcesStanzas(textOf(file)))
  }
  const usable = addresses
    .flatMap(expandMirrorList)
    .filter((address) => /^(https?|file):/.test(address))
    .map((address) => address.replace(/\/+$/, ''))
  return [...new Set(usable)]
}
