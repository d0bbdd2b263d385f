import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderSchema } from '../../../../src/db/sqlite/autogenerate/render-schema.ts'
import { rounds } from '../../../support/rounds.ts'
import { arbitrarySchema } from './arbitrary-schema.ts'
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
