/** Checks a database and its migration files. Faults are reported, not repaired. */
import { RefusedError } from '../errors.ts'
import type { Migration } from './files.ts'
import type { AppliedMigration } from './history.ts'
import type { MigrationConnection } from './migration-connection.ts'

/** `check` is the name of the check: `files`, `declared`, `history`, `pending`, `checksum`, `drift`, `foreign key` or `integrity`. */
interface Finding {
  readonly check: string
  readonly message: string
}

/** Check the files alone. `findMissing` returns a sentence for each declared change that no migration makes. */
export function checkFiles(findMissing: () => readonly string[]): Finding[] {
  try {
    return findings(
      'declared',
      findMissing().map((sentence) => `${sentence}: no migration does that yet`),
    )
  } catch (error) {
    if (error instanceof RefusedError) return findings('files', [error.message])
    throw error
  }
}

/** Check a database against the files. */
export async function checkDatabase(connection: MigrationConnection, files: readonly Migration[]): Promise<Finding[]> {
  const applied = await connection.history()
  const known = files.filter(({ id, name }, index) => applied[index]?.id === id && applied[index]?.name === name)
  const isKnown = known.length === applied.length
  const checksums = known.flatMap((file, index) => checksumFault(file, applied[index]))
  const foreignKeys = [...(await connection.foreignKeyFaults())].map(([fault, count]) => (count === 1 ? fault : `${fault}, ${count} times`))
  const drift = isKnown ? await driftFrom(connection, known) : []
  return [
    ...findings('integrity', await connection.integrityFaults()),
    ...findings('foreign key', foreignKeys),
    ...findings('history', isKnown ? [] : [describeHistory(files, applied)]),
    ...findings('checksum', checksums),
    ...findings(
      'drift',
      drift.map((sentence) => `${sentence}, by no migration`),
    ),
    ...findings('pending', isKnown ? files.slice(known.length).map(({ id, name }) => `${id} ${name} is not applied`) : []),
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
  return `the database was given ${list(applied)}; the files are ${list(files)}`
}

const checksumFault = ({ file, checksum }: Migration, row: AppliedMigration | undefined): string[] =>
  row && row.checksum !== checksum ? [`${file} was changed after it was applied`] : []
