/** Folders of migrations made for one test. */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './process.ts'
import { temporaryFolder } from './run.ts'

type Files = Readonly<Record<string, string>>

/** A folder with these files, by name; removed when the test ends. */
export function migrationFolder(files: Files): string {
  const folder = mkdtempSync(join(temporaryFolder(), 'migrations-'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** The text of a migration file. */
export const migration = (message: string, upgrade: string, downgrade = ''): string =>
  `-- ${message}\n-- upgrade\n${upgrade}\n-- downgrade\n${downgrade}\n`

/** The names of the SQL files in a folder, without those of another engine below it. */
export const migrationFiles = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.sql'))

/** The shipped files, by name. */
export function shippedMigrations(): Files {
  const folder = join(root, 'migrations')
  return Object.fromEntries(migrationFiles(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]))
}

/** The numbers of the newest shipped migration and of the one after it. */
export const newestId = String(Object.keys(shippedMigrations()).length).padStart(4, '0')
export const nextId = String(Number(newestId) + 1).padStart(4, '0')

/** The three migrations of the first release, without later ones. */
export const firstMigrations = (): Files => Object.fromEntries(Object.entries(shippedMigrations()).filter(([name]) => name < '0004'))

/** A migration for each name, `0001_a.sql`, `0002_b.sql`, …, which creates a small table of that name. */
export const smallMigrations = (...names: readonly string[]): Files =>
  Object.fromEntries(
    names.map((name, index) => [
      `${String(index + 1).padStart(4, '0')}_${name}.sql`,
      migration(name, `CREATE TABLE ${name} (x INTEGER);`, `DROP TABLE ${name};`),
    ]),
  )
