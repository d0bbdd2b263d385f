/** The statements of a migration file. */
import type { StatementReader } from '../../migrate/files.ts'
import { isKeyword, splitStatements, tokenize } from './tokens.ts'

/** Each of these would end the one transaction that makes an upgrade all or nothing, or cannot run inside it. */
const forbidden = ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'VACUUM', 'ATTACH', 'DETACH']

export const statementReader: StatementReader = {
  split: splitStatements,
  forbidden({ sql }) {
    const [first] = tokenize(sql)
    return isKeyword(first, ...forbidden) ? first?.text.toUpperCase() : undefined
  },
}
