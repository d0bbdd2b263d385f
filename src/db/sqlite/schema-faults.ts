/** What a schema accepts although it fails when it is used. */
import { defaultFaults } from './autogenerate/default-faults.ts'
import { readSchema } from './autogenerate/read-schema.ts'
import { compileFaults } from './compile.ts'
import { type Connection, connectionOf } from './connection.ts'
import { openMemory } from './open.ts'

/** A sentence for each statement that does not compile and each default that its column refuses. Changes no row. */
export function schemaFaults(connection: Connection): string[] {
  const scratch = connectionOf(openMemory())
  try {
    return [...compileFaults(connection), ...defaultFaults(scratch, readSchema(connection))]
  } finally {
    scratch.close()
  }
}
