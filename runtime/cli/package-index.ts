/** The index of the collection that a command is about, made when there is none: loading the collection takes long,
 *  reading the index does not. */
import { flushAllPorts } from '../../lang/primitives/index.ts'
import { internKeyword, list, listToArray, SchemeString, type Value } from '../../lang/values/index.ts'
import {
  collectionDirectories,
  collectionState,
  type IndexedLicense,
  type IndexedPackage,
  indexInMemory,
  openPackageIndex,
  type PackageIndex,
  writePackageIndex,
} from '../collections/index.ts'
import { indexVersion } from '../scheme/code-version.ts'
import { currentSession, session } from './scheme-session.ts'

const scripts = ['guix', 'scripts', 'show']

/** The index of the collection with LOADPATH's directories before the others. */
export function packageIndex(loadPath: readonly string[]): PackageIndex {
  const directories = collectionDirectories(loadPath)
  const version = indexVersion()
  const known = version === undefined ? undefined : openPackageIndex({ directories, version })
  if (known !== undefined) return known
  const state = collectionState(directories)
  const scheme = session(loadPath)
  const entries = listToArray(scheme.call(scheme.lookup(scripts, 'collection-entries'))) ?? []
  const packages = entries.map(packageOf)
  if (version !== undefined) writePackageIndex({ directories, version }, state, packages)
  return indexInMemory(packages)
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

function packageOf(entry: Value): IndexedPackage {
  const [
    name,
    version,
    outputs,
    systems,
    dependencies,
    location,
    homePage,
    license,
    synopsis,
    description,
    module,
    variable,
    supported,
    superseded,
  ] = elements(entry)
  return {
    name: String(name),
    version: String(version),
    outputs: elements(outputs).map((output) => {
      const [outputName, outputSynopsis] = elements(output)
      return [String(outputName), textOrNull(outputSynopsis)] as const
    }),
    systems: texts(systems),
    dependencies: texts(dependencies),
    location: locationOf(location),
    homePage: textOrNull(homePage),
    license: licenseOf(license),
    synopsis: textOrNull(synopsis),
    description: textOrNull(description),
    module: texts(module),
    variable: String(variable),
    supported: supported === true,
    superseded: superseded === true,
  }
}

function locationOf(value: Value | undefined): [string, number, number] | null {
  const [file, line, column] = elements(value)
  return file === undefined ? null : [String(file), Number(line), Number(column)]
}

function licenseOf(value: Value | undefined): IndexedPackage['license'] {
  const [first, ...rest] = elements(value)
  if (first === undefined) return null
  if (first instanceof SchemeString) return oneLicense(value)
  return rest.map(oneLicense)
}

function oneLicense(value: Value | undefined): IndexedLicense {
  const [name, uri] = elements(value)
  return { name: String(name), uri: textOrNull(uri) }
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

function elements(value: Value | undefined): Value[] {
  return value === undefined ? [] : (listToArray(value) ?? [])
}

function texts(value: Value | undefined): string[] {
  return elements(value).map(String)
}

function textOrNull(value: Value | undefined): string | null {
  return value instanceof SchemeString ? value.toString() : null
}

function schemeText(text: string): Value {
  return new SchemeString(text)
}

function textOrFalse(text: string | null): Value {
  return text === null ? false : schemeText(text)
}
