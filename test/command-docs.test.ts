import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Command, commandPath } from '../src/cli/command.ts'
import { candidatesFor } from '../src/commands/completion/candidates.ts'
import { commandsUnder } from '../src/commands/help/manual.ts'
import { Context } from '../src/context.ts'
import { buildProgram } from '../src/program.ts'
import { hasProgram } from './support/installed.ts'
import { root } from './support/process.ts'
import { emptyWorld } from './support/run.ts'

const nothing = { isTerminal: false, columns: 80, write() {} }
const io = { stdin: { isTerminal: false, async *chunks() {} }, stdout: nothing, stderr: nothing, env: {} }
const program = await buildProgram(new Context(io, ''), '1.2.3')
const commands = commandsUnder(program).map((command) => ({ command, path: commandPath(command) }))

const flagsOf = (command: Command): string[] => command.options.map(({ long, short }) => long ?? short ?? '')

const offeredWords = (line: string): string[] => {
  const candidates = candidatesFor(program, line.split(' ').slice(1))
  return Array.isArray(candidates) ? candidates.map(({ word }) => word) : []
}

/** The manual page with its hyphens unescaped. */
const readPage = async () => (await emptyWorld().run('help --man')).stdout.replaceAll('\\-', '-')

describe.each(commands)('$path', ({ command, path }) => {
  it('is in the manual page with all its options', async () => {
    const [, entry = ''] = (await readPage())
      .split(`\n.SS ${path} `)
      .concat((await readPage()).split(`\n.SS ${path}\n`)[1] ?? '')
      .filter(Boolean)
    const [own = ''] = entry.split(/^\.S[SH] /m)
    for (const flag of flagsOf(command)) expect(own).toContain(flag)
    for (const example of command.examples) expect(own).toContain(example.command.replaceAll('\\', '\\e').replaceAll('"', '\\(dq'))
    expect(own).not.toBe('')
  })

  it('is offered by completion with all its options', () => {
    expect(offeredWords(path)).toContain(command.name())
    expect(offeredWords(`${path} -`)).toEqual(expect.arrayContaining([...flagsOf(command), '--help', '--db']))
  })

  it('is explained by help with all its options', async () => {
    const { stdout } = await emptyWorld().run(path.replace('microblog', 'help'))
    for (const flag of flagsOf(command)) expect(stdout).toContain(flag)
  })

  it.skipIf(!existsSync(join(root, 'README.md')))('has a row in the README', () => {
    expect(readFileSync(join(root, 'README.md'), 'utf8')).toMatch(new RegExp(`^\\| .*\`${path.replace('microblog ', '')}[ \`]`, 'm'))
  })
})

describe('the manual page', () => {
  it('equals the file that the build writes', async () => {
    // A list, because newer versions of npm ignore a string here.
    const { man } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { man: [string] }
    expect(readFileSync(join(root, ...man), 'utf8').replaceAll('\\-', '-')).toBe(await readPage())
  })

  it.skipIf(!hasProgram('groff'))('is formatted by groff without warnings', async () => {
    const { stdout } = await emptyWorld().run('help --man')
    const { stdout: text, stderr, status } = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-P-cbou'], { input: stdout, encoding: 'utf8' })
    expect({ stderr, status }).toEqual({ stderr: '', status: 0 })
    expect(text).toContain('microblog follow <user> <target...>')
    expect(text).toContain('EXIT STATUS')
  })
})
