/** Copies of a database that may be in use. */
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseError, RefusedError } from '../errors.ts'
import { connect } from './addon.ts'

/**
 * Copy the last committed state of the database at `path` to `file`, which must not exist, and check the copy. Readers and writers
 * go on meanwhile. `file` appears only when the copy is whole and sound (https://sqlite.org/lang_vacuum.html#vacuuminto).
 */
export function backUp(path: string, file: string): void {
  if (existsSync(file)) throw new RefusedError(`${file} is there already`, 'a backup never overwrites: name another file')
  if (!existsSync(dirname(file))) throw new RefusedError(`no folder ${dirname(file)}`, `create it:  mkdir -p ${dirname(file)}`)
  const unfinished = `${file}.unfinished-${randomUUID()}`
  try {
    copy(path, unfinished)
    check(unfinished)
    renameSync(unfinished, file)
  } finally {
    for (const rest of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + rest, { force: true })
  }
}

function copy(path: string, file: string): void {
  const handle = connect(path)
  try {
    handle.prepare('VACUUM INTO ?').run(file)
    chmodSync(file, 0o600)
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

/** Back up the database at `path` beside it before a migration, and remove all but the newest three of such backups. Returns the name. */
export function backUpBeside(path: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[-:.]/g, '')
  const file = `${path}.${stamp}.bak`
  backUp(path, file)
  const backups = readdirSync(dirname(path)).filter((name) => isBackupOf(name, basename(path)))
  for (const name of backups.sort().slice(0, -kept)) rmSync(join(dirname(path), name))
  return file
}

const isBackupOf = (name: string, database: string): boolean =>
  name.startsWith(`${database}.`) && /^\d{8}T\d{9}Z\.bak$/.test(name.slice(database.length + 1))
