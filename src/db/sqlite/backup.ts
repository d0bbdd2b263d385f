/** Backups of a database that may be in use. */
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseError, describeCode, missingFolder, RefusedError } from '../../errors.ts'
import type { Backup } from '../../migrate/migration-connection.ts'
import { connect } from './addon.ts'
import { connectForReading } from './read-only.ts'
import { explain } from './result-codes.ts'

/**
 * Copy the last committed state of the database at `path` to `file`, which must not exist, and check the copy. Readers and writers
 * are not blocked. The copy gets the name `file` only after the check (https://sqlite.org/lang_vacuum.html#vacuuminto).
 */
export function backUp(path: string, file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }))
    throw new RefusedError(`${file} already exists`, 'a backup never overwrites a file: choose another name')
  if (!existsSync(dirname(file))) throw missingFolder(dirname(file))
  const unfinished = `${file}.unfinished-${randomUUID()}`
  try {
    createEmpty(unfinished)
    copy(path, unfinished)
    check(unfinished)
    renameSync(unfinished, file)
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + suffix, { force: true })
  }
}

/** VACUUM INTO accepts an existing empty file, so the copy has mode 0600 from the start. */
function createEmpty(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    throw new DatabaseError(`the backup cannot be created in ${dirname(file)}: ${describeCode(error)}`, 'choose another folder')
  }
}

function copy(path: string, file: string): void {
  const handle = connectForReading(path)
  try {
    handle.prepare('VACUUM INTO ?').run(file)
  } finally {
    handle.close()
  }
}

function check(file: string): void {
  const handle = connect(file)
  try {
    handle.pragma('journal_mode = WAL')
    const answer = handle.pragma('integrity_check(1)', { simple: true })
    if (answer !== 'ok')
      throw new DatabaseError(`the copy is damaged: ${answer}`, 'the database itself may be damaged:  microblog db check')
  } finally {
    handle.close()
  }
}

/** Number of automatic backups kept beside a database. */
const keptBackups = 3

/**
 * Back up the database at `path` to a file beside it, before a migration. Call `discard` when the migration was rolled back: it removes
 * the backup. Call `prune` when it was committed: it removes all but the newest three. Until then no old backup is removed, so failed
 * migrations cannot push out the backups of successful ones.
 */
export function backUpBeside(path: string, now: Date): Backup {
  const findSiblings = (pattern: RegExp) =>
    readdirSync(dirname(path)).filter(
      (name) => name.startsWith(`${basename(path)}.`) && pattern.test(name.slice(basename(path).length + 1)),
    )
  const remove = (names: readonly string[]) => names.forEach((name) => void rmSync(join(dirname(path), name), { force: true }))
  // The migrator holds the write lock here, so an unfinished backup was left by a killed process.
  remove(findSiblings(/^\d{8}T\d{9}Z\.bak\.unfinished-/))
  const file = `${path}.${now.toISOString().replaceAll(/[-:.]/g, '')}.bak`
  try {
    backUp(path, file)
  } catch (error) {
    const { message } = explain(error, 'the backup before the migration') as Error
    throw new DatabaseError(message, 'nothing was changed; free some space, or skip the backup:  --no-backup')
  }
  return {
    file,
    discard: async () => rmSync(file, { force: true }),
    prune: async () => {
      const backups = findSiblings(/^\d{8}T\d{9}Z\.bak$/).sort()
      remove(backups.slice(0, -keptBackups))
    },
  }
}
