/** The specs file of the seed's gcc: what its driver passes to preprocessor, compiler and linker.
 *  gcc reads it instead of its compiled-in specs, so it must be complete: we edit the text that
 *  `gcc -dumpspecs` prints. A partial file loses the logic of libgcc_s and libgcc_eh. */
import { StrataError } from '../../lang/conditions/index.ts'

/** Change the one line below the heading `*NAME:`. */
function editSpec(specs: string, name: string, edit: (line: string) => string): string {
  const heading = `\n*${name}:\n`
  const start = `\n${specs}`.indexOf(heading)
  if (start < 0) throw new StrataError('seed-mismatch', `the specs of gcc have no ${name}`)
  const lineStart = start + heading.length - 1
  const lineEnd = specs.indexOf('\n', lineStart)
  return specs.slice(0, lineStart) + edit(specs.slice(lineStart, lineEnd)) + specs.slice(lineEnd)
}

/** Point SPECS, as printed by gcc, to the C library GLIBC and the compiler's libraries GCCLIB. */
export function relocateSpecs(specs: string, glibc: string, gccLib: string): string {
  const loader = '/lib64/ld-linux-x86-64.so.2'
  const parts = specs.split(`:${loader}`)
  if (parts.length !== 3)
    throw new StrataError(
      'seed-mismatch',
      `expected ${loader} twice in the specs of gcc, found it ${parts.length - 1} times`,
    )
  let text = parts.join(`:${glibc}/lib/ld-linux-x86-64.so.2`)
  // Not -isystem: libstdc++ says #include_next <stdlib.h>, so the C headers must come last.
  text = editSpec(text, 'cpp', (line) => `${line} -idirafter ${glibc}/include`)
  text = editSpec(text, 'startfile_prefix_spec', () => `${glibc}/lib/`)
  text = editSpec(
    text,
    'link',
    (line) => `${line} %{!static:%{!static-pie:-rpath ${glibc}/lib}} -L${glibc}/lib -L${gccLib}/lib`,
  )
  return text
}
