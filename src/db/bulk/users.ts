import { RefusedError } from '../../errors.ts'
import type { Handle } from '../addon.ts'

/** Adds users one by one, within a transaction that the caller has begun. */
export class UserWriter {
  readonly #find
  readonly #findByEmail
  readonly #insert

  constructor(handle: Handle) {
    this.#find = handle.prepare<[string], { email: string | null }>('SELECT email FROM users WHERE lower(username) = lower(?)')
    this.#findByEmail = handle.prepare<[string], string>('SELECT username FROM users WHERE lower(email) = lower(?)').pluck()
    this.#insert = handle.prepare<[string, string | null]>('INSERT INTO users (username, email) VALUES (?, ?)')
  }

  /** Returns whether there was no such user yet. @throws RefusedError, if the user has another address, or the address another user. */
  add(username: string, email: string | null): boolean {
    const existing = this.#find.get(username)
    if (existing) {
      if (email === null || existing.email === email) return false
      throw new RefusedError(
        `the user "${username}" is already there, ${existing.email === null ? 'without' : 'with another'} email address`,
      )
    }
    const owner = email === null ? undefined : this.#findByEmail.get(email)
    if (owner !== undefined) throw new RefusedError(`the email address ${email} belongs to ${owner}`)
    this.#insert.run(username, email)
    return true
  }
}
