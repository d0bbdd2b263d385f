import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { beginOtherFile } from '../../src/migrate/other-file.ts'
import { emptyWorld, temporaryFolder } from '../support/run.ts'

const dropIndex = ['DROP INDEX users_username']
const rebuild = [
  'CREATE TABLE new_t (\n  a INTEGER\n)',
  'INSERT INTO new_t SELECT a FROM t',
  'DROP TABLE t',
  'ALTER TABLE new_t RENAME TO t',
]

/** Begins the twin of 0006_x.sql in a new folder. */
function begin(upgrade: readonly string[], downgrade: readonly string[] = [], present?: string) {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'postgres'))
  const twin = join(folder, 'postgres', '0006_x.sql')
  if (present !== undefined) writeFileSync(twin, present)
  const begun = beginOtherFile(join(folder, '0006_x.sql'), { message: 'x', upgrade, downgrade })
  return { folder, left: begun?.left, text: readFileSync(twin, 'utf8') }
}

it('repeats statements that mean the same', () => {
  expect(begin(dropIndex)).toMatchObject({ left: 0, text: '-- x\n-- upgrade\nDROP INDEX users_username;\n\n-- downgrade\n' })
})

it('runs no statement of a section that is not repeated whole: a rebuild would lose the table', () => {
  const { left, text } = begin(rebuild, dropIndex)
  expect(left).toBe(4)
  expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('--'))).toEqual(['DROP INDEX users_username;'])
})

it('keeps a file that is there', () => {
  expect(begin(dropIndex, [], 'written by hand')).toMatchObject({ left: undefined, text: 'written by hand' })
})

it('does nothing where there are no migrations for PostgreSQL', () => {
  expect(beginOtherFile(join(temporaryFolder(), '0006_x.sql'), { message: 'x', upgrade: dropIndex, downgrade: [] })).toBeUndefined()
})

it('makes a file that is refused until it is written', async () => {
  const { folder } = begin(rebuild)
  for (const [index, name] of ['a', 'b', 'c', 'd', 'e'].entries())
    writeFileSync(join(folder, 'postgres', `000${index + 1}_${name}.sql`), `-- ${name}\n-- upgrade\n-- downgrade\n`)
  expect(await emptyWorld().run(['--db', 'postgres://x@127.0.0.1:1/x', 'db', 'upgrade', '--sql'], { migrations: folder })).toEqual({
    code: 4,
    stdout: '',
    stderr: 'error: 0006_x.sql:3: this is still to be written for PostgreSQL\n  write it, and remove the comments\n',
  })
})
