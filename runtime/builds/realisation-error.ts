/** What is told of a realisation that failed. */
import { StrataError } from '../../lang/conditions/index.ts'
import type { BuildFailure } from './events.ts'

/** The error for what failed: the first cause, and the targets that it leaves without a result. */
export function realisationError(
  targets: readonly { readonly path: string }[],
  failures: readonly BuildFailure[],
): StrataError {
  const [first] = failures
  const paths = targets.map(({ path }) => `\`${path}'`).join(', ')
  const hints = [first?.hint, first?.log === undefined ? undefined : `view the build log: ${viewer(first.log)}`]
  if (first?.kept !== undefined) hints.push(`the build directory was kept: ${first.kept}`)
  const phase = failedPhase(first)
  const where = phase === undefined ? '' : ` in phase \`${phase}'`
  return new StrataError('build-failed', `build of ${paths} failed: ${first?.message ?? 'no reason'}${where}`, {
    irritants: failures,
    hint: hints.filter((hint) => hint !== undefined).join('\n'),
    cause: first?.cause,
  })
}

function viewer(log: string): string {
  const program = log.endsWith('.gz') ? 'zcat' : log.endsWith('.bz2') ? 'bzcat' : 'cat'
  return `${program} ${log}`
}

/** The phase of a build system that the end of the log says failed. */
function failedPhase(failure: BuildFailure | undefined): string | undefined {
  return failure?.lastLines?.map((line) => /phase [`'](.+?)' failed after/.exec(line)?.[1]).find((name) => name)
}
