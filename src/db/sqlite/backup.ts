/** Backups of a database that may be in use. */
import { closeSync, existsSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseError, describeCode, errorCode, MicroblogError, missingFolder, RefusedError } from '../../errors.ts'
import type { Backup } from '../../migrate/migration-connection.ts'
import { publishNew, removeTemporary, temporaryPath } from '../../temporary-file.ts'
import { connect } from './addon.ts'
import { connectForReading } from './read-only.ts'
import { explain } from './result-codes.ts'

/**
 * Copy the last committed state of the database at `path` to `file`, which must not exist, and check the copy. Readers and writers
 * are not blocked. The copy gets the name `file` only after the check (https://sqlite.org/lang_vacuum.html#vacuuminto).
 */
export function backUp(path: string, file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false })) throw alreadyExists(file)
  if (!existsSync(dirname(file))) throw missingFolder(dirname(file))
  const temporary = inFolder(file, () => temporaryPath(file))
  try {
    inFolder(file, () => closeSync(openSync(temporary, 'wx', 0o600)))
    copy(path, temporary)
    check(temporary)
    inFolder(file, () => publishNew(temporary, file))
  } finally {
    removeTemporary(temporary)
  }
}

const alreadyExists = (file: string): RefusedError =>
  new RefusedError(`${file} already exists`, 'a backup never overwrites a file: choose another name')

/** @throws RefusedError or DatabaseError instead of a system error */
function inFolder<T>(file: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof MicroblogError) throw error
    if (errorCode(error) === 'EEXIST') throw alreadyExists(file)
    throw new DatabaseError(`the backup cannot be created in ${dirname(file)}: ${describeCode(error)}`, 'choose another folder')
  }
}

/** VACUUM INTO accepts an existing empty file, so the copy has mode 0600 from the start. */
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
      const old = backupsBeside(path, basename(file)).slice(0, -keptBackups)
      for (const name of old) rmSync(join(dirname(path), name), { force: true })
    },
  }
}

/** The backups beside a database, oldest first. Those with a later date than `newest` were made by a wrong clock and count as old. */
function backupsBeside(path: string, newest: string): string[] {
  const start = `${basename(path)}.`
  const names = readdirSync(dirname(path)).filter((name) => name.startsWith(start) && /^\d{8}T\d{9}Z\.bak$/.test(name.slice(start.length)))
  return [...names.filter((name) => name > newest).sort(), ...names.filter((name) => name <= newest).sort()]
}
