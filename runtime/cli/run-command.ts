/** The life of a command: commander parses ARGS and calls it, errors become messages, stores are closed. */
export async function runCommand(args: readonly string[]): Promise<void> {
  const { makeProgram } = await import('./program.ts')
  const { spellOutOptionalValues } = await import('./options.ts')
  const { reportError } = await import('./report.ts')
  const { closeStores } = await import('../scheme/index.ts')
  try {
    await makeProgram().parseAsync(spellOutOptionalValues(args), { from: 'user' })
  } catch (error) {
    reportError(error)
    process.exitCode = 1
  } finally {
    closeStores()
  }
}
