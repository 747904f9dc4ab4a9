/** `strata authenticate`: signs and checks for guix-daemon, which asks on standard input. */
import type { Command } from 'commander'
import { callScript } from '../scheme-calls.ts'

export function declareAuthenticate(program: Command): void {
  program
    .command('authenticate', { hidden: true })
    .description('sign data or verify signatures, as guix-daemon asks on standard input')
    .action(() => {
      callScript('authenticate', 'guix-authenticate', [])
    })
}
