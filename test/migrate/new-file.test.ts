import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listMigrations } from '../../src/migrate/folder.ts'
import { createMigrationFile } from '../../src/migrate/new-file.ts'
import { migrationFolder, smallMigrations } from '../support/migrations.ts'

describe('a new migration file', () => {
  it('takes the next number after a file that was written in the meantime', async () => {
    const folder = migrationFolder(smallMigrations('a', 'b'))
    expect(await createMigrationFile(folder, undefined, 'c', 'text')).toBe(join(folder, '0003_c.sql'))
    expect(readFileSync(join(folder, '0003_c.sql'), 'utf8')).toBe('text')
  })

  it('is refused if another was written after the files that it was generated for', async () => {
    const folder = migrationFolder(smallMigrations('a', 'b'))
    const files = listMigrations(folder).slice(0, 1)
    await expect(createMigrationFile(folder, files, 'c', 'text')).rejects.toMatchObject({
      message: '0002_b.sql was written in the meantime: nothing was written',
      exitCode: 1,
    })
    expect(readdirSync(folder)).toEqual(['0001_a.sql', '0002_b.sql'])
  })

  it('waits for the lock file of another process, and the error names one that a killed process left', async () => {
    const folder = migrationFolder({ '0001.claim': '' })
    await expect(createMigrationFile(folder, undefined, 'c', 'text')).rejects.toMatchObject({
      message: `another command is writing a migration in ${folder}`,
      exitCode: 4,
    })
    writeFileSync(join(folder, '0001_a.sql'), '')
    expect(await createMigrationFile(folder, undefined, 'c', 'text')).toBe(join(folder, '0002_c.sql'))
  })
})
