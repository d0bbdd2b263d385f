/** Records migrations as applied without running them. */
import { RefusedError } from '../errors.ts'
import type { Migration } from './files.ts'
import type { AppliedMigration } from './history.ts'
import type { MigrationConnection } from './migration-connection.ts'

/**
 * Record exactly `files` as applied, after checking that they create the schema that the database has.
 * Returns one sentence for each change to the record.
 * @throws RefusedError that lists the differences
 */
export function stamp(connection: MigrationConnection, files: readonly Migration[]): Promise<string[]> {
  return connection.locked('commit', async () => {
    const before = await connection.history()
    const differences = await connection.drift(files)
    if (differences.length > 0)
      throw new RefusedError(
        `the schema does not match ${files.at(-1)?.id ?? 'base'}`,
        [`from ${files.at(-1)?.id ?? 'base'} to this database:`, ...differences].join('\n'),
      )
    for (const { id } of before) await connection.forget(id)
    const applied_at = new Date().toISOString()
    for (const { id, name, checksum } of files) await connection.record({ id, name, checksum, applied_at, duration_ms: 0 })
    return describeRewriting(before, files)
  })
}

/** One sentence for each migration whose record changed. */
function describeRewriting(before: readonly AppliedMigration[], files: readonly Migration[]): string[] {
  const was = new Map(before.map((row) => [row.id, row]))
  const is = new Map(files.map((file) => [file.id, file]))
  return [
    ...before.filter(({ id }) => !is.has(id)).map(({ id, name }) => `no longer recorded: ${id} ${name}`),
    ...files.filter(({ id }) => !was.has(id)).map(({ id, name }) => `newly recorded: ${id} ${name}`),
    ...files.filter(({ id, checksum }) => (was.get(id)?.checksum ?? checksum) !== checksum).map(({ file }) => `checksum updated: ${file}`),
  ]
}
