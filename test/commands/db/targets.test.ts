import { describe, expect, it } from 'vitest'
import { migration, migrationFolder, smallMigrations } from '../../support/migrations.ts'
import { emptyWorld } from '../../support/run.ts'

describe('two migrations with the same name', () => {
  it.each(['db upgrade a', 'db downgrade a', 'db stamp a', 'db show a', 'db upgrade a --sql'])(
    '%s exits 2 and lists both',
    async (line) => {
      const { run } = emptyWorld()
      const migrations = migrationFolder({ ...smallMigrations('a', 'b'), '0003_a.sql': migration('a', 'CREATE TABLE c (x);') })
      await run('db upgrade 2', { migrations })
      expect(await run(line, { migrations })).toEqual({
        code: 2,
        stdout: '',
        stderr: "error: revision 'a' is ambiguous: 0001 a, 0003 a\n  give the number\n",
      })
    },
  )
})
