/** The bare connection that the migrator runs on. Apart from the store, because it does without Kysely. */
import type { Handle } from './addon.ts'
import { claim } from './open.ts'

export class MigrationConnection {
  readonly #handle: Handle

  constructor(handle: Handle) {
    this.#handle = handle
  }

  get inTransaction(): boolean {
    return this.#handle.inTransaction
  }

  exec(sql: string): void {
    this.#handle.exec(sql)
  }

  all<Row = Record<string, unknown>>(sql: string, ...parameters: readonly unknown[]): Row[] {
    return this.#handle.prepare<unknown[], Row>(sql).all(...parameters)
  }

  close(): void {
    if (this.#handle.open) this.#handle.close()
  }

  /** Make a database that was made by other means one of ours. */
  claim(): void {
    claim(this.#handle)
  }
}
