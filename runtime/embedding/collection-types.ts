/** The interface of `loadCollection`, free of everything else, so that the declarations that are shipped stand alone. */

export interface CollectionOptions {
  /** Directories with package modules, before those of GUIX_PACKAGE_PATH, of channels and strata's own. */
  readonly directories?: readonly string[]
  /** A channels file, or a profile of channels; the channels are fetched where needed. Default: those that `strata pull`
   *  made current; an empty string for none. */
  readonly channels?: string
}

export interface License {
  readonly name: string
  readonly uri: string | null
}

export interface PackageInput {
  readonly kind: 'input' | 'native' | 'propagated'
  readonly label: string
  /** The output that is used. */
  readonly output: string
  /** Null when it is no package but a file or an origin. */
  readonly name: string | null
  readonly version: string | null
}

/** A package of a collection, as the index knows it. */
export interface Package {
  readonly name: string
  readonly version: string
  /** Names of outputs, and what is in them where that is said. */
  readonly outputs: readonly (readonly [name: string, synopsis: string | null])[]
  readonly systems: readonly string[]
  /** Full names of the packages that it needs directly. */
  readonly dependencies: readonly string[]
  /** File, line (from 1) and column (from 0): files of strata as the load path names them, others to be opened. */
  readonly location: readonly [file: string, line: number, column: number] | null
  readonly homePage: string | null
  readonly license: readonly License[] | License | null
  readonly synopsis: string | null
  readonly description: string | null
  /** The Scheme variable that holds it: `(@ MODULE VARIABLE)`. */
  readonly module: readonly string[]
  readonly variable: string
  /** Whether it can be built on this system. */
  readonly supported: boolean
  /** Whether another package has taken its place. */
  readonly superseded: boolean
}

export interface DerivationOptions {
  /** Such as `x86_64-linux`; default: this machine's. */
  readonly system?: string
  /** Cross-build for it, such as `aarch64-linux-gnu`. */
  readonly target?: string
  /** Whether to graft replacements, which may take builds. Default: true. */
  readonly grafts?: boolean
}

export interface PackageDerivation {
  /** Of the derivation file in the store. */
  readonly path: string
  /** Names of outputs to store items. */
  readonly outputs: ReadonlyMap<string, string>
}

export interface BuildOptions extends DerivationOptions {
  readonly signal?: AbortSignal
}

/** What happens while something is built; `derivation`, `item` and `outputs` are store paths. */
export type BuildEvent =
  | { readonly kind: 'build-started'; readonly derivation: string; readonly system: string; readonly log: string }
  | { readonly kind: 'build-log'; readonly derivation: string; readonly line: string }
  | { readonly kind: 'build-succeeded'; readonly derivation: string; readonly outputs: readonly string[] }
  | {
      readonly kind: 'build-failed'
      readonly derivation: string
      readonly failure: {
        readonly reason: string
        readonly message: string
        readonly lastLines?: readonly string[] | undefined
      }
    }
  | { readonly kind: 'build-waiting'; readonly derivation: string; readonly lock: string }
  | { readonly kind: 'download-started'; readonly file: string; readonly url: string }
  | {
      readonly kind: 'download-progress'
      readonly file: string
      readonly url: string
      readonly received: number
      readonly total: number | undefined
    }
  | { readonly kind: 'download-failed'; readonly file: string; readonly url: string; readonly reason: string }
  | { readonly kind: 'download-succeeded'; readonly file: string; readonly url: string; readonly received: number }
  | { readonly kind: 'substitution-started'; readonly item: string; readonly url: string }
  | {
      readonly kind: 'substitution-progress'
      readonly item: string
      readonly url: string
      readonly received: number
      readonly total: number | undefined
    }
  | { readonly kind: 'substitution-succeeded'; readonly item: string }
  | { readonly kind: 'substitution-failed'; readonly item: string; readonly message: string }
  | { readonly kind: 'substitution-warning'; readonly message: string }

/** A build that was started. Its events are kept until they are read; leaving the loop stops the build. */
export interface Build extends AsyncIterable<BuildEvent> {
  readonly derivation: PackageDerivation
  /** The outputs as files of this machine, once they are built; rejected with a SchemeError when the build fails,
   *  whose place is the line of the recipe that the failure comes from. */
  readonly outputs: Promise<ReadonlyMap<string, string>>
}

export interface Collection {
  /** All packages, in the order of their modules. */
  packages(): readonly Package[]
  /** Those called NAME, of VERSION or starting with VERSION and a dot if it is given. */
  find(name: string, version?: string): readonly Package[]
  /** The newest package that SPECIFICATION, `NAME` or `NAME@VERSION`, stands for. @throws SchemeError. */
  package(specification: string): Package
  /** What PACKAGE is built with, in its recipe's order. */
  inputs(item: Package): readonly PackageInput[]
  /** The derivation of PACKAGE, written to the store. @throws SchemeError. */
  derivation(item: Package, options?: DerivationOptions): PackageDerivation
  /** Start building PACKAGE. @throws SchemeError for a recipe that cannot be lowered. */
  build(item: Package, options?: BuildOptions): Build
  /** Let go of the store. */
  close(): void
}

export type LoadCollection = (options?: CollectionOptions) => Promise<Collection>
