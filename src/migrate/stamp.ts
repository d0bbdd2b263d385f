/** Say where a database stands without running anything, if that is so. */

import { compareSchemas } from '../db/sqlite/autogenerate/compare.ts'
import { snapshot } from '../db/sqlite/autogenerate/read-schema.ts'
import { inMemory } from '../db/sqlite/autogenerate/rehearse.ts'
import type { Connection, OpenMemory } from '../db/sqlite/connection.ts'
import { replay } from '../db/sqlite/replay.ts'
import { RefusedError } from '../errors.ts'
import type { Migration } from './files.ts'
import { type AppliedMigration, createHistory, inImmediate, readApplied } from './history.ts'

/**
 * Record exactly `files` as applied, having checked that they make the very schema that the database has.
 * Returns what that changed in the record, a sentence each.
 * @throws RefusedError, naming the differences.
 */
export function stamp(connection: Connection, files: readonly Migration[], openMemory: OpenMemory): string[] {
  return inImmediate(connection, 'commit', () => {
    const before = readApplied(connection)
    const differences = drift(connection, files, openMemory)
    if (differences.length > 0)
      throw new RefusedError(
        `the schema is not that of ${files.at(-1)?.id ?? 'base'}`,
        [`from ${files.at(-1)?.id ?? 'base'} to this database:`, ...differences].join('\n'),
      )
    connection.exec(`${createHistory}; DELETE FROM schema_migrations`)
    for (const { id, name, checksum } of files) {
      const now = new Date().toISOString()
      connection.all('INSERT INTO schema_migrations VALUES (?, ?, ?, ?, 0) RETURNING id', id, name, checksum, now)
    }
    return describeRewriting(before, files)
  })
}

/** What the record said before, where that was something else. */
function describeRewriting(before: readonly AppliedMigration[], files: readonly Migration[]): string[] {
  const was = new Map(before.map((row) => [row.id, row]))
  const is = new Map(files.map((file) => [file.id, file]))
  return [
    ...before.filter(({ id }) => !is.has(id)).map(({ id, name }) => `no longer recorded: ${id} ${name}`),
    ...files.filter(({ id }) => !was.has(id)).map(({ id, name }) => `newly recorded: ${id} ${name}`),
    ...files
      .filter(({ id, checksum }) => (was.get(id)?.checksum ?? checksum) !== checksum)
      .map(({ file }) => `recorded as it is now: ${file}`),
  ]
}

/** In what the database's schema differs from the one that `files` make, a sentence each. */
export const drift = (connection: Connection, files: readonly Migration[], openMemory: OpenMemory): string[] =>
  inMemory(openMemory, (memory) => {
    replay(memory, files)
    return compareSchemas(snapshot(memory), snapshot(connection)).map(({ sentence }) => sentence)
  })
