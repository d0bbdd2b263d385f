/** Commands that change something, each on a small network, and what they leave: the oracle is a run that nothing disturbs. */
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import SQLite from 'better-sqlite3'
import { microblog } from './program.ts'
import type { Search } from './search.ts'

export interface Change {
  readonly argv: readonly string[]
  readonly stdin?: string
}

const manyFollows = Array.from({ length: 3_000 }, (_, n) => `new${n % 500}\tnew${(n * 7 + 1) % 500}\n`).join('')
const manyPosts = Array.from({ length: 2_000 }, (_, n) => `u${n % 10}\t2020-01-01T00:00:00Z\tpost number ${n}\n`).join('')
const manyUsers = Array.from({ length: 2_000 }, (_, n) => `many${n}\tmany${n}@example.com\n`).join('')

const lines: readonly (readonly [line: string, stdin?: string])[] = [
  ['user add dave erin'],
  ['follow u1 u2 u3'],
  ['unfollow u0 u1'],
  ['post u1 hello --at 2026-01-02'],
  ['unpost 1'],
  ['user edit u1 --username uno --email uno@example.com'],
  ['user remove u0 u9 --yes'],
  ['import - --create-users', manyFollows],
  ['import - --create-users -k', `${manyFollows}one column\n`],
  ['import - --type posts', manyPosts],
  ['import - --type users', manyUsers],
  ['follow u4 - -k', 'u5\nnobody\nu6\n'],
  ['db downgrade 0003 --yes'],
  ['db downgrade base --yes'],
  ['db upgrade --db old.db'],
  ['db upgrade --db fresh.db'],
  ['db backup copy.db'],
  ['export posts -o posts.tsv'],
  ['export follows -o follows.csv.gz'],
]

export const changes: readonly Change[] = lines.map(([line, stdin]) => ({
  argv: line.split(' '),
  ...(stdin !== undefined && { stdin }),
}))

/** Make the network of every change: ten users who follow each other and post, and a database at an older revision. */
export async function makeNetwork(search: Search): Promise<string> {
  const cwd = search.folder()
  const names = Array.from({ length: 10 }, (_, n) => `u${n}`)
  const run = (line: string, stdin = '') => microblog(line.split(' '), { cwd, stdin })
  await run('db upgrade -q')
  await run(`user add ${names.join(' ')}`)
  await run('import -', names.flatMap((a) => names.flatMap((b) => (a === b ? [] : `${a}\t${b}\n`))).join(''))
  await run('import - --type posts', names.map((name) => `${name}\t2019-01-01T00:00:00Z\tfrom ${name}\n`).join(''))
  await run('db upgrade 0003 --db old.db')
  return cwd
}

/** Make the folder in which a change runs. */
export function copyNetwork(search: Search, network: string): string {
  const cwd = search.folder()
  cpSync(network, cwd, { recursive: true })
  return cwd
}

/** The contents of all databases and files of the folder as text, without temporary files and the backups before a migration. */
export function stateOf(cwd: string): string {
  const names = readdirSync(cwd).filter((name) => !/-(wal|shm|journal)$|\.bak$|\.unfinished-/.test(name))
  return names
    .sort()
    .map((name) => (name.endsWith('.db') ? databaseState(join(cwd, name)) : readFileSync(join(cwd, name), 'base64')))
    .filter((state) => state !== '')
    .join('\n')
}

/** The rows of every table; empty for a database without tables, which `db upgrade` leaves if it is killed before its transaction. */
function databaseState(path: string): string {
  const handle = new SQLite(path)
  try {
    const tables = handle
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB 'posts_search*'")
      .pluck()
    const rows = (name: string) =>
      handle
        .prepare<[], Record<string, unknown>>(`SELECT * FROM "${name}"`)
        .all()
        .map(({ applied_at, duration_ms, ...row }) => JSON.stringify(row))
    return tables
      .all()
      .sort()
      .map((name) => `${name}: ${rows(name).join()}`)
      .join('\n')
  } finally {
    handle.close()
  }
}

/** What `db check` finds wrong with the databases of the folder. */
export async function findingsIn(cwd: string): Promise<string> {
  const names = readdirSync(cwd).filter((name) => /\.(db|bak)$/.test(name))
  const outputs: string[] = []
  for (const name of names) {
    const { code, stdout, stderr } = await microblog(['db', 'check', '--db', name], { cwd })
    // An older database is only behind, and an empty file is one that was never created.
    const findings = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('pending\t'))
    if (findings.length > 0 || (code === 4 && !/is empty/.test(stderr))) outputs.push(`${name}: ${findings.join('; ')} ${stderr}`)
  }
  return outputs.join('\n')
}

/** The temporary files in the folder. */
export const leftovers = (cwd: string): string[] => readdirSync(cwd).filter((name) => name.includes('.unfinished-'))
