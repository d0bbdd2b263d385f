import { RefusedError } from '../../../errors.ts'
import type { SchemaDeclaration } from '../../../models/declare.ts'
import { compileFaults } from '../compile.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { identifier } from '../sql-text.ts'
import { defaultFaults } from './default-faults.ts'
import { readSchema } from './read-schema.ts'
import { referenceFaults } from './reference-faults.ts'
import { refusing } from './refusing.ts'
import { inMemory } from './rehearse.ts'
import { renderSchema } from './render-schema.ts'
import { outdatedIndexes } from './search-index.ts'
import type { Snapshot } from './snapshot.ts'

const problem = 'the declared schema is not valid'

/** Create the declared schema in memory and read it. @throws RefusedError, if anything in it cannot work, with a sentence for each fault */
export function declaredSchema(openMemory: OpenMemory, declared: SchemaDeclaration): Snapshot {
  return inMemory(openMemory, (connection) => {
    for (const statement of renderSchema(declared)) refusing(problem, () => connection.exec(statement), statement)
    const schema = readSchema(connection)
    // Each check relies on the ones before it: a default cannot be tried in a table that does not compile.
    const checks = [
      () => referenceFaults(schema),
      () => outdatedIndexes(schema),
      () => describeCompileFaults(connection, schema),
      () => inMemory(openMemory, (scratch) => defaultFaults(scratch, schema)),
    ]
    for (const check of checks) {
      const [first, ...others] = check()
      if (first) throw new RefusedError(`${problem}: ${first}`, [...others, 'correct it in src/models/schema.ts'].join('\n'))
    }
    return schema
  })
}

/** SQLite does not say which trigger fails. Drop each in turn: the fault belongs to the trigger without which it disappears. */
function describeCompileFaults(connection: Connection, { triggers }: Snapshot): string[] {
  connection.exec('PRAGMA foreign_keys = ON')
  return compileFaults(connection).map((fault) => {
    const trigger = triggers.find(({ name }) => {
      connection.exec(`SAVEPOINT whole; DROP TRIGGER ${identifier(name)}`)
      const isGone = !compileFaults(connection).includes(fault)
      connection.exec('ROLLBACK TO whole; RELEASE whole')
      return isGone
    })
    return trigger ? `trigger '${trigger.name}': ${fault}` : fault
  })
}
