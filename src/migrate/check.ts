/** Checks a database and its migration files. Faults are reported, not repaired. */
import { RefusedError } from '../errors.ts'
import type { Migration } from './files.ts'
import { type AppliedMigration, compareHistory, type MatchedMigration } from './history.ts'
import type { MigrationConnection } from './migration-connection.ts'

/**
 * `check` is the name of the check: `files`, `declared`, `history`, `pending`, `checksum`, `drift`,
 * `foreign key`, `setting`, `compile`, `search index` or `integrity`.
 */
interface Finding {
  readonly check: string
  readonly message: string
}

/** Check the files alone. `findMissing` returns a sentence for each declared change that no migration makes. */
export async function checkFiles(findMissing: () => Promise<readonly string[]>): Promise<Finding[]> {
  try {
    const missing = await findMissing()
    return findings(
      'declared',
      missing.map((sentence) => `${sentence}: no migration does that yet`),
    )
  } catch (error) {
    if (error instanceof RefusedError) return findings('files', [error.message])
    throw error
  }
}

/** Run the files up, down and up again on `scratch`, an empty database. A downgrade section without statements is not run. */
export const checkDowngrades = async (scratch: MigrationConnection, files: readonly Migration[]): Promise<Finding[]> =>
  findings('files', await scratch.replayFaults(files))

/** Compare the search indexes with their tables. Reads both completely, and takes the write lock meanwhile, although it changes nothing. */
export const checkSearchIndexes = async (connection: MigrationConnection): Promise<Finding[]> =>
  findings('search index', await connection.locked('roll back', () => connection.searchFaults()))

/** Check a database against the files. */
export async function checkDatabase(connection: MigrationConnection, files: readonly Migration[]): Promise<Finding[]> {
  const rows = await connection.history()
  const { applied, pending, missing } = compareHistory(files, rows)
  const isKnown = missing.length === 0
  const inOrder = files.filter((file) => !pending.includes(file))
  const foreignKeys = [...(await connection.foreignKeyFaults())].map(([fault, { count }]) =>
    count === 1 ? fault : `${fault}, ${count} times`,
  )
  const drift = isKnown ? await driftFrom(connection, inOrder) : []
  return [
    ...findings('integrity', await connection.integrityFaults()),
    ...findings('setting', await connection.settingFaults()),
    ...findings('foreign key', foreignKeys),
    ...findings('compile', await connection.compileFaults()),
    ...findings('history', isKnown ? [] : [describeHistory(files, rows)]),
    ...findings('checksum', applied.flatMap(checksumFault)),
    ...findings(
      'drift',
      drift.map((sentence) => `${sentence}, not by a migration`),
    ),
    ...findings('pending', isKnown ? pending.map(({ id, name }) => `${id} ${name} is not applied`) : []),
  ]
}

/** No drift is reported if the files do not run: `checkFiles` reports that. */
async function driftFrom(connection: MigrationConnection, files: readonly Migration[]): Promise<readonly string[]> {
  try {
    return await connection.drift(files)
  } catch (error) {
    if (error instanceof RefusedError) return []
    throw error
  }
}

const findings = (check: string, messages: readonly string[]): Finding[] => messages.map((message) => ({ check, message }))

function describeHistory(files: readonly Migration[], applied: readonly AppliedMigration[]): string {
  const list = (all: readonly { id: string; name: string }[]) => all.map(({ id, name }) => `${id} ${name}`).join(', ') || 'none'
  return `the applied migrations are ${list(applied)}; the files are ${list(files)}`
}

const checksumFault = ({ row, file }: MatchedMigration<Migration>): string[] =>
  row.checksum === file.checksum ? [] : [`${file.file} was changed after it was applied`]
