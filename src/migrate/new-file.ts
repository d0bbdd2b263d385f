/** New migration files. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseError, errorCode, UsageError } from '../errors.ts'
import type { MigrationName } from './folder.ts'

/** A column that is renamed instead of dropped and added. */
export interface Rename {
  readonly table: string
  readonly from: string
  readonly to: string
}

/** A migration that was found by comparing schemas. */
export interface GeneratedMigration {
  /** What differs, a sentence each. */
  readonly changes: readonly { readonly sentence: string }[]
  /** Statements without their semicolons, some after comment lines. */
  readonly upgrade: readonly string[]
  readonly downgrade: readonly string[]
  /** What the upgrade destroys, in words: `every value of 'posts.title'`. */
  readonly dropsData: readonly string[]
}

interface MigrationText extends Pick<GeneratedMigration, 'upgrade' | 'downgrade'> {
  readonly message: string
}

/** The text of a file: the message on the first line, then the two sections. A message of several lines becomes one. */
export function renderMigration({ message, upgrade, downgrade }: MigrationText): string {
  const terminated = (statement: string): string => `${statement};`
  return [comment(message), '-- upgrade', ...upgrade.map(terminated), '', '-- downgrade', ...downgrade.map(terminated), ''].join('\n')
}

/** A comment of one line: line breaks become blanks. */
export const comment = (text: string): string => `-- ${text.replace(/\s+/g, ' ').trim()}`

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
