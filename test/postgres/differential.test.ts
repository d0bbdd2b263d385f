/** The same random commands, given to both engines, print the same. */
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rounds } from '../support/rounds.ts'
import { emptyWorld, type Result, type Run, server, temporaryFolder } from '../support/run.ts'

/** The generator of Park and Miller: numbers from 0 up to 1, the same for the same seed. */
function generator(seed: number) {
  let state = (seed % 2147483646) + 1
  return () => {
    state = (state * 48271) % 2147483647
    return state / 2147483647
  }
}

interface Command {
  readonly argv: readonly string[]
  readonly stdin?: string
  /** Posts that the command names, as numbers among those that were published: their ids differ. */
  readonly posts?: readonly number[]
}

const names = ['alice', 'Bob', 'carol', 'dave.d', 'eve_1', 'frank', 'grace-g', 'heidi', 'nobody', 'ALICE', '@bob', '-x', 'a b']
const words = [
  'coffee',
  'tea',
  'good',
  'morning',
  'Hello',
  '#fun',
  '#funny',
  '@alice',
  '@bob,',
  'isn’t',
  "don't",
  'über',
  '今日は',
  'x2',
  'a.b',
]
const queries = [
  'coffee',
  'good morning',
  '"good morning"',
  'cof*',
  'coffee OR tea',
  'coffee NOT tea',
  '#fun',
  '#fun coffee',
  '@bob',
  '今日',
]
const strange = ['(coffee OR tea) AND good', 'OR', '(', '"open', 'tea)', '#', '@', '*', 'x2 a.b', 'NOT tea', "don't", 'ü*']
const userFields = ['username', 'email', 'followers', 'following', 'posts']
const formats = ['plain', 'tsv', 'csv', 'json', 'ndjson', 'table']

/** Makes random commands. */
class Commands {
  readonly #random: () => number
  #time = Date.parse('2026-01-01T00:00:00Z')

