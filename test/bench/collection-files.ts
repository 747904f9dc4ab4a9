/** Writes a collection of packages to measure with: as many modules and packages as asked for, with the fields, the
 *  lengths and the mixture of styles that recipes of real channels have. The same arguments give the same files. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface CollectionSize {
  readonly modules: number
  /** In each module. */
  readonly packages: number
}

/** Make the collection below DIRECTORY, which is then for `-L`. */
export function writeCollection(directory: string, { modules, packages }: CollectionSize): void {
  mkdirSync(join(directory, 'load'), { recursive: true })
  for (let module = 0; module < modules; module++) {
    const recipes = Array.from({ length: packages }, (_, i) => recipe(module, i, packages))
    writeFileSync(join(directory, `load/${moduleName(module)}.scm`), header(module) + recipes.join(''))
  }
}

export function packageName(module: number, index: number): string {
  return `load-${module}-${index}`
}

function moduleName(module: number): string {
  return `m${String(module).padStart(3, '0')}`
}

/** Modules before this one whose packages are inputs here. */
function used(module: number): number[] {
  return [...new Set([module - 1, Math.floor(module / 2), Math.floor(module / 10)])].filter((m) => m >= 0 && m < module)
}

function header(module: number): string {
  return `;;; Packages to measure with.

(define-module (load ${moduleName(module)})
  #:use-module ((guix licenses) #:prefix license:)
  #:use-module (guix packages)
  #:use-module (guix download)
  #:use-module (guix gexp)
  #:use-module (guix utils)
  #:use-module (guix build-system gnu)
${used(module)
  .map((m) => `  #:use-module (load ${moduleName(m)})\n`)
  .join('')}  #:use-module (srfi srfi-1))
`
}

const digits = '0123456789abcdfghijklmnpqrsvwxyz'

/** A SHA-256 hash in nix-base32 that no other number has. */
function hash(number: number): string {
  let text = ''
  for (let state = number + 1; text.length < 51; ) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    text += digits.charAt(state >>> 27)
  }
  return `0${text}`
}

const licenses = ['license:gpl3+', 'license:expat', 'license:bsd-3', '(list license:lgpl2.1+ license:gpl2+)']

function recipe(module: number, index: number, packages: number): string {
  const number = module * packages + index
  const name = packageName(module, index)
  if (index % 10 === 9) return variant(name, packageName(module, index - 1), number)
  const inputs = [
    ...(index > 0 ? [packageName(module, Math.floor(index / 2))] : []),
    ...used(module).map((m) => packageName(m, index % 9)),
  ].filter((input, at, all) => all.indexOf(input) === at)
  const labelled = index % 4 === 1
  return `
(define-public ${name}
  (package
    (name "${name}")
    (version "${1 + (number % 7)}.${number % 31}.${number % 11}")
    ${source(name, number)}
    (build-system gnu-build-system)
    ${packageArguments(index)}
    (native-inputs
     ${inputField(inputs.slice(0, 1), labelled)})
    (inputs
     ${inputField(inputs.slice(1), labelled)})
    (home-page "https://example.org/${name}/")
    (synopsis "Library number ${number} to read and write files of several formats")
    (description
     "This package provides a library and a set of command-line tools to read, convert and
write the files of format number ${number}.  It supports streaming, validation against
schemas, and conversion to other formats, and has bindings for several languages.  The tools
@command{read-${number}} and @command{write-${number}} are for use in scripts.")
    (license ${licenses[number % licenses.length]})))
`
}

function variant(name: string, original: string, number: number): string {
  return `
(define-public ${name}
  (package
    (inherit ${original})
    (name "${name}")
    (version "0.${number}")
    (arguments
     (substitute-keyword-arguments (package-arguments ${original})
       ((#:configure-flags flags #~'())
        #~(cons "--enable-minimal" #$flags))))))
`
}

function source(name: string, number: number): string {
  if (number % 3 === 0) {
    return `(source
     (origin
       (method url-fetch)
       (uri (list (string-append "mirror://gnu/${name}/${name}-" version ".tar.xz")
                  (string-append "https://example.org/releases/${name}-" version ".tar.xz")))
       (file-name (string-append name "-" version "-sources.tar.xz"))
       (sha256
        (base32 "${hash(number)}"))))`
  }
  return `(source (origin
              (method url-fetch)
              (uri (string-append "https://example.org/releases/${name}-"
                                  version ".tar.gz"))
              (sha256
               (base32
                "${hash(number)}"))))`
}

function packageArguments(index: number): string {
  switch (index % 5) {
    case 0:
      return `(arguments
     (list #:configure-flags #~(list "--disable-static"
                                     (string-append "--docdir=" #$output "/share/doc"))
           #:phases
           #~(modify-phases %standard-phases
               (add-after 'unpack 'patch-paths
                 (lambda* (#:key inputs #:allow-other-keys)
                   (substitute* "src/config.h"
                     (("/usr/bin/env") (search-input-file inputs "/bin/env")))))
               (delete 'check))))`
    case 1:
      return `(arguments
     \`(#:tests? #f
       #:make-flags (list "CC=gcc" ,(string-append "VERSION=" version))
       #:phases
       (modify-phases %standard-phases
         (add-after 'install 'remove-doc
           (lambda* (#:key outputs #:allow-other-keys)
             (delete-file-recursively
              (string-append (assoc-ref outputs "out") "/share/doc"))
             #t)))))`
    case 2:
      return `(arguments
     '(#:configure-flags '("--disable-nls" "--enable-shared")
       #:parallel-tests? #f))`
    default:
      return '(outputs \'("out" "doc"))'
  }
}

function inputField(inputs: readonly string[], labelled: boolean): string {
  if (inputs.length === 0) return "'()"
  if (!labelled) return `(list ${inputs.join(' ')})`
  return `\`(${inputs.map((input) => `("${input}" ,${input})`).join('\n       ')})`
}
