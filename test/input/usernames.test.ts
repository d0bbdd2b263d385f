import { describe, expect, it } from 'vitest'
import { readNames } from '../../src/input/usernames.ts'

const stdin = (text: string) => ({
  async *chunks() {
    yield new TextEncoder().encode(text)
  },
})
const read = (operands: string[], text = '', separator: '\n' | '\0' = '\n') => readNames(operands, stdin(text), separator)

describe('readNames', () => {
  it('returns operands in order, without a leading @', async () => {
    expect(await read(['bob', '@alice'])).toEqual([{ name: 'bob' }, { name: 'alice' }])
  })

  it('inserts the names of standard input at the position of -', async () => {
    expect(await read(['a', '-', 'b'], 'x\ny')).toEqual([{ name: 'a' }, { name: 'x', line: 1 }, { name: 'y', line: 2 }, { name: 'b' }])
  })

  it('removes only one @', async () => {
    expect(await read(['@@a'])).toEqual([{ name: '@a' }])
  })

  it('returns a name that is repeated in another case once, as first spelt', async () => {
    expect(await read(['Bob', '-'], 'bob\n@BOB\ncarol')).toEqual([{ name: 'Bob' }, { name: 'carol', line: 3 }])
  })

  it('refuses an empty operand', async () => {
    await expect(read(['bob', ''])).rejects.toThrow('an empty username')
  })

  it('keeps a lone @, which is refused later', async () => {
    expect(await read(['@', '-'], '@')).toEqual([{ name: '@' }])
  })

  it('accepts names of Object.prototype properties', async () => {
    expect(await read(['constructor', '__proto__', 'toString'])).toHaveLength(3)
  })
})
