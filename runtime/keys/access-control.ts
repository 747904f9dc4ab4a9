/** The access control list: the keys whose archives may be imported. Format: guix/pki.scm. */
import { atom, findToken, formatSexp, type Sexp } from '../../build-side/index.ts'
import { StrataError } from '../../lang/conditions/index.ts'
import { equalSexps, parseKey } from './signature.ts'

const importTag: Sexp = [atom('tag'), [atom('guix'), atom('import')]]

/** The list that allows KEYS to be imported from. */
export function formatAccessControl(keys: readonly Sexp[]): string {
  return formatSexp([atom('acl'), ...keys.map((key): Sexp => [atom('entry'), key, importTag])])
}

/** The keys of the list in TEXT, which comes from SOURCE. @throws StrataError `bad-acl`. */
export function parseAccessControl(text: string | Uint8Array, source: string): Sexp[] {
  const acl = parseKey(text, source)
  if (findToken(acl, 'acl') !== acl) throw new StrataError('bad-acl', `${source} is not an access control list`)
  return acl.slice(1).flatMap((entry) => {
    const key = findToken(entry, 'public-key')
    const tag = findToken(entry, 'tag')
    return key !== undefined && tag !== undefined && equalSexps(tag, importTag) ? [key] : []
  })
}

export function isAllowed(key: Sexp, keys: readonly Sexp[]): boolean {
  return keys.some((allowed) => equalSexps(allowed, key))
}
