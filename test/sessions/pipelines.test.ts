import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { hasProgram, installed } from '../support/installed.ts'
import { root } from '../support/process.ts'
import { temporaryFolder } from '../support/run.ts'

const document = join(root, 'docs/pipelines.md')

interface Step {
  readonly command: string
  readonly output: string
}

/** The commands after `$ ` in the transcripts, each with its output. */
function readSteps(): Step[] {
  const transcripts = [...readFileSync(document, 'utf8').matchAll(/^```console\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text)
  return transcripts.flatMap((text) =>
    text
      .split(/^\$ /m)
      .slice(1)
      .map((step) => ({ command: step.slice(0, step.indexOf('\n')), output: step.slice(step.indexOf('\n') + 1) })),
  )
}

describe('docs/pipelines.md', () => {
  it('shows what a real shell prints', () => {
    const folder = temporaryFolder()
    const env = installed()
    const steps = readSteps()
    expect(steps.length).toBeGreaterThan(20)
    for (const { command, output } of steps) {
      if (['jq', 'parallel'].some((tool) => command.includes(`| ${tool} `) && !hasProgram(tool))) continue
      const { stdout } = spawnSync('bash', ['-c', `{ ${command}\n} 2>&1`], { cwd: folder, env, encoding: 'utf8' })
      expect({ command, output: stdout }).toEqual({ command, output })
    }
  }, 120_000)
})

describe('the seed data of nanoTwitter', () => {
  it('is imported, and its repeats and its one invalid username are reported', () => {
    const folder = temporaryFolder()
    const env = installed({ D: join(root, 'test/data') })
    const bash = (script: string) => spawnSync('bash', ['-c', `{ ${script}\n} 2>&1`], { cwd: folder, env, encoding: 'utf8' }).stdout
    const names = "awk -F, 'NR == FNR { name[$1] = $2; next }"
    bash('microblog db upgrade')
    expect(bash('cut -d, -f2 $D/users.csv | microblog import - --type users -k')).toMatch(
      /^error: line 332: "D'angelo" is not a username\n.*\n999 added, 0 already there, 1 failed\n$/,
    )
    const follows = bash(`${names} { print name[$2] "\\t" name[$1] }' $D/users.csv $D/follows.csv | microblog import - -k`)
    expect(follows).toMatch(
      /^(error: line \d+: no user named "D'angelo"\n {2}did you mean "Deangelo"\?\n){5}4904 added, 14 already there, 5 failed\n$/,
    )
    const header = 'echo username,body,timestamp'
    const tweets = `(${header}; ${names} { id = $1; sub(/^[^,]*/, name[id]); print }' $D/users.csv $D/tweets.csv)`
    expect(bash(`${tweets} | microblog import - --format csv`)).toBe('300 added, 0 already there, 0 failed\n')
    expect(bash(`${tweets} | microblog import - --format csv`)).toBe('0 added, 300 already there, 0 failed\n')
  }, 60_000)
})
