/** Everything that can be wrong with a database and its migrations, looked for and listed: nothing is mended. */

import { compareSchemas } from '../db/sqlite/autogenerate/compare.ts'
import { declaredSchema } from '../db/sqlite/autogenerate/declared-schema.ts'
import { snapshot } from '../db/sqlite/autogenerate/read-schema.ts'
import { inMemory } from '../db/sqlite/autogenerate/rehearse.ts'
import type { Connection, OpenMemory } from '../db/sqlite/connection.ts'
import { replay } from '../db/sqlite/replay.ts'
import { countViolations } from '../db/sqlite/violations.ts'
import { RefusedError } from '../errors.ts'
import type { SchemaDeclaration } from '../models/declare.ts'
import type { Migration } from './files.ts'
import { type AppliedMigration, readApplied } from './history.ts'
import { drift } from './stamp.ts'

/** `check` is what was looked at: `files`, `declared`, `history`, `pending`, `checksum`, `drift`, `foreign key` or `integrity`. */
export interface Finding {
  readonly check: string
  readonly message: string
}

/** What is wrong with the files alone: they do not make what is declared. */
export function checkFiles(files: readonly Migration[], declared: SchemaDeclaration, openMemory: OpenMemory): Finding[] {
  try {
    const made = inMemory(openMemory, (memory) => {
      replay(memory, files)
      return snapshot(memory)
    })
    const missing = compareSchemas(made, declaredSchema(openMemory, declared))
    return missing.map(({ sentence }) => ({ check: 'declared', message: `${sentence}: no migration does that yet` }))
  } catch (error) {
    if (error instanceof RefusedError) return findings('files', [error.message])
    throw error
  }
}

/** What is wrong with a database, held against the files. */
export function checkDatabase(connection: Connection, files: readonly Migration[], openMemory: OpenMemory): Finding[] {
  const applied = readApplied(connection)
  const known = files.filter(({ id, name }, index) => applied[index]?.id === id && applied[index]?.name === name)
  const isKnown = known.length === applied.length
  return [
    ...findings('integrity', integrityFaults(connection)),
    ...findings('foreign key', foreignKeyFaults(connection)),
    ...findings('history', isKnown ? [] : [describeHistory(files, applied)]),
    ...findings(
      'checksum',
      known.flatMap((file, index) => checksumFault(file, applied[index])),
    ),
    ...findings(
      'drift',
      (isKnown ? driftOf(connection, known, openMemory) : []).map((sentence) => `${sentence}, by no migration`),
    ),
    ...findings('pending', isKnown ? files.slice(known.length).map(({ id, name }) => `${id} ${name} is not applied`) : []),
  ]
}

/** Files that do not run are a finding of their own, and nothing to hold a database against. */
function driftOf(connection: Connection, files: readonly Migration[], openMemory: OpenMemory): string[] {
  try {
    return drift(connection, files, openMemory)
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

/** https://sqlite.org/pragma.html#pragma_integrity_check: one row, `ok`, or up to 100 faults. */
function integrityFaults(connection: Connection): string[] {
  const rows = connection.all<{ integrity_check: string }>('PRAGMA integrity_check').map((row) => row.integrity_check)
  return rows.filter((fault) => fault !== 'ok')
}

const foreignKeyFaults = (connection: Connection): string[] =>
  [...countViolations(connection)].map(([violation, count]) => (count === 1 ? violation : `${violation}, ${count} times`))
