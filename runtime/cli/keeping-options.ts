/** The options of `gc` and `daemon` that say what a collector keeps besides what roots reach. */
import type { Command } from 'commander'
import { StrataError } from '../../lang/conditions/index.ts'
import type { Keeping } from '../store/index.ts'

export interface KeepingOptions {
  readonly gcKeepOutputs?: string | boolean
  readonly gcKeepDerivations?: string | boolean
}

export function addKeepingOptions(command: Command): void {
  command
    .option('--gc-keep-outputs [yes|no]', 'whether live derivations keep their outputs (default: no)')
    .option('--gc-keep-derivations [yes|no]', 'whether live items keep their derivations (default: yes)')
}

export function toKeeping({ gcKeepOutputs, gcKeepDerivations }: KeepingOptions): Keeping {
  return {
    ...(gcKeepOutputs === undefined ? {} : { keepOutputs: isYes('gc-keep-outputs', gcKeepOutputs) }),
    ...(gcKeepDerivations === undefined ? {} : { keepDerivations: isYes('gc-keep-derivations', gcKeepDerivations) }),
  }
}

/** The value of an option that is yes when it has none. @throws StrataError `bad-option`. */
function isYes(option: string, value: string | boolean): boolean {
  if (value === true || value === 'yes') return true
  if (value === false || value === 'no') return false
  throw new StrataError('bad-option', `--${option}=${value}: expected yes or no`)
}
