/** What all commands promise that change something: each promise once, for every command. */
import { describe, expect, it } from 'vitest'
import { query } from '../support/database.ts'
import { type RunOptions, world } from '../support/run.ts'

interface Change {
  /** What is typed; `stdin` is what it reads. */
  readonly line: string
  readonly stdin?: string
  /** What it prints on stdout in a pipe, and on a terminal. */
  readonly pipe: string
  readonly terminal: string
  /** The totals of an import. */
  readonly totals?: string
  /** The same with something that is unknown or taken, the error, and the exit code. */
  readonly refused: { readonly line: string; readonly stdin?: string; readonly error: string; readonly code: 1 | 3 }
  /** Whether it changes many things, and so can continue with the others. */
  readonly isMany: boolean
}

const noZed = { error: 'no user named "zed"', code: 3 } as const

const changes: readonly Change[] = [
  {
    line: 'follow alice bob',
    pipe: 'alice now follows bob\n',
    terminal: '✓ alice now follows bob\n',
    refused: { line: 'follow alice zed bob', ...noZed },
    isMany: true,
  },
  {
    line: 'unfollow alice carol',
    pipe: 'alice no longer follows carol\n',
    terminal: '✓ alice no longer follows carol\n',
    refused: { line: 'unfollow alice zed carol', ...noZed },
    isMany: true,
  },
  {
    line: 'post alice again --at 2026-01-02T03:04:05Z',
    pipe: '2\n',
    terminal: '✓ Posted #2 as alice\n',
    refused: { line: 'post zed hi', ...noZed },
    isMany: false,
  },
  {
    line: 'unpost 1',
    pipe: '1\n',
    terminal: '✓ Deleted #1\n',
    refused: { line: 'unpost 99 1', error: 'no post 99', code: 3 },
    isMany: true,
  },
  {
    line: 'user add dan',
    pipe: 'dan\n',
    terminal: '✓ Added dan\n',
    refused: { line: 'user add alice dan', error: 'the username "alice" is taken', code: 1 },
    isMany: true,
  },
  {
    line: 'user edit alice --username alicia',
    pipe: 'alicia\n',
    terminal: '✓ alice is now alicia\n',
    refused: { line: 'user edit zed --username alicia', ...noZed },
    isMany: false,
  },
  {
    line: 'user remove bob --yes',
    pipe: 'bob\n',
    terminal: '✓ Removed bob\n',
    refused: { line: 'user remove zed bob --yes', ...noZed },
    isMany: true,
  },
  {
    line: 'import -',
    stdin: 'bob\tcarol\n',
    pipe: '',
    terminal: '',
    totals: '1 added, 0 already there, 0 failed\n',
    refused: { line: 'import -', stdin: 'zed\tbob\nbob\tcarol\n', error: 'line 1: no user named "zed"', code: 3 },
    isMany: true,
  },
]

/** alice, bob and carol; alice follows carol and has written post 1. */
async function network() {
  const made = await world('alice', 'bob', 'carol')
  await made.run('follow alice carol')
  await made.run('post alice hello --at 2026-01-01T00:00:00Z')
  return made
}

/** Every row of the database. */
const rowsOf = (db: string): unknown => ['users', 'followers', 'posts'].map((table) => query(db, `SELECT * FROM ${table}`))

async function tryOut(line: string, options: RunOptions = {}) {
  const { run, db } = await network()
  const before = rowsOf(db)
  const result = await run(line, { env: { NO_COLOR: '1' }, ...options })
  return { ...result, before, after: rowsOf(db) }
}

const given = (stdin: string | undefined): RunOptions => (stdin === undefined ? {} : { stdin })

describe.each(changes)('$line', ({ line, stdin, pipe, terminal, totals = '', refused }) => {
  it('changes the database and prints a line that a script can read', async () => {
    const { code, stdout, stderr, before, after } = await tryOut(line, given(stdin))
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: pipe, stderr: totals })
    expect(after).not.toEqual(before)
  })

  it('prints a tick and a sentence on a terminal', async () => {
    expect((await tryOut(line, { ...given(stdin), terminal: true })).stdout).toBe(terminal)
  })

  it('makes the same change with -q and prints nothing', async () => {
    const { code, stdout, stderr, after } = await tryOut(`${line} -q`, given(stdin))
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' })
    expect(after).toEqual((await tryOut(line, given(stdin))).after)
  })

  it('prints the same with --dry-run, and a note, and changes nothing', async () => {
    const { code, stdout, stderr, before, after } = await tryOut(`${line} --dry-run`, given(stdin))
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: pipe, stderr: `${totals}dry run: nothing was changed\n` })
    expect(after).toEqual(before)
  })

  it.each(['', ' -q'])(`changes nothing when part of it is refused, and says why (${refused.line}%s)`, async (quiet) => {
    const { code, stdout, stderr, before, after } = await tryOut(refused.line + quiet, given(refused.stdin))
    expect({ code, stdout }).toEqual({ code: refused.code, stdout: '' })
    expect(stderr.split('\n')[0]).toBe(`error: ${refused.error}`)
    expect(after).toEqual(before)
  })
})

describe.each(changes.filter(({ isMany }) => isMany))('$line', ({ line, stdin, pipe, refused }) => {
  it('does the rest with -k, says what was refused, and exits 1', async () => {
    const { code, stdout, stderr, after } = await tryOut(`${refused.line} -k`, given(refused.stdin))
    expect({ code, stdout }).toEqual({ code: 1, stdout: pipe })
    expect(stderr.split('\n')[0]).toBe(`error: ${refused.error}`)
    expect(after).toEqual((await tryOut(line, given(stdin))).after)
  })
})
