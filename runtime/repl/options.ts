/** What `,option` sets. */

export interface ReplOption {
  value: string | boolean
  readonly doc: string
  /** The values it may have; any text when absent. */
  readonly choices?: readonly (string | boolean)[]
}

export function defaultOptions(): Map<string, ReplOption> {
  return new Map([
    ['prompt', { value: false, doc: 'Text of the prompt; #f: the module and the level.' }],
    ['value-history', { value: true, doc: 'Keep values as $1, $2, …', choices: [true, false] }],
    [
      'on-error',
      {
        value: 'debug',
        doc: 'What an error does: open a nested prompt (debug), or only print its message (report).',
        choices: ['debug', 'report'],
      },
    ],
  ])
}