  constructor(seed: number) {
    this.#random = generator(seed)
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count)
  }

  #one<T>(items: readonly T[]): T {
    return items[this.#below(items.length)] as T
  }

  #some<T>(items: readonly T[], most: number): T[] {
    return Array.from({ length: 1 + this.#below(most) }, () => this.#one(items))
  }

  /** The arguments, with some probability. */
  #maybe(...argv: readonly string[]): string[] {
    return this.#random() < 0.3 ? [...argv] : []
  }

  #page(sorts: readonly string[], fields: readonly string[]): string[] {
    const some = [...new Set(this.#some(fields, 3))].join(',')
    return [
      ...['--fields', some, ...this.#maybe('--sort', this.#one(sorts)), ...this.#maybe('-r'), ...this.#maybe('-n', String(this.#below(5)))],
      ...[
        ...this.#maybe('--offset', String(this.#below(4))),
        ...this.#maybe('--format', this.#one(formats)),
        ...this.#maybe('--no-header'),
      ],
    ]
  }

  #usersPage(): string[] {
    return this.#random() < 0.2 ? ['--count'] : this.#page(['username', 'followers', 'following', 'posts', 'id', 'email'], userFields)
  }

  #postsPage(): string[] {
    const since = this.#maybe('--since', '2026-01-01T00:10:00Z')
    return [...since, ...(this.#random() < 0.2 ? ['--count'] : this.#page(['timestamp', 'id'], ['username', 'body', 'timestamp']))]
  }

  #body(): string {
    return this.#some(words, 5).join(' ')
  }

  next(): Command {
    const [name, other] = [this.#one(names), this.#one(names)]
    const change = [...this.#maybe('-k'), ...this.#maybe('--dry-run')]
    const follows = Array.from({ length: this.#below(6) }, () => `${this.#one(names)}\t${this.#one(names)}\n`).join('')
    const conditions = [...this.#maybe('--mutual'), ...this.#maybe('--and', other), ...this.#maybe('--not', this.#one(names))]
    this.#time += 61_001
    const at = new Date(this.#time).toISOString()
    const post = this.#below(40)
    const commands: readonly (() => Command)[] = [
      () => ({ argv: ['user', 'add', ...this.#some(names, 4), ...change] }),
      () => ({ argv: ['user', 'add', name, '--email', `${this.#one(names)}@example.com`] }),
      () => ({
        argv: ['user', 'edit', name, ...this.#maybe('--username', other), ...this.#maybe('--email', this.#one(['Ä@b', 'a@b', '', 'x']))],
      }),
      () => ({ argv: ['user', 'remove', name, '--yes', ...this.#maybe('--dry-run')] }),
      () => ({ argv: ['user', 'show', name, '--fields', 'username,email,followers,following,posts'] }),
      () => ({ argv: [this.#one(['follow', 'unfollow']), name, ...this.#some(names, 5), ...change] }),
      () => ({ argv: [this.#one(['follow', 'unfollow']), name, '-', ...change], stdin: this.#some(names, 8).join('\n') }),
      () => ({ argv: [this.#one(['followers', 'following']), name, ...conditions, ...this.#usersPage()] }),
      () => ({ argv: ['users', ...this.#usersPage()] }),
      () => ({ argv: ['is-following', name, other] }),
      () => ({ argv: ['suggest', name, ...(this.#random() < 0.5 ? [] : ['--fields', 'username,common', ...this.#maybe('-n', '2')])] }),
      () => ({ argv: ['path', name, other] }),
      () => ({ argv: ['graph', ...this.#maybe(name), '--format', 'text'] }),
      () => ({ argv: ['stats', ...this.#maybe('--json')] }),
      () => ({ argv: ['post', name, this.#body(), '--at', at] }),
      () => ({ argv: ['post', name, this.#body(), '--at', at] }),
      () => ({ argv: ['post', name, this.#body(), '--at', at] }),
      () => ({ argv: ['unpost', ...this.#maybe('--dry-run'), '-q'], posts: [post] }),
      () => ({ argv: ['show', '--fields', 'username,body'], posts: [post] }),
      () => ({ argv: [this.#one(['posts', 'timeline', 'mentions']), name, ...this.#postsPage()] }),
      () => ({ argv: ['explore', ...this.#postsPage()] }),
      () => ({
        argv: ['search', ...this.#postsPage(), ...this.#maybe('--user', name), '--', this.#one([...queries, ...queries, ...strange])],
      }),
      () => ({ argv: ['import', '-', ...change, ...this.#maybe('--create-users')], stdin: follows }),
      () => ({
        argv: ['import', '-', '--type', 'users', ...change],
        stdin: this.#some(names, 4)
          .map((n) => `${n}\t${n.toLowerCase()}@x\n`)
          .join(''),
      }),
      () => ({ argv: ['import', '-', '--type', 'posts', ...change], stdin: `${name}\t${at}\t${this.#body()}\n${other}\t${at}\tagain\n` }),
      () => ({
        argv: [
          'export',
          this.#one(['follows', 'users', 'posts']),
          '--format',
          this.#one(formats.slice(0, 5)),
          ...this.#maybe('--user', name),
        ],
      }),
      () => ({ argv: ['db', 'check'] }),
    ]
    return this.#one(commands)()
  }
}

/** Runs commands on one engine. */
class Side {
  readonly #run: Run
  readonly #db: string
  readonly #ids: string[] = []

  constructor(run: Run, db: string) {
    this.#run = run
    this.#db = db
  }

  async call({ argv, stdin = '', posts = [] }: Command): Promise<Result> {
    const ids = posts.map((post) => this.#ids[post] ?? '999999999')
    const { code, stdout, stderr } = await this.#run(['--db', this.#db, ...argv, ...ids], { stdin })
    const isNew = argv[0] === 'post' && code === 0
    if (isNew) this.#ids.push(stdout.trim())
    const masked = (text: string) => ids.reduce((rest, id) => rest.replaceAll(id, 'id'), text.replaceAll(this.#db, 'db'))
    return { code, stdout: isNew ? 'id\n' : masked(stdout), stderr: masked(stderr) }
  }
}

describe.skipIf(!server)('both engines', () => {
  it('print the same for random sequences of commands', async () => {
    const first = Number(process.env.SEED ?? Date.now() % 1e9)
    for (let round = 0; round < rounds(5, 50); round++) {
      const commands = new Commands(first + round)
      const there = emptyWorld()
      const [one, other] = [new Side(there.run, join(temporaryFolder(), 'file.db')), new Side(there.run, there.db)]
      for (const side of [one, other]) await side.call({ argv: ['db', 'upgrade', '-q'] })
      for (let i = 0; i < 60; i++) {
        const command = commands.next()
        const expected = await one.call(command)
        expect(await other.call(command), `seed ${first + round}: ${JSON.stringify(command)}`).toEqual(expected)
        expect(expected.code, JSON.stringify([command, expected])).toBeLessThan(4)
      }
    }
  }, 900_000)
})
