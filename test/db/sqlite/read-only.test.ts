import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it, onTestFinished } from 'vitest'
import { readUnchanged } from '../../../src/db/sqlite/read-only.ts'
import { rounds } from '../../support/rounds.ts'
import { temporaryFolder } from '../../support/run.ts'

const pages = 200
const pageSize = 4096

/** Writes as SQLite does, with a WAL beside the file during each change: fills the file with 1, then 2, and so on, and sometimes pauses. */
const writer = `
const { openSync, rmSync, writeFileSync, writeSync } = require('node:fs')
const [path] = process.argv.slice(1)
const file = openSync(path, 'r+')
for (let value = 1; ; value++) {
  writeFileSync(path + '-wal', 'content')
  for (let page = 0; page < ${pages}; page++) writeSync(file, Buffer.alloc(${pageSize}, value), 0, ${pageSize}, page * ${pageSize})
  rmSync(path + '-wal')
  if (value === 1) console.log('ready')
  if (Math.random() < 0.05) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * 120)
}`

it('never returns a file in the middle of a change', { timeout: 60_000 }, async () => {
  const file = `${temporaryFolder()}/x.db`
  writeFileSync(file, Buffer.alloc(pages * pageSize))
  const child = spawn(process.execPath, ['-e', writer, file])
  onTestFinished(() => void child.kill('SIGKILL'))
  await once(child.stdout, 'data')
  let whole = 0
  for (const end = Date.now() + rounds(1500, 20_000); Date.now() < end || whole === 0; ) {
    const bytes = readUnchanged(file)
    if (bytes) whole++
    if (bytes) expect(bytes.equals(Buffer.alloc(pages * pageSize, bytes[0]))).toBe(true)
    await sleep(Math.random())
  }
})

it.each(['-wal', '-journal'])('does not read a file beside a non-empty %s', (suffix) => {
  const file = `${temporaryFolder()}/x.db`
  writeFileSync(file, 'bytes')
  writeFileSync(file + suffix, '')
  expect(readUnchanged(file)?.toString()).toBe('bytes')
  writeFileSync(file + suffix, 'more')
  expect(readUnchanged(file)).toBe(undefined)
})
