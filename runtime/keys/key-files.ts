/** The key pair of this machine and its access control list, in the configuration directory: `signing-key.pub`,
 *  `signing-key.sec` and `acl`, as Guix names them. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findToken, formatSexp, generateKey, type Sexp } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import type { Judge, Signer, StoreLayout } from '../store/index.ts'
import { formatAccessControl, isAllowed, parseAccessControl } from './access-control.ts'
import { nixPublicKeySexp } from './nix-keys.ts'
import { isKey, type KeyPair, parseKey, signerOfHash, signHash } from './signature.ts'

/** What keys are made like unless asked for otherwise. */
const usualParameters = '(genkey (ecdsa (curve Ed25519) (flags rfc6979)))'

export class KeyFiles {
  readonly publicKey: string
  readonly privateKey: string
  readonly accessControl: string
  readonly #directory: string

  constructor({ configuration }: Pick<StoreLayout, 'configuration'>) {
    this.#directory = configuration
    this.publicKey = join(configuration, 'signing-key.pub')
    this.privateKey = join(configuration, 'signing-key.sec')
    this.accessControl = join(configuration, 'acl')
  }

  /** Make a new key pair. @throws StrataError `key-exists`, `bad-key`. */
  generate(parameters = usualParameters): void {
    if (readIfThere(this.publicKey) !== undefined) {
      throw new StrataError('key-exists', `key pair exists under '${this.publicKey}'; remove it first`)
    }
    const sexp = parseKey(parameters, 'the description of the key')
    let made: Sexp
    try {
      made = generateKey(sexp)
    } catch (cause) {
      throw new StrataError('bad-key', `cannot generate a key for ${parameters}`, { cause })
    }
    this.#write(this.publicKey, formatSexp(findToken(made, 'public-key') ?? []), 0o444)
    this.#write(this.privateKey, formatSexp(findToken(made, 'private-key') ?? []), 0o400)
  }

  /** Allow imports of what the key in TEXT, of Guix or of Nix, has signed. @throws StrataError `bad-key`. */
  authorize(text: Uint8Array): void {
    const line = Buffer.from(text).toString('latin1').trim()
    const key = /^[^\s():]+:[A-Za-z0-9+/=]+$/.test(line) ? nixPublicKeySexp(line) : parseKey(text, 'the public key')
    if (!isKey(key, 'public-key')) {
      throw new StrataError('bad-key', 's-expression does not denote a public key', {
        hint: 'it looks like (public-key (ecc (curve Ed25519) (q #…#))), or is NAME:BASE64 for one of Nix',
      })
    }
    const keys = this.allowed()
    if (isAllowed(key, keys)) return
    this.#write(this.accessControl, formatAccessControl([...keys, key]), 0o644)
  }

  /** The keys that may be imported from: without a list, this machine's own. */
  allowed(): Sexp[] {
    const text = readIfThere(this.accessControl)
    if (text !== undefined) return parseAccessControl(text, this.accessControl)
    const own = readIfThere(this.publicKey)
    return own === undefined ? [] : [parseKey(own, this.publicKey)]
  }

  keyPair(): KeyPair {
    return readKeyPair(this.publicKey, this.privateKey)
  }

  /** Signs with this machine's key. @throws StrataError `no-signing-key`. */
  signer(): Signer {
    const pair = this.keyPair()
    return (hash) => signHash(hash, pair)
  }

  /** Allows what an allowed key has signed. */
  judge(): Judge {
    const allowed = this.allowed()
    return (hash, signature, item) => {
      if (signature === undefined) throw new StrataError('unsigned', `imported archive of \`${item}' lacks a signature`)
      signerOfHash(hash, signature, (key) => {
        if (isAllowed(key, allowed)) return
        throw new StrataError('unauthorized-key', `unauthorized public key: ${formatSexp(key).trim()}`, {
          hint: 'strata archive --authorize allows a key that it reads',
        })
      })
    }
  }

  #write(file: string, text: string, mode: number): void {
    mkdirSync(this.#directory, { recursive: true })
    const temporary = `${file}.${process.pid}`
    writeFileSync(temporary, text, { mode, flag: 'wx', flush: true })
    renameSync(temporary, file)
  }
}

function readIfThere(file: string): Buffer | undefined {
  try {
    return readFileSync(file)
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'EACCES'))
      return undefined
    throw error
  }
}

/** The pair of keys in two files. @throws StrataError `no-signing-key`. */
export function readKeyPair(publicKey: string, privateKey: string): KeyPair {
  const [publicText, privateText] = [readIfThere(publicKey), readIfThere(privateKey)]
  if (publicText === undefined || privateText === undefined) {
    throw new StrataError('no-signing-key', `${publicKey} or its private key is missing or cannot be read`, {
      hint: 'strata archive --generate-key',
    })
  }
  return { publicKey: parseKey(publicText, publicKey), privateKey: parseKey(privateText, privateKey) }
}
