/** The recipes of `help files`, each run on a small file of its kind. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fileRecipes } from '../../src/cli/file-recipes.ts'
import { execute, query } from '../support/database.ts'
import { hasProgram } from '../support/installed.ts'
import { root, shell } from '../support/process.ts'
import { emptyWorld, world } from '../support/run.ts'

const json = JSON.stringify
const tweets = [{ tweet: { created_at: 'Wed Oct 10 20:19:24 +0000 2018', full_text: 'a tweet' } }]
const outbox = {
  orderedItems: [
    { type: 'Create', published: '2022-11-05T10:00:00Z', object: { content: '<p>a <b>toot</b></p>' } },
    { type: 'Announce', published: '2022-11-06T10:00:00Z', object: 'https://example.social/1' },
  ],
}

/** For each recipe, by the beginning of its title: its files, and what is in the database afterwards. */
const cases: readonly (readonly [title: string, files: Readonly<Record<string, string>>, expected: readonly string[]])[] = [
  [
    "Mastodon's following_accounts.csv",
    { 'following_accounts.csv': 'Account address,Show boosts,Notify on new posts,Languages\nbob@example.social,true,false,\n' },
    ['alice > bob.example.social'],
  ],
  ["Mastodon's outbox.json", { 'outbox.json': json(outbox) }, ['alice 2022-11-05T10:00:00.000Z a toot']],
  [
    "A Twitter archive's following.js",
    { 'following.js': `window.YTD.following.part0 = ${json([{ following: { accountId: '12', userLink: 'x' } }])}` },
    ['alice > 12'],
  ],
  [
    "A Twitter archive's follower.js",
    { 'follower.js': `window.YTD.follower.part0 = ${json([{ follower: { accountId: '34', userLink: 'x' } }])}` },
    ['34 > alice'],
  ],
  [
    "A Twitter archive's tweets.js",
    { 'tweets.js': `window.YTD.tweets.part0 = ${json(tweets)}` },
    ['alice 2018-10-10T20:19:24.000Z a tweet'],
  ],
  ['An edge list of SNAP', { 'edges.txt': '# Nodes: 3\n0\t1\n0\t2\n' }, ['0 > 1', '0 > 2']],
  ['An edge list of KONECT', { 'out.network': '% asym unweighted\n1 2\n2 3 1 100\n' }, ['1 > 2', '2 > 3']],
  [
    'A twtxt file',
    { 'twtxt.txt': '# nick = alice\n2016-02-04T13:30:00+01:00\thello there\n\n' },
    ['alice 2016-02-04T12:30:00.000Z hello there'],
  ],
  [
    'A Bluesky repository as JSON, a record a file: posts',
    { 'app.bsky.feed.post/3k.json': json({ $type: 'app.bsky.feed.post', text: 'a skeet', createdAt: '2023-07-01T01:02:03.456Z' }) },
    ['alice 2023-07-01T01:02:03.456Z a skeet'],
  ],
  [
    'A Bluesky repository as JSON: whom',
    {
      'app.bsky.graph.follow/3k.json': json({ $type: 'app.bsky.graph.follow', subject: 'did:plc:abc', createdAt: '2023-07-01T01:02:03Z' }),
    },
    ['alice > abc'],
  ],
  ['CSV from Excel', { 'people.csv': '\ufeffFollower;Followed\r\nbob;alice\r\n' }, ['bob > alice']],
  ["Gephi's edges", { 'edges.csv': 'Source,Target,Type,Id,Label,timeset,Weight\nbob,carol,Directed,0,,,1.0\n' }, ['bob > carol']],
]

const follows = `SELECT a.username || ' > ' || b.username AS line FROM followers JOIN users a ON a.id = follower_id JOIN users b ON b.id = followed_id`
const posts = `SELECT username || ' ' || timestamp || ' ' || body AS line FROM posts JOIN users ON users.id = user_id`

const commandOf = (title: string): string => fileRecipes.find((recipe) => recipe.title.startsWith(title))?.command ?? ''

async function runRecipe(title: string, folder: string): Promise<void> {
  expect(await shell(commandOf(title), { cwd: folder })).toMatchObject({
    code: 0,
    stdout: '',
    stderr: expect.not.stringContaining('error'),
  })
}

const lines = (db: string): string[] => query<{ line: string }>(db, `${follows} UNION ALL ${posts}`).map(({ line }) => line)

describe.runIf(hasProgram('jq') && hasProgram('sqlite3'))('the recipe (with jq and sqlite3) for', () => {
  it.each(cases)('%s does what it says', async (title, files, expected) => {
    const { folder, db } = await world('alice')
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
    await runRecipe(title, folder)
    expect(lines(db)).toEqual(expected)
  })

  it("the Flask tutorial's app.db does what it says", async () => {
    const { folder, db } = await world()
    execute(
      join(folder, 'app.db'),
      `CREATE TABLE user (id INTEGER PRIMARY KEY, username VARCHAR(64), email VARCHAR(120), password_hash VARCHAR(128));
      CREATE TABLE followers (follower_id INTEGER, followed_id INTEGER);
      CREATE TABLE post (id INTEGER PRIMARY KEY, body VARCHAR(140), timestamp DATETIME, user_id INTEGER);
      INSERT INTO user VALUES (1, 'john', 'john@example.com', 'x'), (2, 'susan', 'susan@example.com', 'x');
      INSERT INTO followers VALUES (1, 2);
      INSERT INTO post VALUES (1, 'a post, with a comma', '2020-01-02 03:04:05.678901', 2)`,
    )
    await runRecipe("The Flask tutorial's app.db", folder)
    expect(lines(db)).toEqual(['john > susan', 'susan 2020-01-02T03:04:05.679Z a post, with a comma'])
  })

  it('GraphML writes the follows', async () => {
    const { folder } = await world('alice', 'bob')
    await shell('microblog follow alice bob', { cwd: folder })
    await runRecipe('Out to Gephi', folder)
    expect(readFileSync(join(folder, 'network.graphml'), 'utf8')).toMatch(/<edge source="\w+" target="\w+"\/>/)
  })

  it('every recipe is run', () => {
    const titles = [...cases.map(([title]) => title), "The Flask tutorial's app.db", 'Out to Gephi']
    expect(fileRecipes.filter(({ title }) => !titles.some((start) => title.startsWith(start)))).toEqual([])
  })
})

describe('the recipes', () => {
  const page = readFileSync(join(root, 'docs/files.md'), 'utf8')

  it('are printed by help files', async () => {
    const { stdout } = await emptyWorld().run('help files')
    for (const { title, command } of fileRecipes) expect(stdout).toContain(`${title}\n  ${command.replaceAll('\n', '\n  ')}\n`)
  })

  it('are those of docs/files.md', () => {
    for (const { title, command } of fileRecipes) expect(page).toContain(`## ${title}\n\n\`\`\`sh\n${command}\n\`\`\`\n`)
  })
})
