import { describe, expect, it } from 'vitest'
import { readNames } from '../../src/input/usernames.ts'

const stdin = (text: string) => ({
  async *chunks() {
    yield new TextEncoder().encode(text)
  },
})
const read = (operands: string[], text = '', separator: '\n' | '\0' = '\n') => readNames(operands, stdin(text), separator)

describe('readNames', () => {
  it('takes operands in order, without a leading @', async () => {
    expect(await read(['bob', '@alice'])).toEqual([{ name: 'bob' }, { name: 'alice' }])
  })

  it('puts standard input where - stands', async () => {
    expect(await read(['a', '-', 'b'], 'x\ny')).toEqual([{ name: 'a' }, { name: 'x', line: 1 }, { name: 'y', line: 2 }, { name: 'b' }])
  })

  it('drops one @ only', async () => {
    expect(await read(['@@a'])).toEqual([{ name: '@a' }])
  })

  it('gives a repeat, whatever its case, once, as it stood first', async () => {
    expect(await read(['Bob', '-'], 'bob\n@BOB\ncarol')).toEqual([{ name: 'Bob' }, { name: 'carol', line: 3 }])
  })

  it('refuses an empty operand', async () => {
    await expect(read(['bob', ''])).rejects.toThrow('an empty username')
  })

  it('keeps an @ on its own, to be refused', async () => {
    expect(await read(['@', '-'], '@')).toEqual([{ name: '@' }])
  })

  it('is not confused by names that objects have', async () => {
    expect(await read(['constructor', '__proto__', 'toString'])).toHaveLength(3)
  })
})
