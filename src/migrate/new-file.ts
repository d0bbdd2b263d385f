/** New migration files. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError, errorCode, UsageError } from '../errors.ts'
import type { MigrationName } from './folder.ts'

/** `Add posts.language` becomes `add_posts_language`. @throws UsageError, if nothing is left. */
export function slug(message: string): string {
  const words = message
    .normalize('NFKD')
    .toLowerCase()
    .match(/[a-z0-9]+/g)
  if (!words) throw new UsageError('the message has no word to name the file after', 'say what changes:  -m "add posts.language"')
  return words.join('_').slice(0, 60).replace(/_$/, '')
}

/** Write `text` as the file after `files` and return its path. Never overwrites. */
export function createMigrationFile(folder: string, files: readonly MigrationName[], message: string, text: string): string {
  const id = String(files.length + 1).padStart(4, '0')
  const path = join(folder, `${id}_${slug(message)}.sql`)
  try {
    writeFileSync(path, text, { flag: 'wx' })
  } catch (error) {
    throw new DatabaseError(`${path} cannot be written (${errorCode(error)})`, 'check the folder of migrations')
  }
  return path
}
