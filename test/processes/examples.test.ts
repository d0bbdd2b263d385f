import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from '@lydell/node-pty'
import { describe, expect, it } from 'vitest'
import { type Command, commandPath } from '../../src/cli/command.ts'
import { Context } from '../../src/context.ts'
import { buildProgram } from '../../src/program.ts'
import { checkout } from '../support/checkout.ts'
import { hasProgram } from '../support/installed.ts'
import { migrationFiles } from '../support/migrations.ts'
import { bin, cleanEnvironment } from '../support/process.ts'
import { temporaryFolder, world } from '../support/run.ts'

const silent = { isTerminal: false, columns: 80, write() {} }
const io = { stdin: { isTerminal: false, async *chunks() {} }, stdout: silent, stderr: silent, env: {} }
const program = await buildProgram(new Context(io, ''), '0.0.0')

const leaves = (command: Command): readonly Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leaves))
const examples = leaves(program).flatMap((command) =>
  command.examples.map((example) => ({ line: `${example.command}  # ${example.does}`, path: commandPath(command) })),
)

/** Runs the line in bash on a terminal as a person would paste it, who says yes to questions and gives no password. */
function paste(line: string, cwd: string, bin: string): Promise<{ code: number; text: string }> {
  const script = `microblog() { '${process.execPath}' '${bin}' "$@"; }; export -f microblog; set -o pipefail; ${line}\n`
  const terminal = spawn('bash', ['-c', script], { cwd, cols: 100, rows: 40, env: cleanEnvironment({ PAGER: 'cat', MANPAGER: 'cat' }) })
  let text = ''
  let seen = 0
  terminal.onData((data) => {
    text += data
    const [question, keys] = /Continue\?/.test(text.slice(seen)) ? ['Continue?', 'y\r'] : ['Password', '\r']
    if (!text.slice(seen).includes(question)) return
    seen = text.length
    setTimeout(() => terminal.write(keys), 150)
  })
  return new Promise((resolve) => terminal.onExit(({ exitCode }) => resolve({ code: exitCode, text })))
}

/** A folder with a small network in microblog.db and alice's password in alice.txt. */
async function network(): Promise<string> {
  const { folder, run } = await world('alice', 'bob', 'carol', 'john')
  for (const line of ['alice bob', 'bob alice carol', 'carol john']) await run(`follow ${line}`)
  for (let i = 1; i <= 12; i++) await run(['post', 'alice', `good morning, coffee number ${i} #fun`])
  await run(['post', 'alice', 'old', '--at', '2019-01-02'])
  writeFileSync(join(folder, 'alice.txt'), 's3cret\n')
  await run('user edit alice --password-stdin', { stdin: 's3cret\n' })
  return folder
}

/** Where to run the examples of a command. */
async function placeFor(path: string): Promise<{ folder: string; program: string }> {
  if (path === 'microblog db upgrade') return { folder: temporaryFolder(), program: bin }
  if (!/ db (migrate|revision)$/.test(path)) return { folder: await network(), program: bin }
  const folder = checkout()
  if (path.endsWith('migrate'))
    for (const name of migrationFiles(join(folder, 'migrations')).filter((name) => name > '0003')) rmSync(join(folder, 'migrations', name))
  return { folder, program: join(folder, 'bin', 'microblog.js') }
}

describe('the help', () => {
  // The completion scripts of fish and PowerShell are tested in these shells.
  const others = examples.filter(({ line }) => !/\b(fish|pwsh)\b/.test(line))
  it.for(others)('has an example that runs as it is written: $line', async ({ line, path }, { skip }) => {
    const missing = ['man', 'sqlite3', 'openssl'].find((name) => new RegExp(`\\b${name} `).test(line) && !hasProgram(name))
    skip(missing !== undefined, `there is no ${missing}`)
    const { folder, program } = await placeFor(path)
    const { code, text } = await paste(line, folder, program)
    expect({ code, text }).toEqual({ code: 0, text: expect.not.stringContaining('error:') })
  })

  it('has first steps that run one after the other', async () => {
    const folder = temporaryFolder()
    const screens = []
    for (const { command, does } of program.examples) screens.push(await paste(`${command}  # ${does}`, folder, bin))
    expect(screens.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0])
    expect(screens.at(-1)?.text).toContain('hello, world')
  })
})
