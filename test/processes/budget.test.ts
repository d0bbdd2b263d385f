/** What `is-following` may read, load and ask of the system. A change that needs more is to be measured, and then raises a limit here. */
import { execFileSync, spawnSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { bin, cleanEnvironment, root } from '../support/process.ts'
import { temporaryFolder, world } from '../support/run.ts'

const isMeasured = process.versions.node.startsWith('20.') && !process.env.MICROBLOG_TEST_SERVER
const hasStrace = spawnSync('strace', ['--version']).status === 0

describe.skipIf(!isMeasured)('is-following', () => {
  let folder: string
  let env: Record<string, string>

  beforeEach(async () => {
    const { db, run } = await world('alice', 'bob')
    await run('follow alice bob')
    folder = temporaryFolder()
    env = cleanEnvironment({ MICROBLOG_DB: db })
  })

  const commandLine = [bin, 'is-following', 'alice', 'bob']

  /** The calls of one process, without its other threads. */
  function trace(calls: string, argv: readonly string[]): string[] {
    const file = join(folder, 'trace')
    execFileSync('strace', ['--trace', calls, '--output', file, process.execPath, ...argv], { env, cwd: folder })
    return execFileSync('cat', [file], { encoding: 'utf8' }).trimEnd().split('\n')
  }

  it.skipIf(!hasStrace)('reads three files of the program with their code caches, and no more than 1.1 MB', () => {
    const opened = trace('openat', commandLine).flatMap((line) => /\/dist\/([\w-]+\.js(?:\.cache)?)"/.exec(line)?.[1] ?? [])
    expect(opened).toEqual(['main', 'commands', 'shared'].flatMap((file) => [`${file}.js`, `${file}.js.cache`]))
    const bytes = opened.reduce((sum, file) => sum + statSync(`${root}dist/${file}`).size, 0)
    expect(bytes).toBeLessThan(1_100_000)
  })

  it('loads of Node only what it needs to begin', () => {
    const [empty, preload, list] = ['empty.js', 'preload.cjs', 'list'].map((name) => join(folder, name)) as [string, string, string]
    writeFileSync(empty, '')
    writeFileSync(preload, `process.on('exit', () => require('fs').writeFileSync('${list}', JSON.stringify(process.moduleLoadList)))`)
    const loaded = (argv: readonly string[]): string[] => {
      execFileSync(process.execPath, ['--require', preload, ...argv], { env, cwd: folder })
      return JSON.parse(execFileSync('cat', [list], { encoding: 'utf8' }))
    }
    const bare = new Set(loaded([empty]))
    const more = loaded(commandLine).filter((name) => name.startsWith('NativeModule ') && !bare.has(name))
    expect(more.map((name) => name.replace('NativeModule ', '')).filter((name) => !name.startsWith('internal/'))).toEqual([
      'vm',
      'process',
      'module',
    ])
  })

  it.skipIf(!hasStrace)('makes no more than 200 system calls beyond those of Node itself', () => {
    const empty = join(folder, 'empty.js')
    writeFileSync(empty, '')
    expect(trace('all', commandLine).length - trace('all', [empty]).length).toBeLessThan(200)
  })
})
