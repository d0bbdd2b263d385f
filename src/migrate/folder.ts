/** Lists migration files by name. Separate from `files.ts`, because most commands do not need the contents. */
import { readdirSync } from 'node:fs'
import { DatabaseError } from '../errors.ts'

/** The parsed name of a migration file: `0003_followers.sql` is `{ id: '0003', name: 'followers' }`. */
export interface MigrationName {
  readonly id: string
  readonly name: string
  readonly file: string
}

const pattern = /^(\d{4})_([a-z0-9_]+)\.sql$/

/**
 * The migrations in `folder`, in order. Opens no file.
 * @throws DatabaseError naming the files, if a name is malformed or the numbers are not 1, 2, 3, …
 */
export function listMigrations(folder: string): MigrationName[] {
  const names = readFolder(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map(parseName)
  names.forEach((current, index) => {
    checkConsecutive(current, names[index - 1])
  })
  return names
}

function readFolder(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    throw new DatabaseError(`no migrations at ${folder}`, 'the installation is incomplete: install microblog again')
  }
}

function parseName(file: string): MigrationName {
  const [, id, name] = pattern.exec(file) ?? []
  if (id && name) return { id, name, file }
  throw new DatabaseError(`migration file '${file}' is not named like 0001_users.sql`, 'four digits, an underscore, then a-z, 0-9 and _')
}

function checkConsecutive(current: MigrationName, previous: MigrationName | undefined): void {
  const expected = String(Number(previous?.id ?? 0) + 1).padStart(4, '0')
  if (current.id === expected) return
  if (current.id === previous?.id) {
    throw new DatabaseError(
      `two migrations have the number ${current.id}: ${previous.file} and ${current.file}`,
      `rename one of them to ${expected}_…`,
    )
  }
  throw new DatabaseError(
    `migration ${expected} is missing: ${previous ? `${previous.file} is followed by` : 'the first is'} ${current.file}`,
  )
}
