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

/**
 * Whether the password matches. Without a stored hash (no such user, or no password set), or with one that `parse` refuses, it takes as
 * long and returns false.
 */
export async function isPassword(password: string, stored: string | null | undefined): Promise<boolean> {
  const { timingSafeEqual } = await import('node:crypto')
  const parsed = parse(stored ?? '')
  const { salt, hash, parameters } = parsed ?? { salt: Buffer.alloc(saltLength), hash: Buffer.alloc(hashLength), parameters: cost }
  const actual = await scrypt(password, salt, parameters, hashLength)
  return timingSafeEqual(actual, hash) && parsed !== undefined
}

/** The largest N * r * p that is computed: a stored hash may come from somebody else's database. It allows 128 MiB and about 0.2 s. */
const maxWork = 2 ** 20

/** Undefined unless the salt and the hash have exactly our lengths and the cost is one that scrypt allows (RFC 7914) and we do. */
function parse(stored: string): { salt: Buffer; hash: Buffer; parameters: typeof cost } | undefined {
  const number = '([1-9]\\d?)'
  const pattern = new RegExp(`^\\$scrypt\\$ln=${number},r=${number},p=${number}\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})$`)
  const [, ln, r, p, salt = '', hash = ''] = pattern.exec(stored) ?? []
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) }
  const isAllowed = parameters.ln < 16 * parameters.r && 2 ** parameters.ln * parameters.r * parameters.p <= maxWork
  return isAllowed ? { salt: Buffer.from(salt, 'base64'), hash: Buffer.from(hash, 'base64'), parameters } : undefined
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
