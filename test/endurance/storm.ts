/** Runs all commands at once on one database: everybody waits, nobody fails, and what was acknowledged is there in the end. */
import { describe, messageFault, microblog, type Result } from './program.ts'
import type { Search } from './search.ts'

const workers = 12

/** What was acknowledged. Each worker has names of its own, so nobody else undoes what it did. */
interface Acknowledged {
  readonly users: Set<string>
  readonly follows: Set<string>
  /** Body by id. */
  readonly posts: Map<string, string>
}

export async function storm(search: Search): Promise<void> {
  const cwd = search.folder()
  await microblog(['db', 'upgrade', '-q'], { cwd })
  await microblog(['user', 'add', 'star', 'moon'], { cwd })
  const acknowledged: Acknowledged = { users: new Set(), follows: new Set(), posts: new Map() }
  await Promise.all(Array.from({ length: workers }, (_, id) => work(search, cwd, `w${id}`, acknowledged)))
  await compare(search, cwd, acknowledged)
  const { code, stdout } = await microblog(['db', 'check'], { cwd })
  if (code !== 0) search.found('half', `db check after the storm: ${stdout}`, cwd)
}

async function work(search: Search, cwd: string, worker: string, acknowledged: Acknowledged): Promise<void> {
  for (let turn = 0; !search.isOver; turn++) {
    const name = `${worker}.${turn}`
    const run = async (line: string, stdin = '', allowed = [0]) => {
      const argv = line.split(' ')
      const result = await microblog(argv, { cwd, stdin })
      search.count(argv.slice(0, argv[0] === 'user' || argv[0] === 'db' ? 2 : 1).join(' '))
      check(search, cwd, argv, result, allowed)
      return result
    }
    await search.pick([addAndFollow, postAndUnpost, importMany, renameAndRemove, readEverything])(run, name, acknowledged)
  }
}

type Run = (line: string, stdin?: string, allowed?: number[]) => Promise<Result>

async function addAndFollow(run: Run, name: string, { users, follows }: Acknowledged): Promise<void> {
  if ((await run(`user add ${name}`)).code === 0) users.add(name)
  if ((await run(`follow ${name} star moon`)).code === 0) for (const other of ['star', 'moon']) follows.add(`${name}\t${other}`)
  if ((await run(`unfollow ${name} moon`)).code === 0) follows.delete(`${name}\tmoon`)
  await run(`is-following ${name} star`)
}

async function postAndUnpost(run: Run, name: string, { posts }: Acknowledged): Promise<void> {
  const kept = await run(`post star kept-${name}`)
  if (kept.code === 0) posts.set(kept.stdout.trim(), `kept-${name}`)
  const gone = await run(`post moon gone-${name}`)
  if (gone.code === 0) await run(`unpost ${gone.stdout.trim()}`)
}

async function importMany(run: Run, name: string, { users, follows }: Acknowledged): Promise<void> {
  const pairs = Array.from({ length: 200 }, (_, n) => `${name}-${n}\tstar`)
  if ((await run('import - --create-users', `${pairs.join('\n')}\n`)).code !== 0) return
  for (const pair of pairs) {
    follows.add(pair)
    users.add(pair.slice(0, pair.indexOf('\t')))
  }
}

async function renameAndRemove(run: Run, name: string, { users }: Acknowledged): Promise<void> {
  await run(`user add ${name} ${name}-x`)
  if ((await run(`user edit ${name} --username ${name}-renamed`)).code === 0) users.add(`${name}-renamed`)
  await run(`user remove ${name}-x --yes`)
}

async function readEverything(run: Run, name: string): Promise<void> {
  for (const line of [
    'followers star',
    'timeline star',
    'search kept*',
    'stats',
    'suggest moon -n 3',
    'db upgrade',
    `db backup ${name}.db`,
  ])
    await run(line)
  await run('path moon star', '', [0, 1])
}

function check(search: Search, cwd: string, argv: readonly string[], result: Result, allowed: readonly number[]): void {
  const fault = messageFault(result) ?? (allowed.includes(result.code ?? -1) ? undefined : `exit ${result.code ?? result.signal}`)
  if (fault !== undefined) search.found('told wrongly', `${fault}: ${describe(argv, result)}`, cwd)
}

async function compare(search: Search, cwd: string, { users, follows, posts }: Acknowledged): Promise<void> {
  const lines = async (line: string) => new Set((await microblog(line.split(' '), { cwd })).stdout.split('\n'))
  const there = {
    users: await lines('users'),
    follows: await lines('export follows --no-header'),
    posts: await lines('posts star --fields id,body'),
  }
  const expected = { users, follows, posts: new Set([...posts].map(([id, body]) => `${id}\t${body}`)) }
  for (const what of ['users', 'follows', 'posts'] as const)
    for (const one of expected[what]) if (!there[what].has(one)) search.found('lost', `${what}: ${JSON.stringify(one)}`, cwd)
}
