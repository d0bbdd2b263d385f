import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { unescapeField } from '../../src/input/tsv-rows.ts'
import { escapeField } from '../../src/output/safe-text.ts'

describe('unescapeField', () => {
  it('undoes escapeField for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(unescapeField(escapeField(text))).toBe(text)
      }),
    )
  })

  it.each(['\\', '\\x', '\\u', '\\u{}', '\\u{110000}', '\\u{d800}', '\\u{zz}', 'a\\\\\\'])(
    'returns undefined for the invalid escape %s',
    (field) => {
      expect(unescapeField(field)).toBeUndefined()
    },
  )
})
