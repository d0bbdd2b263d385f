/** The users that an import names. Each name is looked up once, many at a time. */
import type { Kysely } from 'kysely'
import { RefusedError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import type { Database } from './schema.ts'
import { findUsers, inBatches, isUsername } from './users.ts'

/** An id; `new` for a user who can be created, `created` once that was asked for; null or undefined where there is no such user. */
export type NamedUser = number | 'new' | 'created' | null | undefined

export class NamedUsers {
  readonly #db: Kysely<Database>
  readonly #isCreating: boolean
  /** By folded name. Names that nobody can have are not kept. */
  readonly #users = new Map<string, NamedUser>()
  /** The names of the users to be created, in the order in which that was asked for. */
  readonly created: string[] = []

  /** With `isCreating` a valid name that nobody has is one to be created. */
  constructor(db: Kysely<Database>, isCreating: boolean) {
    this.#db = db
    this.#isCreating = isCreating
  }

  /** The users of these names, in the order of the names. */
  async find(names: readonly string[]): Promise<NamedUser[]> {
    const get = (name: string) => this.#users.get(name) ?? this.#users.get(foldCase(name))
    const found = names.map(get)
    const missing = names.filter((name, index) => found[index] === undefined && isUsername(name))
    if (missing.length === 0) return found
    await this.#lookUp(missing)
    return names.map((name, index) => found[index] ?? get(name))
  }

  async #lookUp(names: readonly string[]): Promise<void> {
    // A name cut out of a block of input keeps the whole block in memory: a copy does not.
    const missing = [...new Set(names.map(foldCase))].map((name) => Buffer.from(name).toString())
    const users = await findUsers(this.#db, missing)
    for (const key of missing) {
      this.#users.set(key, users.get(key)?.id ?? (this.#isCreating ? 'new' : null))
    }
  }

  /** Have a new user created. */
  create(name: string): void {
    const key = foldCase(name)
    if (this.#users.get(key) !== 'new') return
    this.#users.set(key, 'created')
    this.created.push(Buffer.from(name).toString())
  }

  /** @throws RefusedError, if one of those found has been removed or renamed since. */
  async check(db: Kysely<Database>): Promise<void> {
    for (const names of inBatches([...this.#users.keys()])) {
      const users = await findUsers(db, names)
      const isSame = (name: string) => typeof this.#users.get(name) !== 'number' || users.get(name)?.id === this.#users.get(name)
      if (!names.every(isSame))
        throw new RefusedError('users were removed or renamed while the input was read: nothing was imported', 'run it again')
    }
  }
}
