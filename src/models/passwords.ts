/** Passwords, as scrypt hashes in the PHC string format (https://github.com/P-H-C/phc-string-format). */
import type { ScryptOptions } from 'node:crypto'

/** N = 2^15, r = 8, p = 3 (OWASP Password Storage Cheat Sheet): a hash takes 32 MiB and about 0.1 s. */
const cost = { ln: 15, r: 8, p: 3 }
const saltLength = 16
const hashLength = 32

/** A salted hash with its parameters, 88 characters. */
export async function hashPassword(password: string): Promise<string> {
  const { randomBytes } = await import('node:crypto')
  const salt = randomBytes(saltLength)
  const hash = await scrypt(password, salt, cost, hashLength)
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`
}

/** Whether the password matches. Without a stored hash (no such user, or no password set) it takes as long and returns false. */
export async function isPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const { timingSafeEqual } = await import('node:crypto')
  const { salt, hash, parameters } = parse(stored ?? '')
  const actual = await scrypt(password, salt, parameters, hash.length)
  return timingSafeEqual(actual, hash) && stored != null
}

function parse(stored: string): { salt: Buffer; hash: Buffer; parameters: typeof cost } {
  const [, ln, r, p, salt, hash] = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w+/]+)\$([\w+/]+)$/.exec(stored) ?? []
  if (!salt || !hash) return { salt: Buffer.alloc(saltLength), hash: Buffer.alloc(hashLength), parameters: cost }
  return {
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
    parameters: { ln: Number(ln), r: Number(r), p: Number(p) },
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

async function scrypt(password: string, salt: Buffer, { ln, r, p }: typeof cost, length: number): Promise<Buffer> {
  const crypto = await import('node:crypto')
  const N = 2 ** ln
  // Node's default limit is below what these parameters need: 128 * N * r bytes.
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r }
  return new Promise((resolve, reject) => {
    crypto.scrypt(password.normalize('NFKC'), salt, length, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
