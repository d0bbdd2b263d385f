import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { root, shell } from '../support/process.ts'
import { temporaryFolder } from '../support/run.ts'

/** The ```console blocks of a page, each a list of commands with what they print. */
function sessions(page: string): { command: string; output: string }[][] {
  const blocks = [...page.matchAll(/^```console\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? '')
  return blocks.map((block) => {
    const parts = block.split(/^\$ /m).slice(1)
    return parts.map((part) => {
      const end = part.indexOf('\n')
      return { command: part.slice(0, end), output: part.slice(end + 1) }
    })
  })
}

/** How long a migration took is the one thing that no transcript can promise. */
const withoutTimes = (text: string): string => text.replace(/\(\d+ ms\)/g, '(… ms)')

describe('README.md', () => {
  const found = sessions(readFileSync(`${root}README.md`, 'utf8'))

  it('has a session', () => {
    expect(found.flat().length).toBeGreaterThanOrEqual(10)
  })

  it.each(found.map((session, index) => [index + 1, session] as const))('prints what session %i says', async (_number, session) => {
    const cwd = temporaryFolder()
    for (const { command, output } of session) {
      const { stdout } = await shell(`{ ${command}\n} 2>&1`, { cwd })
      expect(`$ ${command}\n${withoutTimes(stdout)}`).toBe(`$ ${command}\n${withoutTimes(output)}`)
    }
  })
})
