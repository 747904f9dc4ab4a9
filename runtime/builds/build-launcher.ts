/** Which launcher to use: strata's own once it is built, bubblewrap to build it. */
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { StrataError } from '../../lang/conditions/index.ts'
import { outputPath, seedDerivations } from '../bootstrap/index.ts'
import type { StorePath } from '../formats/index.ts'
import type { Store } from '../store/index.ts'
import type { Launcher } from './launcher.ts'

/** The seed is made for this kind of machine only. */
const seedMachine = process.platform === 'linux' && process.arch === 'x64'

function installedBubblewrap(): string | undefined {
  for (const directory of (process.env.PATH ?? '').split(delimiter)) {
    const program = join(directory, 'bwrap')
    try {
      accessSync(program, constants.X_OK)
      return program
    } catch {
      // Not in this directory.
    }
  }
  return undefined
}

export interface LauncherPlan {
  /** The derivation to realise first. */
  readonly needs: StorePath
  /** The launcher, once that is done. */
  readonly launcher: () => Launcher
}

/** How to get a launcher for the sandbox of DERIVATION. @throws StrataError `no-launcher`. */
export function planLauncher(
  store: Store,
  derivation: StorePath,
): LauncherPlan | { readonly launcher: () => Launcher } {
  if (!seedMachine) {
    const program = installedBubblewrap()
    if (program === undefined)
      throw new StrataError(
        'no-launcher',
        `strata has no sandbox launcher for ${process.platform} on ${process.arch}`,
        {
          hint: 'install bubblewrap, or build without a sandbox: --disable-chroot',
        },
      )
    return { launcher: () => ({ kind: 'bubblewrap', command: [program] }) }
  }
  const seed = seedDerivations(store)
  if (derivation !== seed.sandbox.path) {
    const program = join(store.physical(outputPath(seed.sandbox)), 'bin/strata-sandbox')
    return { needs: seed.sandbox.path, launcher: () => ({ kind: 'strata', program }) }
  }
  // Stage 0: the seed's bubblewrap, started by the seed's own dynamic loader where both lie on disk.
  const glibc = store.physical(outputPath(seed.glibc))
  const tools = store.physical(outputPath(seed.tools))
  const command = [
    join(glibc, 'lib/ld-linux-x86-64.so.2'),
    '--library-path',
    `${join(glibc, 'lib')}:${join(tools, 'lib')}`,
    join(tools, 'bin/bwrap'),
  ]
  return { needs: seed.tools.path, launcher: () => ({ kind: 'bubblewrap', command }) }
}
