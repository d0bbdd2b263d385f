/** `--sql`: the query that answers a list, for the sqlite3 shell. */
import { describe, expect, it } from 'vitest'
import { hasProgram } from '../support/installed.ts'
import { shell } from '../support/process.ts'
import { world } from '../support/run.ts'

async function network() {
  const made = await world('alice', 'bob', 'carol', 'dave')
  for (const line of ['follow alice bob carol', 'follow bob alice carol dave', 'follow carol alice', 'follow dave bob'])
    await made.run(`${line} -q`)
  for (const body of ["it's a ? @carol", 'second #fun', 'third']) await made.run(['post', 'bob', body])
  return made
}

describe.runIf(hasProgram('sqlite3'))('--sql | sqlite3 (with the sqlite3 shell) answers as', () => {
  it.each([
    'users',
    'users --sort followers -r -n 3 --offset 1 --fields username,followers',
    'followers alice',
    'followers bob --mutual',
    'following bob --not carol --and alice',
    'posts bob --since 2020-01-01',
    'posts bob -r --fields body,username',
    'explore -n 2',
    'timeline alice',
    'suggest alice --fields username,common',
    'search third',
    'search "thi* OR second"',
  ])('%s', async (line) => {
    const { folder } = await network()
    const answer = await shell(`microblog ${line} --format plain`, { cwd: folder })
    expect(answer.stdout).not.toBe('')
    const asked = await shell(`microblog ${line} --sql | sqlite3 -separator "$(printf '\\t')" microblog.db`, { cwd: folder })
    expect(asked).toEqual({ ...answer, stderr: '' })
  })
})

describe('--sql', () => {
  it('prints one query on lines of its own', async () => {
    const { run } = await network()
    expect((await run('followers alice --sql')).stdout).toBe(
      'select "users"."username" as "username"\nfrom "users" inner join "followers" as "follow" on "follow"."follower_id" = "users"."id"\nwhere "follow"."followed_id" = 1\norder by "users"."username" asc;\n',
    )
  })
})
