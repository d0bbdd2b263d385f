import { randomBytes, scryptSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { hashPassword, isPassword } from '../../src/models/passwords.ts'
import { query } from '../support/database.ts'
import { world } from '../support/run.ts'
import { spyOnScrypt } from '../support/scrypt.ts'

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

  it('has another hash for another user with the same password', async () => {
    const { run, db } = await world()
    for (const name of ['alice', 'bob']) await run(['user', 'add', name, '--password-stdin'], { stdin: 'secret\n' })
    const hashes = query<{ password_hash: string }>(db, 'SELECT DISTINCT password_hash FROM users')
    expect(hashes).toHaveLength(2)
  })

  it('is checked with the parameters of its stored hash', async () => {
    const hash = await storedWith(10, 8, 16)
    expect(await isPassword('secret', hash)).toBe(true)
    expect(await isPassword('Secret', hash)).toBe(false)
  })
})

/** A hash of "secret" with another cost. */
async function storedWith(ln: number, r: number, p: number, salt = randomBytes(16), length = 32): Promise<string> {
  const hash = scryptSync('secret', salt, length, { N: 2 ** ln, r, p, maxmem: 2 ** 30 })
  const unpadded = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '')
  return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`
}

const salt = 'A'.repeat(22)
const hash = 'A'.repeat(43)

describe('a stored hash that this program did not write', () => {
  it.each([
    undefined,
    null,
    '',
    'secret',
    '$scrypt$ln=15,r=8,p=3$$',
    '$scrypt$ln=15,r=8,p=3$A$A',
    `$scrypt$ln=15,r=8,p=3$${salt}$A`,
    `$scrypt$ln=0,r=8,p=3$${salt}$${hash}`,
    `$scrypt$ln=16,r=1,p=1$${salt}$${hash}`,
    `$scrypt$ln=15,r=0,p=3$${salt}$${hash}`,
    `$scrypt$ln=26,r=8,p=1$${salt}$${hash}`,
    `$scrypt$ln=15,r=99,p=99$${salt}$${hash}`,
    `$scrypt$ln=99999999,r=8,p=3$${salt}$${hash}`,
    `$scrypt$ln=15,r=8,p=3$${salt}$${hash}\n`,
  ])('never matches and costs as much as any other: %j', async (stored) => {
    const costs = spyOnScrypt()
    expect(await isPassword('secret', stored)).toBe(false)
    expect(costs).toHaveBeenCalledExactlyOnceWith(
      'secret',
      expect.any(Buffer),
      32,
      expect.objectContaining({ N: 2 ** 15, r: 8, p: 3 }),
      expect.any(Function),
    )
  })

  it('never matches if it is of another length', async () => {
    expect(await isPassword('secret', await storedWith(10, 8, 1, randomBytes(4)))).toBe(false)
    expect(await isPassword('secret', await storedWith(10, 8, 1, randomBytes(16), 16))).toBe(false)
  })
})
