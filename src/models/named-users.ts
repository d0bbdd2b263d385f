/** Looks up the users that an import names. Each name is looked up once, in batches. */
import type { Kysely } from 'kysely'
import { RefusedError } from '../errors.ts'
import { foldCase } from '../fold-case.ts'
import { inBatches } from './batches.ts'
import type { Database } from './schema.ts'
import { findUsers, isUsername } from './users.ts'

/** An id; `new` if the user can be created, `created` after a call of `create`; null or undefined if there is no such user. */
export type NamedUser = number | 'new' | 'created' | null | undefined

export class NamedUsers {
  readonly #db: Kysely<Database>
  readonly #isCreating: boolean
  /** By folded name. Invalid names are not stored. */
  readonly #users = new Map<string, NamedUser>()
  /** The names passed to `create`, in order, each once. */
  readonly created: string[] = []

  /** If `isCreating`, a valid name that no user has is found as `new`, not as null. */
  constructor(db: Kysely<Database>, isCreating: boolean) {
    this.#db = db
    this.#isCreating = isCreating
  }

  /** The users with these names, in the order of the names. */
  async find(names: readonly string[]): Promise<NamedUser[]> {
    const get = (name: string) => this.#users.get(name) ?? this.#users.get(foldCase(name))
    const found = names.map(get)
    const missing = names.filter((name, index) => found[index] === undefined && isUsername(name))
    if (missing.length === 0) return found
    await this.#lookUp(missing)
    return names.map((name, index) => found[index] ?? get(name))
  }

  async #lookUp(names: readonly string[]): Promise<void> {
    // A substring keeps the whole block of input in memory; a copy does not.
    const missing = [...new Set(names.map(foldCase))].map((name) => Buffer.from(name).toString())
    const users = await findUsers(this.#db, missing)
    for (const key of missing) {
      this.#users.set(key, users.get(key)?.id ?? (this.#isCreating ? 'new' : null))
    }
  }

  /** Mark a user found as `new` to be created. */
  create(name: string): void {
    const key = foldCase(name)
    if (this.#users.get(key) !== 'new') return
    this.#users.set(key, 'created')
    this.created.push(Buffer.from(name).toString())
  }

  /** Look the names up again. @throws RefusedError, if one of them no longer belongs to the user that was found */
  async check(db: Kysely<Database>): Promise<void> {
    for (const names of inBatches([...this.#users.keys()])) {
      const users = await findUsers(db, names)
      const moved = names.find((name) => typeof this.#users.get(name) === 'number' && users.get(name)?.id !== this.#users.get(name))
      if (moved !== undefined)
        throw new RefusedError(`${moved} was removed or renamed while the input was read: nothing was imported`, 'run it again')
    }
  }
}
