import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { rounds } from '../../../support/rounds.ts'
import { arbitrarySchema, renamedSchemas } from './arbitrary-schema.ts'
import { prove } from './oracle.ts'

const pairs = rounds(100, 600)

it('generates a working upgrade and downgrade between any two schemas', { timeout: 180_000 }, () => {
  let migrations = 0
  fc.assert(
    fc.property(arbitrarySchema, arbitrarySchema, (from, to) => {
      if (prove({ from: renderSchema(from), to })) migrations++
    }),
    { numRuns: pairs },
  )
  expect(migrations).toBeGreaterThan((pairs * 5) / 6)
})

it('renames tables and columns there and back between any two schemas', { timeout: 360_000 }, () => {
  let migrations = 0
  fc.assert(
    fc.property(renamedSchemas, ({ from, to, renames }) => {
      const migration = prove({ from: renderSchema(from), to, renames })
      if (migration && renames.length > 0) migrations++
    }),
    { numRuns: pairs },
  )
  expect(migrations).toBeGreaterThan((pairs * 3) / 4)
})
