import { describe, expect, it } from 'vitest'
import { type ColorChoice, isColored, loadStyle } from '../../src/output/style.ts'

type Case = [choice: ColorChoice, env: Record<string, string>, isTerminal: boolean, colored: boolean]

const cases: Case[] = [
  ['auto', {}, true, true],
  ['auto', {}, false, false],
  ['never', { FORCE_COLOR: '1' }, true, false],
  ['always', { NO_COLOR: '1', TERM: 'dumb' }, false, true],
  ['auto', { NO_COLOR: '1', FORCE_COLOR: '1' }, true, false],
  ['auto', { NO_COLOR: '0' }, true, false],
  ['auto', { NO_COLOR: '' }, true, true],
  ['auto', { FORCE_COLOR: '1' }, false, true],
  ['auto', { FORCE_COLOR: '' }, false, true],
  ['auto', { FORCE_COLOR: '0' }, true, false],
  ['auto', { FORCE_COLOR: 'false' }, true, false],
  ['auto', { FORCE_COLOR: '1', TERM: 'dumb' }, false, true],
  ['auto', { CLICOLOR_FORCE: '1' }, false, true],
  ['auto', { CLICOLOR_FORCE: '' }, false, false],
  ['auto', { CLICOLOR_FORCE: '' }, true, true],
  ['auto', { CLICOLOR_FORCE: '0' }, false, false],
  ['auto', { CLICOLOR_FORCE: '1', CLICOLOR: '0' }, false, true],
  ['auto', { CLICOLOR_FORCE: '1', NO_COLOR: '1' }, false, false],
  ['auto', { CLICOLOR: '0' }, true, false],
  ['auto', { CLICOLOR: '1' }, true, true],
  ['auto', { CLICOLOR: '1' }, false, false],
  ['auto', { TERM: 'dumb' }, true, false],
  ['auto', { TERM: 'xterm' }, true, true],
]

describe('colour', () => {
  it.each(cases)('--color %s, %j, terminal: %s gives %s', (choice, env, isTerminal, colored) => {
    expect(isColored(choice, env, { isTerminal })).toBe(colored)
  })

  it("does not depend on chalk's own detection", async () => {
    expect((await loadStyle(true)).bad('x')).toContain('\u001b[31m')
    expect((await loadStyle(false)).bad('x')).toBe('x')
  })
})
