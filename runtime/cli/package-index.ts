/** The index of the collection that a command is about, made when there is none: loading the collection takes long,
 *  reading the index does not. */
import { flushAllPorts } from '../../lang/primitives/index.ts'
import { internKeyword, list, listToArray, SchemeString, type Value } from '../../lang/values/index.ts'
import {
  collectionDirectories,
  findOrMakeIndex,
  type IndexedLicense,
  type IndexedPackage,
  type PackageIndex,
} from '../collections/index.ts'
import { indexVersion } from '../scheme/code-version.ts'
import { toPlain } from './scheme-calls.ts'
import { currentSession, session } from './scheme-session.ts'

const scripts = ['guix', 'scripts', 'show']

/** The index of the collection with LOADPATH's directories before the others. */
export function packageIndex(loadPath: readonly string[]): PackageIndex {
  return findOrMakeIndex(collectionDirectories(loadPath), indexVersion(), () => {
    const scheme = session(loadPath)
    return toPlain(scheme.call(scheme.lookup(scripts, 'collection-entries')))
  })
}

/** Throw what is wrong with a module that mentions NAME and cannot be loaded, the reason why there is no such package. */
export function explainMissing(name: string, loadPath: readonly string[]): void {
  const scheme = session(loadPath)
  scheme.call(scheme.lookup(['gnu', 'packages'], 'load-modules-that-mention'), schemeText(name))
}

/** Print the records of PACKAGES, each with its score if it has one. What is loaded of a collection does not matter. */
export function printRecords(packages: readonly IndexedPackage[], scores: readonly (number | undefined)[]): void {
  const scheme = currentSession() ?? session()
  scheme.call(
    scheme.lookup(scripts, 'entries->recutils'),
    list(packages.map(entryOf)),
    list(packages.map((_, i) => scores[i] ?? false)),
  )
  flushAllPorts()
}

/** VERSIONS, the newest first. */
export function sortVersions(versions: readonly string[]): string[] {
  const scheme = currentSession() ?? session()
  const sorted = scheme.call(scheme.lookup(scripts, 'sort-versions'), list(versions.map(schemeText)))
  return (listToArray(sorted) ?? []).map(String)
}

/** PACKAGES by version, the newest first; those with the same one as they were. */
export function byVersion(packages: readonly IndexedPackage[]): IndexedPackage[] {
  if (packages.length < 2) return [...packages]
  const order = sortVersions([...new Set(packages.map(({ version }) => version))])
  return [...packages].sort((a, b) => order.indexOf(a.version) - order.indexOf(b.version))
}

function entryOf(item: IndexedPackage): Value {
  return list([
    schemeText(item.name),
    schemeText(item.version),
    list(item.outputs.map(([name, synopsis]) => list([schemeText(name), textOrFalse(synopsis)]))),
    list(item.systems.map(schemeText)),
    list(item.dependencies.map(schemeText)),
    item.location === null ? false : list([schemeText(item.location[0]), item.location[1], item.location[2]]),
    textOrFalse(item.homePage),
    licenseEntry(item.license),
    textOrFalse(item.synopsis),
    textOrFalse(item.description),
  ])
}

function licenseEntry(license: IndexedPackage['license']): Value {
  if (license === null) return false
  const entry = ({ name, uri }: IndexedLicense): Value => list([schemeText(name), textOrFalse(uri)])
  return 'name' in license ? entry(license) : list([internKeyword('list'), ...license.map(entry)])
}

function schemeText(text: string): Value {
  return new SchemeString(text)
}

function textOrFalse(text: string | null): Value {
  return text === null ? false : schemeText(text)
}
