/** One connection to a server, with its transactions. */
import pg, { type Client, type QueryResult } from 'pg'
import type { Address } from './address.ts'

/** In milliseconds. A lock is waited for as long as on SQLite. */
const lockTimeout = 30_000
const checkInterval = 1_000

/** Error codes after which a transaction may succeed if it runs again (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const retryable = new Set(['40001', '40P01', '23505', '23503'])
const maxAttempts = 8

/** Reads `bigint` and `numeric` as numbers, and notes if one is not exact: pg cannot pass on an error from where it reads. */
class Numbers {
  #isExact = true

  readonly types: pg.CustomTypesConfig = {
    getTypeParser: (id, format) => {
      const { builtins, getTypeParser } = pg.types
      return id === builtins.INT8 || id === builtins.NUMERIC ? (text: string) => this.#read(text) : getTypeParser(id, format)
    },
  }

  #read(text: string): number {
    const number = Number(text)
    this.#isExact &&= Number.isSafeInteger(number) || !Number.isInteger(number)
    return number
  }

  /** @throws RangeError, if a number that was read is not exact */
  check(): void {
    if (!this.#isExact) throw new RangeError('a number is beyond 2^53')
  }
}

export class Connection {
  readonly client: Client
  readonly numbers: Numbers
  #depth = 0

  private constructor(client: Client, numbers: Numbers) {
    this.client = client
    this.numbers = numbers
  }

  static async open(address: Address): Promise<Connection> {
    try {
      return await Connection.#connect(address, true)
    } catch (error) {
      if (!address.prefersTls || !(error instanceof Error) || !error.message.includes('does not support SSL')) throw error
      return Connection.#connect(address, false)
    }
  }

  static async #connect({ config }: Address, isEncrypted: boolean): Promise<Connection> {
    const numbers = new Numbers()
    const client = new pg.Client({ ...config, types: numbers.types, ...(!isEncrypted && { ssl: false }) })
    // Without a listener a lost connection would end the process with a stack trace. The query that is running fails with the same error.
    client.on('error', () => {})
    await client.connect().catch((error) => {
      // The server may still wait for a password.
      client.end().catch(() => {})
      throw error
    })
    return new Connection(client, numbers)
  }

  async all<Row extends object>(sql: string, ...values: readonly unknown[]): Promise<Row[]> {
    return (await this.client.query<Row>(sql, [...values])).rows
  }

  /** Run statements that have no parameters, in one message. Returns the rows of the last one. */
  async exec<Row extends object = object>(sql: string): Promise<Row[]> {
    const results = (await this.client.query<Row>(sql)) as QueryResult<Row> | QueryResult<Row>[]
    return (Array.isArray(results) ? results.at(-1) : results)?.rows ?? []
  }

  get inTransaction(): boolean {
    return this.#depth > 0
  }

  /** Begin a transaction that sees one snapshot and cannot write, and run `sql` in it, in one message. */
  async beginReading<Row extends object>(sql: string): Promise<Row[]> {
    this.#depth++
    return this.exec<Row>(`BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ${setTimeouts}; ${sql}`)
  }

  /** Begin a transaction that writes, and run `sql` in it, in one message. */
  async beginWriting<Row extends object>(sql: string): Promise<Row[]> {
    this.#depth++
    return this.exec<Row>(`BEGIN; ${setTimeouts}; ${sql}`)
  }

  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    this.#depth--
    await this.client.query(how)
  }

  /**
   * Run `sql` and `work`, which gets its rows, in a transaction, or in a part of the one that has begun, and roll back if it throws. The
   * beginning and `sql` are one message.
   */
  async transaction<Row extends object, T>(end: 'commit' | 'roll back', sql: string, work: (rows: Row[]) => Promise<T>): Promise<T> {
    const level = this.#depth
    try {
      const rows = await (level === 0 ? this.beginWriting<Row>(sql) : this.#enter<Row>(level, sql))
      const result = await work(rows)
      if (level === 0) await this.end(end === 'commit' ? 'COMMIT' : 'ROLLBACK')
      else await this.#leave(level, end === 'commit')
      return result
    } catch (error) {
      // The error to report is the first one, also if the connection is lost.
      await (level === 0 ? this.#rollBack() : this.#leave(level, false)).catch(() => {})
      throw error
    }
  }

  async #enter<Row extends object>(level: number, sql: string): Promise<Row[]> {
    this.#depth++
    return this.exec<Row>(`SAVEPOINT level${level}; ${sql}`)
  }

  async #leave(level: number, isKept: boolean): Promise<void> {
    this.#depth = level
    await this.client.query(`${isKept ? '' : `ROLLBACK TO level${level}; `}RELEASE level${level}`)
  }

  async #rollBack(): Promise<void> {
    this.#depth = 0
    await this.client.query('ROLLBACK')
  }

  /** Run a transaction, and again if another one was in its way: then its own checks say what is wrong. */
  async retrying<Row extends object, T>(end: 'commit' | 'roll back', sql: string, work: (rows: Row[]) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.transaction(end, sql, work)
      } catch (error) {
        if (attempt === maxAttempts || !retryable.has(sqlState(error) ?? '')) throw error
        await new Promise((resolve) => setTimeout(resolve, Math.random() * 20 * attempt))
      }
    }
  }

  /** Says goodbye without waiting for an answer, as psql does. */
  async close(): Promise<void> {
    ;(this.client as Client & { unref(): void }).unref()
    this.client.end().catch(() => {})
  }
}

/** The second one ends a long query of a program that was killed. */
const setTimeouts = `SET LOCAL lock_timeout = ${lockTimeout}; SET LOCAL client_connection_check_interval = ${checkInterval}`

/** The SQLSTATE of an error of the server. */
export const sqlState = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined
