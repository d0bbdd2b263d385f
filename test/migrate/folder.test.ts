import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listMigrations, listMigrationsStrictly } from '../../src/migrate/folder.ts'
import { migrationFolder, smallMigrations } from '../support/migrations.ts'

describe('the folder of migrations', () => {
  it('lists the migrations in the order of their numbers', () => {
    expect(listMigrations(migrationFolder(smallMigrations('a', 'b_c')))).toEqual([
      { id: '0001', name: 'a', file: '0001_a.sql' },
      { id: '0002', name: 'b_c', file: '0002_b_c.sql' },
    ])
  })

  it('may be empty', () => {
    expect(listMigrations(migrationFolder({}))).toEqual([])
  })

  it('may contain files other than .sql', () => {
    expect(listMigrations(migrationFolder({ ...smallMigrations('a'), 'README.md': '', '0002_b.sql~': '' }))).toHaveLength(1)
  })

  it('refuses a gap between numbers, and the error names the files on both sides', () => {
    const folder = migrationFolder({ '0001_a.sql': '', '0003_c.sql': '' })
    expect(() => listMigrations(folder)).toThrow('migration 0002 is missing: 0001_a.sql is followed by 0003_c.sql')
  })

  it('refuses a list that does not start at 1', () => {
    expect(() => listMigrations(migrationFolder({ '0002_b.sql': '' }))).toThrow('migration 0001 is missing: the first is 0002_b.sql')
  })

  it('refuses a duplicate number, and the error names both files', () => {
    const folder = migrationFolder({ '0001_a.sql': '', '0001_b.sql': '' })
    expect(() => listMigrations(folder)).toThrow('two migrations have the number 0001: 0001_a.sql and 0001_b.sql')
  })

  const badNames = [
    '1_a.sql',
    '00001_a.sql',
    '0001-a.sql',
    '0001_.sql',
    '0001_A.sql',
    'a.sql',
    '0001_a.b.sql',
    '.sql',
    '0001_a.SQL',
    '0001_a copy.sql',
  ]

  it.each(badNames)('refuses the name %s for the migrator', (file) => {
    expect(() => listMigrationsStrictly(migrationFolder({ [file]: '' }))).toThrow(
      `migration file '${file}' is not named like 0001_users.sql`,
    )
  })

  it.each(badNames)('ignores the name %s for ordinary commands', (file) => {
    expect(listMigrations(migrationFolder({ ...smallMigrations('b'), [file]: '' }))).toHaveLength(1)
  })

  it('reads a migration through a link', () => {
    const folder = migrationFolder({ ...smallMigrations('a'), b: '' })
    symlinkSync('b', join(folder, '0002_b.sql'))
    expect(listMigrations(folder)).toHaveLength(2)
    expect(listMigrationsStrictly(folder)).toHaveLength(2)
  })

  it.each([
    ['a folder', (path: string) => mkdirSync(path)],
    ['a link to a folder', (path: string) => symlinkSync('.', path)],
    ['a broken link', (path: string) => symlinkSync('nowhere', path)],
    ['a link to itself', (path: string) => symlinkSync(path, path)],
  ])('refuses %s that is named like a migration for the migrator, and ignores it for ordinary commands', (_what, make) => {
    const folder = migrationFolder(smallMigrations('a'))
    make(join(folder, '0002_b.sql'))
    expect(listMigrations(folder)).toHaveLength(1)
    expect(() => listMigrationsStrictly(folder)).toThrow('0002_b.sql is not a file, or is a broken link')
  })

  it('must exist', () => {
    expect(() => listMigrations('/nowhere/at/all')).toThrow('no migrations at /nowhere/at/all')
  })
})
