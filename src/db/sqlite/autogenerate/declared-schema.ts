import type { SchemaDeclaration } from '../../../models/declare.ts'
import type { Connection, OpenMemory } from '../connection.ts'
import { readSchema } from './read-schema.ts'
import { refusing } from './refusing.ts'
import { inMemory } from './rehearse.ts'
import { renderSchema } from './render-schema.ts'
import type { Snapshot } from './snapshot.ts'

const problem = 'the declared schema is not valid'

/** Create the declared schema in memory and read it. @throws RefusedError, if SQLite does not accept it or a reference is missing */
export function declaredSchema(openMemory: OpenMemory, declared: SchemaDeclaration): Snapshot {
  return inMemory(openMemory, (connection) => {
    for (const statement of renderSchema(declared)) refusing(problem, () => connection.exec(statement), statement)
    refusing(problem, () => checkReferences(connection))
    return readSchema(connection)
  })
}

/** CREATE does not check what foreign keys, views and triggers refer to. PRAGMA foreign_key_check and any RENAME COLUMN do. */
function checkReferences(connection: Connection): void {
  connection.all('PRAGMA foreign_key_check')
  connection.exec('CREATE TABLE schema_migrations (a); ALTER TABLE schema_migrations RENAME COLUMN a TO b; DROP TABLE schema_migrations')
}
