/** The primitives of (strata store): what (guix store), (guix derivations) and (guix base32) are built on.
 *  Each takes and returns plain Scheme data; records and keyword arguments are the Scheme side's. */
import { readFileSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { placeOf, system } from '../../build-side/index.ts'
import { StrataError, wrongType } from '../../lang/conditions/index.ts'
import { callProcedure } from '../../lang/execution/index.ts'
import { any, bytevector, string } from '../../lang/primitives/index.ts'
import { list, Pair, type SchemeString, SchemeSymbol, UNSPECIFIED, type Value } from '../../lang/values/index.ts'
import { seedItemDerivation } from '../bootstrap/runtime-item.ts'
import { type BuildMode, findLogFile } from '../builds/index.ts'
import { makeDerivation, type RequestedInput } from '../derivations/index.ts'
import {
  type Derivation,
  encodeText,
  type FileTree,
  formatHash,
  isHashAlgorithm,
  makeFixedOutputPath,
  makeStorePath,
  parseBase32,
  parseDerivation,
  parseStorePath,
  storeDirectory,
} from '../formats/index.ts'
import { findUser, makeProfileDirectory, placeInStore, type StoreLayout } from '../store/index.ts'
import { Connection, processStore } from './connection.ts'
import './channel-primitives.ts'
import './compression-primitives.ts'
import './collection-primitives.ts'
import './database-primitives.ts'
import './download-primitives.ts'
import { connection, define } from './define.ts'
import './whole-store-primitives.ts'
import {
  elementsOf,
  numberOr,
  schemeString,
  schemeStrings,
  storePathOf,
  textOf,
  textPairsOf,
  textsOf,
} from './values.ts'

/** By the numbers that (guix store) and the worker protocol give them. */
const buildModes: readonly BuildMode[] = ['normal', 'repair', 'check']

define(
  '%open-store',
  [any('uri')],
  'Return a connection to the store at URI, or of this process when it is #f.',
  (uri) => {
    const connected = new Connection(processStore(), uri === false ? undefined : String(uri))
    if (connected.remote === undefined) makeOwnProfileDirectory(connected.store.layout)
    return connected
  },
)

let profileDirectoryMade = false

/** Whoever has a store of their own has a place for profiles in it. */
function makeOwnProfileDirectory(layout: StoreLayout): void {
  const uid = process.geteuid?.()
  if (profileDirectoryMade || uid === undefined) return
  profileDirectoryMade = true
  try {
    const user = findUser((known) => known.uid === uid)
    if (user !== undefined) makeProfileDirectory(layout, user)
  } catch (error) {
    // Somebody else's store, which may be read all the same.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

define('%close-store', [connection], 'Close STORE.', (store) => {
  store.close()
  return UNSPECIFIED
})

define(
  '%set-build-options',
  [
    connection,
    any('keep-failed?'),
    any('keep-going?'),
    any('max-jobs'),
    any('cores'),
    any('timeout'),
    any('max-silent-time'),
    any('rounds'),
    any('fallback?'),
    any('use-substitutes?'),
    any('substitute-urls'),
    any('print-build-trace'),
    any('multiplexed-build-output?'),
  ],
  'Set the options of the builds of STORE; #f stands for the default.',
  (
    store,
    keepFailed,
    keepGoing,
    maxJobs,
    cores,
    timeout,
    maxSilentTime,
    rounds,
    fallback,
    substitutes,
    urls,
    trace,
    apart,
  ) => {
    const { maxJobs: _jobs, timeout: _time, maxSilentTime: _silence, rounds: _rounds, ...kept } = store.options
    const numbers = Object.entries({ maxJobs, cores, timeout, maxSilentTime, rounds })
    store.options = {
      ...kept,
      ...Object.fromEntries(numbers.filter(([, value]) => typeof value === 'number')),
      keepFailed: keepFailed !== false,
      keepGoing: keepGoing !== false,
      fallback: fallback !== false,
      substituteUrls: substitutes === false ? [] : urls === false ? undefined : textsOf('set-build-options', 13, urls),
      log: { printBuildTrace: trace !== false, multiplexed: trace !== false && apart !== false },
    }
    return UNSPECIFIED
  },
)

define('%valid-path?', [connection, string('path')], 'Return whether PATH is valid in STORE.', (store, path) => {
  // A name in the store that cannot be an item's is not valid; one elsewhere is an error.
  const item = parseStorePath(path.toString())
  if (item !== undefined) return store.isValid(item)
  if (path.toString().startsWith(`${storeDirectory}/`)) return false
  return storePathOf('valid-path?', 2, path) === undefined
})

define('%path-hash', [connection, string('path')], 'Return the SHA-256 of the NAR of PATH.', (store, path) => {
  const info = store.describe(storePathOf('query-path-hash', 2, path))
  if (info === undefined) return invalidPath(path)
  return Uint8Array.fromHex(info.sha256)
})

define(
  '%path-info',
  [connection, string('path')],
  'Return the list (DERIVER HASH REFERENCES REGISTRATION-TIME NAR-SIZE) of PATH.',
  (store, path) => {
    const info = store.describe(storePathOf('query-path-info', 2, path))
    if (info === undefined) return invalidPath(path)
    return list([
      info.deriver === undefined ? false : schemeString(info.deriver),
      Uint8Array.fromHex(info.sha256),
      schemeStrings(info.references),
      info.registrationTime,
      info.narSize,
    ])
  },
)

define('%hash-part->path', [connection, string('hash')], 'Return the valid path with HASH, or "".', (store, hash) =>
  schemeString(store.pathWithHashPart(hash.toString()) ?? ''),
)

define('%references', [connection, string('path')], 'Return the references of PATH.', (store, path) => {
  const item = storePathOf('references', 2, path)
  if (!store.isValid(item)) return invalidPath(path)
  return schemeStrings(store.references(item))
})

define('%referrers', [connection, string('path')], 'Return the referrers of PATH.', (store, path) => {
  const item = storePathOf('referrers', 2, path)
  if (!store.isValid(item)) return invalidPath(path)
  return schemeStrings(store.referrers(item))
})

define(
  '%closure',
  [connection, any('paths')],
  'Return PATHS and what they refer to, references first.',
  (store, paths) =>
    schemeStrings(store.closure(elementsOf('requisites', 2, paths).map((p) => storePathOf('requisites', 2, p)))),
)

define('%derivers', [connection, string('path')], 'Return the derivations with output PATH.', (store, path) =>
  schemeStrings(store.derivers(storePathOf('valid-derivers', 2, path))),
)

define('%derivation-outputs', [connection, string('drv')], 'Return the alist of outputs of DRV.', (store, drv) =>
  list(
    [...store.readDerivation(drv.toString()).outputs].map(
      ([name, output]) => new Pair(schemeString(name), schemeString(output.path)),
    ),
  ),
)

define('%live-paths', [connection], 'Return the live paths of STORE.', (store) => schemeStrings(store.liveness('live')))
define('%dead-paths', [connection], 'Return the dead paths of STORE.', (store) => schemeStrings(store.liveness('dead')))

define('%add-temporary-root', [connection, string('path')], 'Keep PATH while this process runs.', (store, path) => {
  store.addTemporaryRoot(storePathOf('add-temp-root', 2, path))
  return true
})

define('%add-indirect-root', [connection, string('file')], 'Make the link FILE a root.', (store, file) => {
  store.addIndirectRoot(file.toString())
  return true
})

define(
  '%add-text',
  [connection, string('name'), bytevector('bytes'), any('references')],
  'Add BYTES under NAME with REFERENCES and return the store path.',
  (store, name, bytes, references) =>
    schemeString(
      store.addText(
        name.toString(),
        bytes,
        [...new Set(textsOf('add-text-to-store', 4, references))].map((r) =>
          storePathOf('add-text-to-store', 4, schemeString(r)),
        ),
      ),
    ),
)

define(
  '%add-file',
  [connection, string('name'), string('file'), any('recursive?'), string('hash-algo'), any('select?')],
  'Add FILE under NAME and return the store path; SELECT? is #f or takes a file name.',
  (store, name, file, recursive, hashAlgo, select) => {
    const algorithm = hashAlgo.toString()
    if (!isHashAlgorithm(algorithm)) return wrongType('add-to-store', 4, hashAlgo, 'hash algorithm')
    const path = system('lstat', file.toString(), () =>
      store.addFile(name.toString(), fileToAdd(store, file.toString(), recursive === false), {
        recursive: recursive !== false,
        algorithm,
        ...(typeof select === 'function'
          ? { select: (entry: string) => callProcedure(select, [schemeString(entry)]) !== false }
          : {}),
      }),
    )
    return schemeString(path)
  },
)

/** The file called NAME, perhaps one in the store; with FOLLOW what a link stands for. */
function fileToAdd({ store }: Connection, name: string, follow: boolean): string {
  store.writeWaiting()
  const place = placeInStore(store.layout, resolve(name), follow)
  return follow ? realpathSync(place) : place
}

define(
  '%add-tree',
  [connection, any('tree')],
  'Add TREE, (NAME TYPE ...), and return its store path.',
  (store, tree) => {
    const [name, ...node] = elementsOf('add-file-tree-to-store', 2, tree)
    const contents = fileTree(node)
    return schemeString(store.addFileTree(textOf('add-file-tree-to-store', 2, name), contents))
  },
)

define('%read-derivation', [string('file')], 'Return the fields of the derivation in FILE.', (file) => {
  const path = file.toString()
  return derivationFields(parseDerivation(readFileSync(processStore().physical(path)), path))
})

define('%parse-derivation', [bytevector('text')], 'Return the fields of the derivation with TEXT.', (text) =>
  derivationFields(parseDerivation(text, 'derivation')),
)

define(
  '%make-derivation',
  [
    connection,
    string('name'),
    string('system'),
    string('builder'),
    any('args'),
    any('env-vars'),
    any('inputs'),
    any('sources'),
    any('outputs'),
    any('hash-algo'),
    any('hash'),
    any('recursive?'),
  ],
  `Make a derivation, add it to STORE and return its file name followed by its fields.  INPUTS is a list of
(FILE OUTPUT-PATHS OUTPUT ...).`,
  (store, name, system, builder, args, env, inputs, sources, outputs, hashAlgo, hash, recursive) => {
    const requested = elementsOf('derivation', 7, inputs).map((input): RequestedInput => {
      const [path, paths, ...names] = elementsOf('derivation', 7, input)
      return {
        path: textOf('derivation', 7, path),
        outputPaths: textsOf('derivation', 7, paths),
        outputs: names.map((n) => textOf('derivation', 7, n)),
      }
    })
    const environment = new Map<string, string>()
    // As in an alist, the first binding of a name counts.
    for (const [variable, value] of textPairsOf('derivation', 6, env)) {
      if (!environment.has(variable)) environment.set(variable, value)
    }
    const made = makeDerivation(
      {
        name: name.toString(),
        system: system.toString(),
        builder: builder.toString(),
        args: textsOf('derivation', 5, args),
        environment,
        inputs: requested,
        sources: textsOf('derivation', 8, sources),
        outputs: textsOf('derivation', 9, outputs),
        fixed: fixedContent(hashAlgo, hash, recursive),
      },
      store.store.making,
      store.hashOfInput,
    )
    store.addDerivation(made)
    return new Pair(schemeString(made.path), derivationFields(made.derivation))
  },
)

define(
  '%build-things',
  [connection, any('things'), any('mode')],
  'Build THINGS, derivation file names or pairs of one and output names joined by commas.',
  (store, things, mode) => {
    const wanted = elementsOf('build-things', 2, things).map((thing) =>
      thing instanceof Pair
        ? `${textOf('build-things', 2, thing.car)}!${textOf('build-things', 2, thing.cdr)}`
        : textOf('build-things', 2, thing),
    )
    const buildMode = buildModes[numberOr(-1, mode)]
    if (buildMode === undefined) throw wrongType('build-things', 3, mode)
    store.build(wanted, buildMode)
    return true
  },
)

define('%keep-build-log', [connection], 'Keep the log of builds of STORE instead of printing it.', (store) => {
  store.keepLog()
  return UNSPECIFIED
})

define('%take-build-log', [connection], 'Return the log that was kept, and print the next one.', (store) =>
  schemeString(store.takeLog()),
)

define('%log-file', [connection, string('item')], 'Return the name of the build log of ITEM, or #f.', (store, item) => {
  const path = item.toString()
  const drvs = path.endsWith('.drv')
    ? [path]
    : [store.store.pathInfo(storePathOf('log-file', 2, item))?.deriver ?? '', ...store.store.database.derivers(path)]
  for (const drv of drvs) {
    const file = drv === '' ? undefined : findLogFile(store.store.layout.log, drv)
    if (file !== undefined) return schemeString(file)
  }
  return false
})

define(
  '%seed-derivation',
  [connection, string('item')],
  'Return the derivation file of ITEM of the seed.',
  (store, item) => schemeString(store.added(seedItemDerivation(store.store, item.toString()))),
)

define(
  '%store-path',
  [string('type'), bytevector('hash'), string('name')],
  'Return the store path of TYPE with the SHA-256 HASH and NAME.',
  (type, hash, name) =>
    schemeString(
      makeStorePath(processStore().making, type.toString(), { algorithm: 'sha256', digest: hash }, name.toString()),
    ),
)

define(
  '%fixed-output-path',
  [string('name'), bytevector('hash'), string('hash-algo'), any('recursive?'), string('output')],
  'Return the path of a fixed output.',
  (name, hash, hashAlgo, recursive, output) => {
    const algorithm = hashAlgo.toString()
    if (!isHashAlgorithm(algorithm)) return wrongType('fixed-output-path', 3, hashAlgo, 'hash algorithm')
    return schemeString(
      makeFixedOutputPath(
        processStore().making,
        { recursive: recursive !== false, hash: { algorithm, digest: hash }, output: output.toString() },
        name.toString(),
      ),
    )
  },
)

define('%bytes->base32', [bytevector('bytes'), any('alphabet')], 'Return BYTES in base 32.', (bytes, alphabet) =>
  schemeString(formatHash({ algorithm: 'sha256', digest: bytes }, isNix(alphabet) ? 'nix-base32' : 'base32')),
)

define('%base32->bytes', [string('text'), any('alphabet')], 'Return the bytes of TEXT in base 32.', (text, alphabet) =>
  isNix(alphabet) ? parseBase32(text.toString(), { excess: 'ignored' }) : parseRfcBase32(text.toString()),
)

function isNix(alphabet: Value): boolean {
  return alphabet instanceof SchemeSymbol && alphabet.name === 'nix'
}

function parseRfcBase32(text: string): Uint8Array {
  const bytes: number[] = []
  let buffer = 0
  let bits = 0
  for (const c of text) {
    buffer = ((buffer << 5) | 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(c)) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      bytes.push((buffer >> bits) & 255)
    }
  }
  return Uint8Array.from(bytes)
}

function invalidPath(path: SchemeString): never {
  throw new StrataError('invalid-path', `path \`${path}' is not valid`)
}

function fixedContent(
  hashAlgo: Value,
  hash: Value,
  recursive: Value,
): { hash: { algorithm: 'sha256'; digest: Uint8Array }; recursive: boolean } | undefined {
  if (!(hash instanceof Uint8Array)) return undefined
  const algorithm = textOf('derivation', 10, hashAlgo)
  if (!isHashAlgorithm(algorithm)) return wrongType('derivation', 10, hashAlgo, 'hash algorithm')
  return { hash: { algorithm: algorithm as 'sha256', digest: hash }, recursive: recursive !== false }
}

/** (OUTPUTS INPUTS SOURCES SYSTEM BUILDER ARGS ENV-VARS), as (guix derivations) takes it apart. */
function derivationFields(drv: Derivation): Value {
  const outputs = [...drv.outputs].map(([name, output]) => {
    const recursive = output.hashAlgorithm.startsWith('r:')
    const fixed =
      output.hash === ''
        ? false
        : list([
            schemeString(recursive ? output.hashAlgorithm.slice(2) : output.hashAlgorithm),
            Uint8Array.fromHex(output.hash),
            recursive,
          ])
    return list([schemeString(name), schemeString(output.path), fixed])
  })
  return list([
    list(outputs),
    list(drv.inputs.map((input) => new Pair(schemeString(input.path), schemeStrings(input.outputs)))),
    schemeStrings(drv.sources),
    schemeString(drv.system),
    schemeString(drv.builder),
    schemeStrings(drv.args),
    list([...drv.environment].map(([name, value]) => new Pair(schemeString(name), schemeString(value)))),
  ])
}

/** The tree that (TYPE ...) describes. */
function fileTree(node: readonly Value[]): FileTree {
  const [type, first] = node
  const kind = type instanceof SchemeSymbol ? type.name : ''
  if (kind === 'directory') {
    const entries = new Map<string, FileTree>()
    for (const entry of node.slice(1)) {
      const [name, ...child] = elementsOf('add-file-tree-to-store', 2, entry)
      entries.set(textOf('add-file-tree-to-store', 2, name), fileTree(child))
    }
    return { type: 'directory', entries }
  }
  if (kind === 'symlink') return { type: 'symlink', target: textOf('add-file-tree-to-store', 2, first) }
  if (kind === 'regular' || kind === 'executable') {
    const [source, contents] = elementsOf('add-file-tree-to-store', 2, first)
    const bytes =
      source instanceof SchemeSymbol && source.name === 'file'
        ? readFileSync(placeOf(textOf('add-file-tree-to-store', 2, contents)))
        : contents instanceof Uint8Array
          ? contents
          : encodeText(textOf('add-file-tree-to-store', 2, contents))
    return { type: 'regular', executable: kind === 'executable', contents: bytes }
  }
  return wrongType('add-file-tree-to-store', 2, type, 'directory, regular, executable or symlink')
}
