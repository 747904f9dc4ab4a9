/** Downloads from FTP servers. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openFtp } from '../../../runtime/downloads/ftp.ts'
import { type RunningFtp, serveFtp } from '../../support/ftp-server.ts'

let server: RunningFtp
beforeAll(async () => {
  server = await serveFtp({ pub: { 'x 1.txt': 'the text' } })
})
afterAll(() => server.close())

const address = (path: string) => `ftp://127.0.0.1:${server.port}${path}`

test('a file is read, with its size told before', async () => {
  const { body, total } = await openFtp(address('/pub/x%201.txt'), new AbortController().signal)
  expect(total).toBe(8)
  expect(Buffer.concat(await Array.fromAsync(body)).toString()).toBe('the text')
})

test('a file that is not there is missing', async () => {
  const opened = openFtp(address('/pub/y.txt'), new AbortController().signal)
  await expect(opened).rejects.toMatchObject({ message: '550 no such file', missing: true })
})

test('no command can be put into a name', async () => {
  const opened = openFtp(address('/pub/x%0d%0aDELE%20y'), new AbortController().signal)
  await expect(opened).rejects.toThrow('a file name with an end of line')
  expect(server.commands.join()).not.toContain('DELE')
})

test('a server that is given up is left', async () => {
  const abort = new AbortController()
  abort.abort(new Error('too late'))
  await expect(openFtp(address('/pub/x%201.txt'), abort.signal)).rejects.toThrow('too late')
})
