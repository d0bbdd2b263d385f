import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { world } from '../support/run.ts'

/** A world and its `importing`, which writes the files to its folder and imports them in that order; names without text are only named. */
async function place(...users: readonly string[]) {
  const { run, folder } = await world(...users)
  const importing = (files: Readonly<Record<string, string | undefined>>, options = '', stdin = '') => {
    for (const [name, text] of Object.entries(files)) if (text !== undefined) writeFileSync(join(folder, name), text)
    const paths = Object.keys(files).map((name) => (name === '-' ? name : join(folder, name)))
    return run(['import', ...paths, ...options.split(' ').filter(Boolean)], { stdin })
  }
  return { run, folder, importing }
}

const done = (text: string) => ({ code: 0, stdout: '', stderr: text })

describe('import of several files', () => {
  it('brings in all of them, each in the format of its own name', async () => {
    const { run, importing } = await place('alice', 'bob', 'carol')
    const files = {
      'a.tsv': 'alice\tbob\n',
      'b.csv': 'followed,follower\r\nalice,carol\r\n',
      'c.json': '[{"follower":"bob","followed":"carol"}]',
    }
    expect(await importing(files)).toEqual(done('3 added, 0 already there, 0 failed\n'))
    expect((await run('export follows --format plain')).stdout).toBe('alice\tbob\nbob\tcarol\ncarol\talice\n')
  })

  it('is one transaction: a fault in the second file keeps out the first', async () => {
    const { run, folder, importing } = await place('alice', 'bob')
    expect(await importing({ 'a.tsv': 'alice\tbob\n', 'b.tsv': 'bob\talice\nbob\tnobody\n' })).toEqual({
      code: 3,
      stdout: '',
      stderr: `error: ${join(folder, 'b.tsv')}:2: no user named "nobody"\n`,
    })
    expect((await run('export follows --format plain')).stdout).toBe('')
  })

  it('names the faults of all files, in the order of the files and lines', async () => {
    const { folder, importing } = await place('alice', 'bob')
    const { code, stderr } = await importing({ 'a.tsv': 'alice\tbob\nalice\tx\n', 'b.tsv': 'y\talice\nbob\talice\nz\talice\n' }, '-k')
    const [a, b] = [join(folder, 'a.tsv'), join(folder, 'b.tsv')]
    const faults = [`${a}:2: no user named "x"`, `${b}:1: no user named "y"`, `${b}:3: no user named "z"`]
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${faults.map((fault) => `error: ${fault}\n`).join('')}2 added, 0 already there, 3 failed\n`,
    })
  })

  it('names file and line of a user who is refused by the database', async () => {
    const { folder, importing } = await place('alice')
    const { code, stderr } = await importing({ 'a.csv': 'username\nbob\n', 'b.csv': 'username,email\ncarol,\nalice,new@example.com\n' })
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `error: ${join(folder, 'b.csv')}:3: the user "alice" already exists, without an email address\n`,
    })
  })

  it('reads standard input in its turn, but only once', async () => {
    const { run, importing } = await place('alice', 'bob', 'carol')
    expect(await importing({ 'a.tsv': 'alice\tbob\n', '-': undefined, 'b.tsv': 'carol\tbob\n' }, '', 'bob\talice\n')).toMatchObject({
      code: 0,
    })
    expect((await run('followers bob')).stdout).toBe('alice\ncarol\n')
    expect(await run('import - -')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: standard input can be read only once\n  name - once\n',
    })
  })

  it('refuses files of two types', async () => {
    const { run, folder, importing } = await place('alice')
    const { code, stderr } = await importing({ 'a.csv': 'username\nbob\n', 'b.csv': 'follower,followed\nalice,bob\n' })
    expect({ code, stderr: stderr.split('\n')[0] }).toEqual({
      code: 2,
      stderr: `error: ${join(folder, 'b.csv')} holds follows, and a file before it users`,
    })
    expect((await run('users')).stdout).toBe('alice\n')
  })

  it('takes an empty file for one of any type', async () => {
    const { importing } = await place('alice')
    expect(await importing({ 'a.tsv': '', 'b.csv': 'username\nbob\n' })).toEqual(done('1 added, 0 already there, 0 failed\n'))
  })

  it('changes nothing when one of them does not exist', async () => {
    const { run, importing } = await place('alice', 'bob')
    expect(await importing({ 'a.tsv': 'alice\tbob\n', 'missing.tsv': undefined })).toMatchObject({ code: 3 })
    expect((await run('followers bob')).stdout).toBe('')
  })
})
