/** The files in which a builder finds the structured attributes of its derivation: `.attrs.json`, and `.attrs.sh` with what
 *  bash can have as variables. Their bytes are those of Nix 2.8. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Derivation, encodeText, formatHash, parseHash, parseStorePath, type StorePath } from '../formats/index.ts'
import { contentAddress, type Store } from '../store/index.ts'
import { rewritePlaceholders } from './placeholders.ts'
import { exportedReferences, invalidGraph } from './references-graph.ts'
import {
  formatJson,
  isList,
  isObject,
  type Json,
  JsonNumber,
  type JsonObject,
  listOfStrings,
  sortedEntries,
  structuredAttributes,
} from './structured-attributes.ts'

const jsonFile = '.attrs.json'
const shellFile = '.attrs.sh'

/** Write the files for DERIVATION, whose inputs have this CLOSURE, into DIRECTORY. */
export function writeAttributeFiles(
  store: Store,
  derivation: Derivation,
  closure: readonly StorePath[],
  directory: string,
): void {
  const attributes = structuredAttributes(derivation)
  if (attributes === undefined) return
  const outputs = new Map([...derivation.outputs].map(([name, { path }]) => [name, path]))
  const complete = new Map([...attributes, ...graphs(store, attributes, closure), ['outputs', outputs]])
  const rewrite = rewritePlaceholders(derivation)
  writeFileSync(join(directory, jsonFile), encodeText(rewrite(formatJson(complete))))
  writeFileSync(join(directory, shellFile), encodeText(rewrite(formatShell(complete))))
}

/** Tell the builder where these files are. Nix 2.8 gives the host's names, which a builder in a sandbox cannot use. */
export function nameAttributeFiles(derivation: Derivation, environment: Map<string, string>, directory: string): void {
  if (structuredAttributes(derivation) === undefined) return
  environment.set('NIX_ATTRS_JSON_FILE', join(directory, jsonFile))
  environment.set('NIX_ATTRS_SH_FILE', join(directory, shellFile))
}

/** The closures that `exportReferencesGraph` asks for, each under the name that it has there. */
function graphs(store: Store, attributes: JsonObject, closure: readonly StorePath[]): [string, Json][] {
  const wanted = attributes.get('exportReferencesGraph')
  if (!isObject(wanted)) return []
  const known = new Set<string>(closure)
  return [...wanted].map(([name, roots]) => {
    const items = new Set<StorePath>()
    for (const root of listOfStrings(roots, name)) {
      const path = parseStorePath(root)
      if (path === undefined) throw invalidGraph(`path '${root}' is not in the store`)
      for (const item of exportedReferences(store, path, known)) items.add(item)
    }
    return [name, [...items].sort().map((item) => describeItem(store, item))]
  })
}

function describeItem(store: Store, path: StorePath): Json {
  const sizeOf = (item: StorePath): number => store.pathInfo(item)?.narSize ?? 0
  const hash = parseHash(store.pathInfo(path)?.hash.slice('sha256:'.length) ?? '', 'sha256')
  const closureSize = store.closure([path]).reduce((sum, item) => sum + sizeOf(item), 0)
  const address = contentAddress(store, path)
  const described = new Map<string, Json>([
    ['path', path],
    ['narHash', `sha256:${formatHash(hash, 'nix-base32')}`],
    ['narSize', new JsonNumber(String(sizeOf(path)))],
    ['references', [...store.database.references(path)].sort()],
    ['closureSize', new JsonNumber(String(closureSize))],
  ])
  return address === undefined ? described : described.set('ca', address)
}

/** What bash can have as variables: strings, whole numbers, truth values, and arrays of these. */
function formatShell(attributes: JsonObject): string {
  let text = ''
  for (const [name, value] of sortedEntries(attributes)) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) continue
    const word = shellWord(value)
    const words = isList(value) ? value.map(shellWord) : isObject(value) ? shellPairs(value) : [undefined]
    if (word !== undefined) text += `declare ${name}=${word}\n`
    else if (words.every((one) => one !== undefined))
      text += `declare ${isList(value) ? '-a' : '-A'} ${name}=(${words.map((one) => `${one} `).join('')})\n`
  }
  return text
}

function shellPairs(value: JsonObject): (string | undefined)[] {
  return sortedEntries(value).map(([name, one]) => {
    const word = shellWord(one)
    return word === undefined ? undefined : `[${quote(name)}]=${word}`
  })
}

function shellWord(value: Json): string | undefined {
  if (typeof value === 'string') return quote(value)
  if (value === null) return "''"
  if (typeof value === 'boolean') return value ? '1' : ''
  return value instanceof JsonNumber ? shellNumber(value) : undefined
}

/** A number as a C `int`, which is what Nix makes of it. */
function shellNumber({ source }: JsonNumber): string | undefined {
  if (/^-?\d+$/.test(source)) return String(BigInt.asIntN(32, BigInt(source)))
  const number = Number(source)
  if (!Number.isInteger(Math.fround(number))) return undefined
  return String(Math.abs(number) < 2 ** 31 ? Math.trunc(number) : -(2 ** 31))
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
