/** Packages as (guix scripts show) describes them, and the index that is made of these when there is none that is good.
 *  How Scheme is called is the caller's: what comes here is plain data, lists as arrays. */
import { type CollectionDirectory, collectionState } from './module-files.ts'
import {
  type IndexedLicense,
  type IndexedPackage,
  indexInMemory,
  openPackageIndex,
  type PackageIndex,
  writePackageIndex,
} from './package-index.ts'

/** The index of the collection in DIRECTORIES for VERSION of strata, made of ENTRIES when it is not there or no longer
 *  true; kept for the next time unless VERSION is undefined. */
export function findOrMakeIndex(
  directories: readonly CollectionDirectory[],
  version: string | undefined,
  entries: () => unknown,
): PackageIndex {
  const known = version === undefined ? undefined : openPackageIndex({ directories, version })
  if (known !== undefined) return known
  // As it was before the modules were loaded: what changes meanwhile makes the index old.
  const state = collectionState(directories)
  const packages = elements(entries()).map(packageOf)
  if (version !== undefined) writePackageIndex({ directories, version }, state, packages)
  return indexInMemory(packages)
}

function packageOf(entry: unknown): IndexedPackage {
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
  const [file, line, column] = elements(location)
  return {
    name: text(name),
    version: text(version),
    outputs: elements(outputs).map((output) => {
      const [outputName, outputSynopsis] = elements(output)
      return [text(outputName), textOrNull(outputSynopsis)] as const
    }),
    systems: elements(systems).map(text),
    dependencies: elements(dependencies).map(text),
    location: file === undefined ? null : [text(file), Number(line), Number(column)],
    homePage: textOrNull(homePage),
    license: licenseOf(license),
    synopsis: textOrNull(synopsis),
    description: textOrNull(description),
    module: elements(module).map(text),
    variable: text(variable),
    supported: supported === true,
    superseded: superseded === true,
  }
}

/** A license is a list of name and address; several begin with the keyword `list`, each a list of its own. */
function licenseOf(value: unknown): IndexedPackage['license'] {
  const [first, second, ...rest] = elements(value)
  if (first === undefined) return null
  return Array.isArray(second) ? [second, ...rest].map(oneLicense) : oneLicense(value)
}

function oneLicense(value: unknown): IndexedLicense {
  const [name, uri] = elements(value)
  return { name: text(name), uri: textOrNull(uri) }
}

function elements(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

function text(value: unknown): string {
  return typeof value === 'symbol' ? (value.description ?? '') : String(value)
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}
