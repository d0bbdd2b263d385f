/** Copies of a database that may be in use. */
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseError, describeCode, NotFoundError, RefusedError } from '../../errors.ts'
import type { Backup } from '../../migrate/migration-connection.ts'
import { connect } from './addon.ts'
import { connectForReading } from './read-only.ts'
import { explain } from './result-codes.ts'

/**
 * Copy the last committed state of the database at `path` to `file`, which must not exist, and check the copy. Readers and writers
 * go on meanwhile. `file` appears only when the copy is whole and sound (https://sqlite.org/lang_vacuum.html#vacuuminto).
 */
export function backUp(path: string, file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }))
    throw new RefusedError(`${file} is there already`, 'a backup never overwrites: name another file')
  if (!existsSync(dirname(file))) throw new NotFoundError(`no folder ${dirname(file)}`, `create it:  mkdir -p '${dirname(file)}'`)
  const unfinished = `${file}.unfinished-${randomUUID()}`
  try {
    reserve(unfinished)
    copy(path, unfinished)
    check(unfinished)
    renameSync(unfinished, file)
  } finally {
    for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + rest, { force: true })
  }
}

/** VACUUM INTO takes an empty file, which has the right mode from the beginning. */
function reserve(file: string): void {
  try {
    closeSync(openSync(file, 'wx', 0o600))
  } catch (error) {
    throw new DatabaseError(`the backup cannot be created in ${dirname(file)}: ${describeCode(error)}`, 'name another place')
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
      throw new DatabaseError(`the copy is not sound: ${answer}`, 'the database itself may be damaged:  microblog db check')
  } finally {
    handle.close()
  }
}

/** How many backups made before migrations are kept beside a database. */
const kept = 3

/**
 * Back up the database at `path` beside it, before a migration. `discard` takes the backup back, for a migration that was rolled back;
 * `settle` removes all but the newest three, once the migration is committed: not before, or failures would drive out what is still needed.
 */
export function backUpBeside(path: string, now: Date): Backup {
  const siblings = (pattern: RegExp) =>
    readdirSync(dirname(path)).filter(
      (name) => name.startsWith(`${basename(path)}.`) && pattern.test(name.slice(basename(path).length + 1)),
    )
  const remove = (names: readonly string[]) => names.forEach((name) => void rmSync(join(dirname(path), name), { force: true }))
  // A migrator has the write lock while it does this, so what is unfinished was left by one that was killed.
  remove(siblings(/^\d{8}T\d{9}Z\.bak\.unfinished-/))
  const file = `${path}.${now.toISOString().replaceAll(/[-:.]/g, '')}.bak`
  try {
    backUp(path, file)
  } catch (error) {
    const { message } = explain(error, 'the backup before the migration') as Error
    throw new DatabaseError(message, 'nothing was changed; free some space, or do without a backup:  --no-backup')
  }
  return {
    file,
    discard: () => rmSync(file, { force: true }),
    settle: () =>
      remove(
        siblings(/^\d{8}T\d{9}Z\.bak$/)
          .sort()
          .slice(0, -kept),
      ),
  }
}
