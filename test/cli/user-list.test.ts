import { describe, expect, it } from 'vitest'
import { main } from '../../src/main.ts'
import { execute, fillWithUsers } from '../support/database.ts'
import { world } from '../support/run.ts'

/** The number of lines in each block that the command writes to stdout. */
async function blocksOf(db: string, ...argv: readonly string[]): Promise<number[]> {
  const blocks: number[] = []
  const output = { isTerminal: false, columns: 80 }
  const count = (text: string | Uint8Array) => Buffer.from(text).toString().split('\n').length - 1
  const io = {
    stdin: { isTerminal: false, async *chunks() {} },
    stdout: { ...output, write: (text: string | Uint8Array) => void blocks.push(count(text)) },
    stderr: { ...output, write: () => {} },
    env: { MICROBLOG_DB: db },
  }
  expect(await main(argv, io)).toBe(0)
  return blocks
}

describe('a long list of names', () => {
  it('is begun before it is sorted, so that head has its lines at once; a short one or a page is not', async () => {
    const { db } = await world()
    fillWithUsers(db, 20_001)
    execute(db, 'INSERT INTO followers SELECT id, 1 FROM users WHERE id > 1; INSERT INTO followers SELECT id, 2 FROM users WHERE id > 5000')
    expect((await blocksOf(db, 'followers', 'user00000')).slice(0, 3)).toEqual([200, 800, 3_000])
    expect((await blocksOf(db, 'followers', 'user00000', '-r')).slice(0, 3)).toEqual([200, 800, 3_000])
    expect((await blocksOf(db, 'followers', 'user00001')).slice(0, 1)).not.toEqual([200])
    expect((await blocksOf(db, 'followers', 'user00000', '--offset', '1')).slice(0, 1)).not.toEqual([200])
  })
})
