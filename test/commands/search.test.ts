import { describe, expect, it } from 'vitest'
import { server, world } from '../support/run.ts'

async function withPosts() {
  const made = await world('alice', 'bob')
  await made.run(['post', 'alice', 'Coffee in the café, @bob?', '--at', '2026-01-01'])
  await made.run(['post', 'bob', 'no coffee: tea', '--at', '2026-01-02'])
  await made.run(['post', 'bob', "c++ isn't tea\u001b[31m", '--at', '2026-01-03'])
  const found = async (query: string, ...options: string[]) =>
    (await made.run(['search', query, '--fields', 'id', ...options])).stdout.split('\n').filter((line) => line !== '')
  return { ...made, found }
}

describe('search', () => {
  it('finds posts with all of the words, newest first, ignoring case', async () => {
    const { found } = await withPosts()
    expect(await found('coffee')).toEqual(['2', '1'])
    expect(await found('COFFEE tea')).toEqual(['2'])
    expect(await found('coffee', '--user', 'alice')).toEqual(['1'])
    expect(await found('tea', '--since', '2026-01-03')).toEqual(['3'])
    expect(await found('coffee NOT tea')).toEqual(['1'])
    expect(await found('"in the"')).toEqual(['1'])
    expect(await found('caf*', '--count')).toEqual(['1'])
  })

  it('ignores accents on SQLite, and takes them seriously on PostgreSQL', async () => {
    const { found } = await withPosts()
    expect(await found('café')).toEqual(['1'])
    expect(await found('cafe')).toEqual(server ? [] : ['1'])
  })

  it('finds words that are near each other on SQLite, and refuses that on PostgreSQL', async () => {
    const { run, found } = await withPosts()
    if (!server) return expect(await found('NEAR(coffee café)')).toEqual(['1'])
    expect(await run(['search', 'NEAR(coffee café)'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: NEAR is not understood on PostgreSQL\n  search for words, "a phrase", begin*, OR, NOT, #tag and @name\n',
    })
  })

  it.each([
    'c++',
    "isn't",
    '@bob',
    'bob?',
    'body:',
    'nosuch:tea',
    '"',
    '(',
    'AND',
    '*',
    '-',
    'NEAR(',
    'a "b',
    '^',
    "'; DROP TABLE posts; --",
    '\\',
  ])('handles the query %s without an SQL error', async (query) => {
    const { run } = await withPosts()
    expect(await run(['search', '--', query])).toMatchObject({ code: 0, stderr: '' })
  })

  it('searches for plain words when the query is not valid FTS5 syntax', async () => {
    const { found } = await withPosts()
    expect(await found('c++')).toEqual(['3'])
    expect(await found("isn't tea")).toEqual(['3'])
    expect(await found('@bob')).toEqual(['1'])
  })

  it('takes an operator that joins nothing for a word', async () => {
    const { run } = await world('alice')
    for (const body of ['tea', 'tea or not tea #tea', 'tea #tea']) await run(['post', 'alice', body])
    const found = async (query: string) => (await run(['search', query, '--fields', 'body', '--no-header'])).stdout
    for (const query of ['NOT tea', 'OR NOT tea', 'tea OR', 'NOT #tea']) expect(await found(query), query).toBe('tea or not tea #tea\n')
  })

  it.each([
    ['漢字', ['1', '2']],
    ['"漢字"', ['1', '2']],
    ['字テ', ['1']],
    ['漢字*', ['1', '2']],
    ['漢字 テスト', ['1']],
    ['テスト coffee', ['1']],
    ['Coffee テスト', ['1']],
    ['テスト cof*', ['1']],
    ['"字テスト with"', ['1']],
    ['漢字 NOT coffee', ['2']],
    ['テスト OR 서울', ['1', '3']],
    ['(テスト OR 서울) AND coffee', ['1']],
    ['漢字 NOT (coffee OR 서울)', ['2']],
    ['(漢字 coffee', ['1']],
    ['OR 漢字', []],
    ['漢字 -', ['1', '2']],
    ['서울', ['3']],
    ['ภาษา', ['4']],
    ['ภาษาไทย', ['4']],
    ['🎉', ['5']],
    ['party 🎉', ['5']],
    ['iphone漢', ['6']],
    ['字%', []],
    ['_字', ['6']],
    ['"字\\"', ['6']],
    ['字字', []],
  ])('finds %s inside of words that no blanks set apart', async (query, ids) => {
    const { run } = await world('alice')
    for (const body of ['漢字テスト with coffee', '漢字。', '서울에서', 'เรียนภาษาไทย', 'party 🎉🎉', 'iPhone漢_字\\'])
      await run(['post', 'alice', body])
    expect((await run(['search', query, '--fields', 'id', '-r'])).stdout.split('\n').slice(0, -1)).toEqual(ids)
    expect((await run(['search', query, '--count', '-n', '0'])).stdout).toBe(`${ids.length}\n`)
  })

  it.each([
    ['#fun', ['2', '3', '4', '5', '9']],
    ['#FUN', ['2', '3', '4', '5', '9']],
    ['"#fun"', ['2', '3', '4', '5', '9']],
    ['#fun!', ['2', '3', '4', '5', '9']],
    ['#fun coffee', ['3']],
    ['#fun NOT coffee', ['2', '4', '5', '9']],
    ['#fun #funny', ['9']],
    ['#funny OR "is fun"', ['1', '3', '6', '9']],
    ['#fun_time', ['7']],
    ['#café', ['8']],
    // PostgreSQL tells letters with accents apart.
    ['#cafe', server ? [] : ['8']],
    ['@bob', ['10', '11']],
    ['@BOB hi', ['10']],
    ['@bob.smith', ['12']],
    ['#nosuch', []],
    ['#fun*', ['2', '3', '4', '5', '6', '7', '9']],
    ['#fun #fun*', ['2', '3', '4', '5', '9']],
    ['@bo*', ['10', '11', '12', '15']],
    ['#می', []],
    ['#می\u200cخواهم', ['16']],
    ['#हिन्दी', ['17']],
    ['#हि', []],
    ['fun', ['1', '2', '3', '4', '5', '7', '9']],
  ])('finds %s as a whole tag or name', async (query, ids) => {
    const { run } = await world('alice')
    const bodies = ['this is fun', '#fun', 'coffee is #Fun, yes', '(#fun)', '“#fun”…', '#funny', '#fun_time', 'in the #Café', '#funny #fun']
    for (const body of [...bodies, 'hi @Bob!', '.@bob.', '@bob.smith', 'bob', 'a@bob', '@bobby', '#می\u200cخواهم', '#हिन्दी'])
      await run(['post', 'alice', body])
    expect((await run(['search', query, '--fields', 'id', '-r'])).stdout.split('\n').slice(0, -1)).toEqual(ids)
  })

  it('prints a match inside of a word in bold', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'coffee 漢字テスト #fun'])
    const { stdout } = await run(['search', '字テ coffee #fun'], { terminal: true })
    expect(stdout).toContain('  \u001b[1mcoffee\u001b[22m 漢\u001b[1m字テ\u001b[22mスト \u001b[36m#fun\u001b[39m\n')
  })

  it('prints matches in bold and control characters escaped on a terminal', async () => {
    const { run } = await withPosts()
    expect((await run('search coffee --user alice', { terminal: true })).stdout).toContain(
      '\u001b[1mCoffee\u001b[22m in the café, \u001b[36m@bob',
    )
    expect((await run('search isnt', { terminal: true })).stderr).toBe('no post matches\n')
    expect((await run(['search', 'c++'], { terminal: true, env: { NO_COLOR: '1' } })).stdout).toContain("  c++ isn't tea\\u{1b}[31m\n")
  })

  // Whether a joiner ends a word is not the same in all versions of PostgreSQL.
  it.skipIf(server)('shows the joiners of a word beside a hit as they are', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'می\u200cخواهم'])
    const { stdout } = await run(['search', 'خواهم'], { terminal: true })
    expect(stdout).toContain('می\u200c\u001b[1mخواهم\u001b[22m\n')
  })

  it('shows a tag with joiners and signs in one colour', async () => {
    const { run } = await world('alice')
    await run(['post', 'alice', 'a #می\u200cخواهم #हिन्दी'])
    const { stdout } = await run('posts alice', { terminal: true })
    expect(stdout).toContain('a \u001b[36m#می\u200cخواهم\u001b[39m \u001b[36m#हिन्दी\u001b[39m\n')
  })

  it('reflects posts that were added, deleted, or removed with their author', async () => {
    const { run, found } = await withPosts()
    await run('unpost 2')
    expect(await found('coffee')).toEqual(['1'])
    await run('user remove alice --yes')
    expect(await found('coffee')).toEqual([])
    await run(['post', 'bob', 'more coffee'])
    expect(await found('coffee')).toEqual(['4'])
  })

  it('finds posts that are older than the search index', async () => {
    const { run, found } = await withPosts()
    await run('db downgrade 0003 --yes')
    expect(await run('db upgrade')).toMatchObject({ code: 0 })
    expect(await found('coffee')).toEqual(['2', '1'])
  })
})
