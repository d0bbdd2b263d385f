/** The seed data of nanoTwitter, loaded through shell pipelines: 1,000 users, and the follows of the first followers out of 4,923. */
import { readFileSync } from 'node:fs'
import SQLite from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { root, shell } from '../support/process.ts'
import { rounds } from '../support/rounds.ts'
import { emptyWorld } from '../support/run.ts'

const data = `${root}test/data`
const followers = rounds(50, 1000)

/** Runs `follow … -` once for each follower. In follows.csv the second user follows the first. Skips D'angelo, an invalid username. */
const follows = `
awk -F, 'NR == FNR { name[$1] = $2; next } name[$1] != "D'"'"'angelo" && name[$2] != "D'"'"'angelo" { print name[$2] "\\t" name[$1] }' \
  "$DATA/users.csv" "$DATA/follows.csv" | sort -s -k1,1 | awk '$1 != last { last = $1; count++ } count <= ${followers}' > edges.tsv
cut -f1 edges.tsv | uniq | while read -r follower; do
  awk -F'\\t' -v follower="$follower" '$1 == follower { print $2 }' edges.tsv | microblog follow "$follower" - -q
done`

describe('the nanotwitter data', () => {
  it(`is the same in the database as in the files after loading up to ${followers} followers`, async () => {
    const { folder, db, run } = emptyWorld()
    const env = { DATA: data }
    await run('db upgrade')

    const users = await shell('cut -d, -f2 "$DATA/users.csv" | microblog user add - -k', { cwd: folder, env })
    expect(users.code).toBe(1)
    expect(users.stdout.split('\n')).toHaveLength(999 + 1)
    expect(users.stderr).toMatch(/^error: line \d+: "D'angelo" is not a username\n {2}a username is 1 to 64 of [^\n]*\n$/)

    const { code, stderr } = await shell(follows, { cwd: folder, env })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(followersInDatabase(db)).toEqual(followersInFile(`${folder}/edges.tsv`))

    const lists = new Map<string, string[]>()
    for (const name of followersInDatabase(db).keys()) lists.set(name, lines((await run(['followers', name])).stdout))
    expect(lists).toEqual(followersInDatabase(db))

    const [first = ''] = lists.keys()
    const both = await shell(`LC_ALL=C comm -12 <(microblog followers ${first}) <(microblog following ${first})`, { cwd: folder })
    expect(both.stdout).toBe((await run(['followers', first, '--mutual'])).stdout)
    for (const name of lists.keys()) {
      const following = new Set(lines((await run(['following', name])).stdout))
      expect(lines((await run(['followers', name, '--mutual'])).stdout)).toEqual(
        (lists.get(name) ?? []).filter((other) => following.has(other)),
      )
    }
  }, 600_000)
})

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '')

function group(pairs: Iterable<readonly [followed: string, follower: string]>): Map<string, string[]> {
  const groups = new Map<string, Set<string>>()
  for (const [followed, follower] of pairs) groups.set(followed, (groups.get(followed) ?? new Set()).add(follower))
  return new Map([...groups].sort().map(([name, set]) => [name, [...set].sort()]))
}

function followersInDatabase(file: string): Map<string, string[]> {
  const db = new SQLite(file)
  const pairs = db
    .prepare<[], [string, string]>(
      'SELECT b.username, a.username FROM followers JOIN users a ON a.id = follower_id JOIN users b ON b.id = followed_id',
    )
    .raw()
    .all()
  db.close()
  return group(pairs)
}

function followersInFile(file: string): Map<string, string[]> {
  const edges = lines(readFileSync(file, 'utf8')).map((line) => line.split('\t') as [string, string])
  return group(edges.flatMap(([follower, followed]): [string, string][] => (follower === followed ? [] : [[followed, follower]])))
}
