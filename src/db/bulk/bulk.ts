/** What there is for very many rows, on one connection: prepared statements and blocks of text, without a promise or a Kysely query for each row. */
import type { Handle } from '../addon.ts'
import { exportFollows, type FollowText } from './export-follows.ts'
import { FollowImport } from './follows.ts'
import { PostWriter } from './posts.ts'
import { UserWriter } from './users.ts'

export class Bulk {
  readonly #handle: Handle

  constructor(handle: Handle) {
    this.#handle = handle
  }

  /** @see FollowImport */
  importFollows(mayCreate: (username: string) => boolean): FollowImport {
    return new FollowImport(this.#handle, mayCreate)
  }

  userWriter(): UserWriter {
    return new UserWriter(this.#handle)
  }

  postWriter(): PostWriter {
    return new PostWriter(this.#handle)
  }

  exportFollows(text: FollowText): Generator<Buffer> {
    return exportFollows(this.#handle, text)
  }
}
