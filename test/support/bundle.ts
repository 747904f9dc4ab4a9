/** Before any test: `dist/` made from the sources as they are, once, since test files run side by side. */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'

export default function setup(): void {
  const repository = resolve(import.meta.dirname, '../..')
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', 'runtime/bundle/build.ts'], {
    cwd: repository,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}
