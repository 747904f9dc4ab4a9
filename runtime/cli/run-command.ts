/** The life of a command: commander parses ARGS and calls it, errors become messages, stores are closed. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const { makeProgram } = await import('./program.ts')
  const { spellOutOptionalValues, withEnvironmentOptions } = await import('./options.ts')
  const { reportError } = await import('./report.ts')
  const { quitStatus } = await import('../../build-side/index.ts')
  const { closeStores } = await import('../scheme/index.ts')
  try {
    await makeProgram().parseAsync(spellOutOptionalValues(withEnvironmentOptions(args)), { from: 'user' })
  } catch (error) {
    // Scheme may have called `exit`.
    const status = quitStatus(error)
    if (status === undefined) reportError(error)
    process.exitCode = status ?? 1
  } finally {
    closeStores()
  }
}
