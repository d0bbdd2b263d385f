/** Reads the statements of a migration file. */
import type { StatementReader } from '../../migrate/files.ts'
import { isKeyword, splitStatements, tokenize } from './tokens.ts'

/** The first words of statements that would end the migrator's transaction or cannot run inside it. */
const forbidden = ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'VACUUM', 'ATTACH', 'DETACH']

export const statementReader: StatementReader = {
  split: splitStatements,
  forbidden({ sql }) {
    const [first] = tokenize(sql)
    return isKeyword(first, ...forbidden) ? first?.text.toUpperCase() : undefined
  },
}
