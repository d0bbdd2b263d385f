import Sqlite from 'better-sqlite3'
import type { Connection } from '../../../../src/db/sqlite/connection.ts'

/** Opens a new, empty in-memory database. */
export function openMemory(): Connection {
  const database = new Sqlite(':memory:')
  return {
    exec: (sql) => void database.exec(sql),
    all: <Row>(sql: string, ...parameters: readonly unknown[]) => {
      const statement = database.prepare<unknown[], Row>(sql)
      if (statement.reader) return statement.all(...parameters)
      statement.run(...parameters)
      return []
    },
    close: () => void database.close(),
  }
}
