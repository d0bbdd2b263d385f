/** Gives the program mutated arguments, input and database bytes: it may refuse them, but must say so in its own words. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { copyNetwork, makeNetwork } from './changes.ts'
import { describe, messageFault, microblog, type Result } from './program.ts'
import type { Search } from './search.ts'

const commands = [
  'users',
  'user add x',
  'user show u1',
  'user edit u1 --email a@b.c',
  'follow u1 u2',
  'followers u1 --and u2 --sort followers -n 3',
  'following u1 --json',
  'suggest u1',
  'path u1 u2',
  'graph u1 --depth 1',
  'post u1 hello',
  'posts u1 --since 2019-01-01',
  'timeline u1',
  'search from',
  'import -',
  'import - --format csv',
  'import - --format json',
  'import - --format ndjson --type posts',
  'export posts',
  'stats',
  'db check',
  'db upgrade',
  'db history',
  'db schema',
  'unpost 1',
]

const words = [
  '',
  ' ',
  '-',
  '--',
  '-n',
  '0',
  '-1',
  '9007199254740993',
  '1e9',
  '\u001b[2J',
  '\u202e',
  'x'.repeat(5_000),
  "'; DROP TABLE users; --",
  '--format',
  'nonsense',
  '--fields',
  '--json',
  '-k',
  '@u1',
  'u1',
  '../..',
  '/dev/full',
  '%s%n',
  '\ud83d\ude00',
  '--help',
  '--sort',
  '*',
  '"',
] // prettier-ignore

const inputs = [
  'u1\tu2\nu3\tu4\n',
  'username,timestamp,body\nu1,2020-01-01T00:00:00Z,"hi, there"\n',
  '[{"follower":"u1","followed":"u2"},{"follower":"u3","followed":"u4"}]\n',
  '{"username":"u1","timestamp":"2020-01-01T00:00:00Z","body":"hi"}\n',
]

export async function mutate(search: Search): Promise<void> {
  const network = await makeNetwork(search)
  while (!search.isOver) {
    const cwd = copyNetwork(search, network)
    for (let round = 0; round < 10 && !search.isOver; round++) await search.pick([mutateArguments, mutateInput])(search, cwd)
    await mutateDatabase(search, cwd)
    search.sweep(network)
  }
}

async function mutateArguments(search: Search, cwd: string): Promise<void> {
  const argv = search.pick(commands).split(' ')
  for (let count = search.below(3) + 1; count > 0; count--) argv.splice(search.below(argv.length + 1), search.below(2), search.pick(words))
  search.count('arguments')
  // A NUL cannot be an argument of a process.
  check(search, cwd, argv, await microblog(argv, { cwd }))
}

async function mutateInput(search: Search, cwd: string): Promise<void> {
  const argv = search.pick(commands.filter((line) => line.startsWith('import'))).split(' ')
  search.count('input')
  check(search, cwd, argv, await microblog(argv, { cwd, stdin: mutated(search, Buffer.from(search.pick(inputs))) }))
}

async function mutateDatabase(search: Search, cwd: string): Promise<void> {
  const path = join(cwd, 'microblog.db')
  writeFileSync(path, mutated(search, readFileSync(path)))
  const isReading = (line: string) => !/^(user (add|edit)|follow |post |import|unpost|db (upgrade|check))/.test(line)
  for (let round = 0; round < 4; round++) {
    const line = search.pick(commands)
    const before = readFileSync(path)
    const argv = line.split(' ')
    const result = await microblog(argv, { cwd, stdin: search.pick(inputs) })
    search.count('database')
    check(search, cwd, argv, result)
    if (isReading(line) && !readFileSync(path).equals(before)) search.found('half', `changed by a reader: ${describe(argv, result)}`, cwd)
  }
  const left = readdirSync(cwd).filter((name) => /-journal$/.test(name))
  if (left.length > 0) search.found('half', `${left.join()} is left`, cwd)
}

/** Some bytes flipped, cut off, repeated, zeroed or inserted. */
function mutated(search: Search, original: Buffer): Buffer {
  let bytes = Buffer.from(original)
  for (let count = search.below(4) + 1; count > 0; count--) {
    const at = search.below(bytes.length + 1)
    const length = search.below(Math.min(4096, bytes.length) + 1)
    const change = search.below(5)
    if (change === 0 && at < bytes.length) bytes[at] = search.below(256)
    else if (change === 1) bytes = bytes.subarray(0, at)
    else if (change === 2) bytes = Buffer.concat([bytes, bytes.subarray(at, at + length)])
    else if (change === 3) bytes.fill(0, at, Math.min(bytes.length, at + length))
    else bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(search.pick(words)), bytes.subarray(at)])
  }
  return bytes
}

function check(search: Search, cwd: string, argv: readonly string[], result: Result): void {
  const isExpected = result.code !== null && [0, 1, 2, 3, 4].includes(result.code)
  const fault = messageFault(result) ?? (isExpected ? undefined : `ended with ${result.code ?? result.signal}`)
  if (fault !== undefined) search.found('told wrongly', `${fault}: ${describe(argv, result)}`, cwd)
}
