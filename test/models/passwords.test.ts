import { describe, expect, it } from 'vitest'
import { hashPassword, isPassword } from '../../src/models/passwords.ts'

describe('a password', () => {
  it('is stored as a PHC string of 88 characters with its parameters', async () => {
    const hash = await hashPassword('secret')
    expect(hash).toMatch(/^\$scrypt\$ln=15,r=8,p=3\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
    expect(hash).toHaveLength(88)
  })

  it('is salted', async () => {
    expect(await hashPassword('secret')).not.toBe(await hashPassword('secret'))
  })

  it('matches its own hash and no other', async () => {
    const hash = await hashPassword('sécret')
    expect(await isPassword('sécret', hash)).toBe(true)
    expect(await isPassword('secret', hash)).toBe(false)
  })

  it('is checked with the parameters of its stored hash', async () => {
    // From RFC 7914, section 12: scrypt ("password", "NaCl", N=1024, r=8, p=16), its first 64 bytes.
    const hash =
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640'
    const base64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
    const stored = `$scrypt$ln=10,r=8,p=16$${base64(Buffer.from('NaCl'))}$${base64(Buffer.from(hash, 'hex'))}`
    expect(await isPassword('password', stored)).toBe(true)
    expect(await isPassword('Password', stored)).toBe(false)
  })

  it.each([undefined, null, '', 'secret', '$scrypt$ln=15,r=8,p=3$$'])('never matches the stored value %j', async (stored) => {
    expect(await isPassword('secret', stored)).toBe(false)
  })
})
