/** Posts with control characters, printed on a real pseudo-terminal. */

import { execFileSync } from 'node:child_process'
import stringWidth from 'string-width'
import { describe, expect, it } from 'vitest'
import { bin, cleanEnvironment } from '../support/process.ts'
import { world } from '../support/run.ts'

const hostile = ['\u001b[2J\u001b]0;owned\u0007 gone', 'a\u202eb cba', 'left\rright', '🎉'.repeat(140), 'a\tb', '\u009b31m\u200bx\u{e0041}']

describe('a hostile post', () => {
  it('is printed escaped and within the width of the terminal', async () => {
    const { run, db } = await world('alice')
    for (const body of hostile) await run(['post', 'alice', body])
    const command = `stty cols 60; '${process.execPath}' '${bin}' --db '${db}' --color never posts alice`
    const screen = execFileSync('script', ['-qec', command, '/dev/null'], { env: cleanEnvironment({ COLUMNS: '60' }), encoding: 'utf8' })
    // The terminal turns a newline into CRLF.
    const lines = screen.replaceAll('\r\n', '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the test is that there are none
    expect(lines).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u{e0000}-\u{e007f}]/u)
    expect(lines).toContain('  left\\rright\n')
    expect(lines).toContain('  a\\u{202e}b cba\n')
    for (const line of lines.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(60)
    expect([...lines].filter((character) => character === '🎉')).toHaveLength(140)
  })

  it('is intact in --json, and stays one line of four fields in a pipe', async () => {
    const { run } = await world('alice')
    for (const body of hostile) await run(['post', 'alice', body])
    const rows = JSON.parse((await run('posts alice --json -r')).stdout) as { body: string }[]
    expect(rows.map(({ body }) => body)).toEqual(hostile)
    const lines = (await run('posts alice -r')).stdout.trimEnd().split('\n')
    expect(lines.map((line) => line.split('\t').length)).toEqual(hostile.map(() => 4))
  })
})
