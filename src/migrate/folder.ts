/** Lists migration files by name. Separate from `files.ts`, because most commands do not need the contents. */
import { type Dirent, readdirSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { DatabaseError, shellWord } from '../errors.ts'

/** The parsed name of a migration file: `0003_followers.sql` is `{ id: '0003', name: 'followers' }`. */
export interface MigrationName {
  readonly id: string
  readonly name: string
  readonly file: string
}

/** Two migrations have one number, for example after a merge of two branches. The one that is not applied needs a free number. */
export class DuplicateNumberError extends DatabaseError {
  readonly files: readonly [MigrationName, MigrationName]
  /** The first number that no migration has. */
  readonly freeId: string

  constructor(files: readonly [MigrationName, MigrationName], freeId: string, hint?: string) {
    const [one, other] = files
    super(`two migrations have the number ${one.id}: ${one.file} and ${other.file}`, hint)
    this.files = files
    this.freeId = freeId
  }
}

const pattern = /^(\d{4})_([a-z0-9_]+)\.sql$/

/**
 * The migrations in `folder`, in order. Opens no file, and ignores whatever is not named like a migration or is not a file.
 * @throws DatabaseError naming the files, if the numbers are not 1, 2, 3, …
 */
export const listMigrations = (folder: string): MigrationName[] =>
  inOrder(
    folder,
    readFolder(folder).flatMap((entry) => (isFile(folder, entry) ? (parseName(entry.name) ?? []) : [])),
  )

/** Like `listMigrations`, for the migrator. @throws DatabaseError, also if something that ends in .sql is not a migration */
export const listMigrationsStrictly = (folder: string): MigrationName[] =>
  inOrder(
    folder,
    readFolder(folder)
      .filter(({ name }) => /\.sql$/i.test(name))
      .map((entry) => requireMigration(folder, entry)),
  )

function requireMigration(folder: string, entry: Dirent): MigrationName {
  const name = parseName(entry.name)
  const hint = 'a migration is a file with four digits, an underscore, then a-z, 0-9 and _: rename this, or move it out of the folder'
  if (!name) throw new DatabaseError(`migration file '${entry.name}' is not named like 0001_users.sql`, hint)
  if (!isFile(folder, entry)) throw new DatabaseError(`${join(folder, entry.name)} is not a file, or is a broken link`, hint)
  return name
}

function readFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  } catch {
    throw new DatabaseError(`no migrations at ${folder}`, 'the installation is incomplete: install microblog again')
  }
}

function isFile(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isFile()
  try {
    return statSync(join(folder, entry.name)).isFile()
  } catch {
    return false
  }
}

function parseName(file: string): MigrationName | undefined {
  const [, id, name] = pattern.exec(file) ?? []
  return id && name ? { id, name, file } : undefined
}

function inOrder(folder: string, names: MigrationName[]): MigrationName[] {
  names.forEach((current, index) => {
    checkConsecutive(folder, current, names[index - 1], names)
  })
  return names
}

function checkConsecutive(
  folder: string,
  current: MigrationName,
  previous: MigrationName | undefined,
  names: readonly MigrationName[],
): void {
  const expected = idAfter(previous?.id)
  if (current.id === expected) return
  if (current.id === previous?.id) throw new DuplicateNumberError([previous, current], firstFreeId(names))
  throw new DatabaseError(
    `migration ${expected} is missing: ${previous ? `${previous.file} is followed by` : 'the first is'} ${current.file}`,
    `restore it from the branch that has it, or close the gap:  ${moveLine(folder, current.file, `${expected}_${current.name}.sql`)}`,
  )
}

/** The command that renames a file, with paths that are right in the current folder. */
export function moveLine(folder: string, from: string, to: string): string {
  const short = relative('', folder)
  const place = short.startsWith('..') ? folder : short
  return `mv ${shellWord(join(place, from))} ${shellWord(join(place, to))}`
}

const idAfter = (id = '0'): string => String(Number(id) + 1).padStart(4, '0')

function firstFreeId(names: readonly MigrationName[]): string {
  let id = idAfter()
  while (names.some((name) => name.id === id)) id = idAfter(id)
  return id
}
