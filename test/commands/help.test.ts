import { describe, expect, it } from 'vitest'
import { type Command, commandPath } from '../../src/cli/command.ts'
import { Context } from '../../src/context.ts'
import { buildProgram } from '../../src/program.ts'
import { emptyWorld } from '../support/run.ts'

const silent = { isTerminal: false, columns: 80, write() {} }
const io = { stdin: { isTerminal: false, async *chunks() {} }, stdout: silent, stderr: silent, env: {} }

const leaves = (command: Command): readonly Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leaves))
const commands = leaves(await buildProgram(new Context(io, ''), '0.0.0'))
const lines = commands.map((command) => commandPath(command).replace(/^microblog /, ''))

describe('help', () => {
  it.each(lines)('shows an example for %s', async (line) => {
    const { run } = emptyWorld()
    const { code, stdout, stderr } = await run(`help ${line}`)
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/\nExamples:\n {2}(# .*\n {2})?.*microblog /)
  })

  it.each([...lines, 'user', 'db'])('describes %s in a sentence', async (line) => {
    const { run } = emptyWorld()
    expect((await run(`help ${line}`)).stdout).toMatch(/^Usage: .*\n\n[A-Z][\s\S]*?\.\n\n/)
  })

  it.each(lines)('prints the same as %s --help', async (line) => {
    const { run } = emptyWorld()
    expect(await run(`${line} --help`)).toEqual(await run(`help ${line}`))
  })

  it.each([40, 80, 120])('has examples that can be pasted, with comments, at %i columns', async (columns) => {
    const { run } = emptyWorld()
    const { stdout } = await run('help import', { columns })
    expect(stdout).toMatch(/\n {2}# two columns: who follows, and whom\n {2}printf 'alice\\tcarol\\n' \| microblog import -\n/)
    expect((await run('help explore', { columns: 80 })).stdout).toContain('  microblog explore                  # the 20 newest\n')
  })

  it.each(['--help', 'help user'])('fits 40 columns: %s', async (line) => {
    const { stdout } = await emptyWorld().run(line, { columns: 40 })
    const text = stdout.replace(/First steps:[^:]*$/m, '')
    expect(text.split('\n').filter((line) => line.length > 40 && !line.startsWith('Usage:'))).toEqual([])
    expect(text).toContain('show')
  })

  it('has first steps', async () => {
    const { run } = emptyWorld()
    const { stdout } = await run('--help', { columns: 80 })
    expect(stdout).toMatch(/\nFirst steps:\n {2}microblog db upgrade +# create the database/)
  })

  it('lists commands under headings, and the topics', async () => {
    const { run } = emptyWorld()
    const { code, stdout } = await run('help')
    expect(code).toBe(0)
    for (const word of ['Users:', 'user', 'users', 'Following:', 'followers', 'is-following', 'Data:', 'db', 'exit-codes', 'formats']) {
      expect(stdout).toMatch(new RegExp(`^ *${word}(?![a-z-])`, 'm'))
    }
  })

  it('prints the same as --help', async () => {
    const { run } = emptyWorld()
    expect(await run('help')).toEqual(await run('--help'))
  })

  it.each([
    ['exit-codes', /130 {2}interrupted/],
    ['formats', /ndjson/],
    ['environment', /MICROBLOG_DB .* unset\n +or empty: \.\/microblog\.db/],
  ])('has the topic %s', async (topic, text) => {
    const { run } = emptyWorld()
    expect(await run(`help ${topic}`)).toMatchObject({ code: 0, stdout: expect.stringMatching(text) })
  })

  it('lists the subcommands of a group', async () => {
    const { run } = emptyWorld()
    expect((await run('help db')).stdout).toMatch(/upgrade.*downgrade.*current.*history.*path/s)
  })

  it('accepts aliases', async () => {
    const { run } = emptyWorld()
    expect((await run('help user rm')).stdout).toBe((await run('help user remove')).stdout)
  })

  it('suggests the nearest command for an unknown one', async () => {
    const { run } = emptyWorld()
    expect(await run('help folow')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: unknown command or topic \'folow\'\n  did you mean "follow"?\n',
    })
  })

  it.each(['constructor', '__proto__', 'hasOwnProperty'])('has no topic %s', async (word) => {
    const { run } = emptyWorld()
    expect((await run(`help ${word}`)).code).toBe(2)
  })

  it.each([
    [60, 60],
    [40, 40],
    [5, 40],
    [1, 40],
  ])('wraps, on a terminal of %i columns, at %i columns', async (columns, width) => {
    const { run } = emptyWorld()
    const { stdout } = await run('follow --help', { columns })
    const options = stdout.slice(stdout.indexOf('\n'), stdout.indexOf('\nExamples:'))
    expect(Math.max(...options.split('\n').map((line) => line.length))).toBeLessThanOrEqual(width)
  })

  it.each([
    ['followers', 'only those who do not follow <u>'],
    ['following', 'only those whom <u> does not follow'],
  ])('describes --not correctly for %s', async (line, text) => {
    const { run } = emptyWorld()
    expect((await run(`help ${line}`)).stdout.replace(/\s+/g, ' ')).toContain(text)
  })

  it('neither needs nor creates a database', async () => {
    const { run, db } = emptyWorld()
    await run('help follow')
    const { existsSync } = await import('node:fs')
    expect(existsSync(db)).toBe(false)
  })
})
