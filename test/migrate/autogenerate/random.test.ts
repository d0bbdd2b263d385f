import fc from 'fast-check'
import { expect, it } from 'vitest'
import { renderSchema } from '../../../src/migrate/autogenerate/render-schema.ts'
import { arbitrarySchema } from './arbitrary-schema.ts'
import { prove } from './oracle.ts'

it('leads from any schema to any other and back', { timeout: 60_000 }, () => {
  let migrations = 0
  fc.assert(
    fc.property(arbitrarySchema, arbitrarySchema, (from, to) => {
      if (prove({ from: renderSchema(from), to })) migrations++
    }),
    { numRuns: 600 },
  )
  expect(migrations).toBeGreaterThan(500)
})
