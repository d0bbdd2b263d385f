/** Refuses a migration that would not be read from its file as it was generated. */
import { RefusedError } from '../../../errors.ts'
import { parseMigration, type Statement } from '../../../migrate/files.ts'
import { type GeneratedMigration, renderMigration } from '../../../migrate/new-file.ts'
import { statementReader } from '../statements.ts'
import { tokenize } from '../tokens.ts'
import { refusing } from './refusing.ts'

const problem = 'the declaration cannot stand in a migration file'

/** @throws RefusedError, if a comment looks like the mark of a section, or a text has a line break that the file does not keep */
export function checkReadable({ upgrade, downgrade }: GeneratedMigration): void {
  const text = renderMigration({ message: 'generated', upgrade, downgrade })
  const name = { id: '0001', name: 'generated', file: 'the file' }
  const hint = 'leave out the comments that stand alone on a line'
  const read = refusing(problem, () => parseMigration(name, text, statementReader), hint)
  if (textsOf(read.upgrade) === textsOf(upgrade) && textsOf(read.downgrade) === textsOf(downgrade)) return
  throw new RefusedError(`${problem}: a text has the line break CR LF, which is read as LF`, "write it as  '…' || char(13, 10) || '…'")
}

/** The tokens, because the statements are read without their comments. */
const textsOf = (statements: readonly (Statement | string)[]): string =>
  statements
    .flatMap((statement) => tokenize(typeof statement === 'string' ? statement : statement.sql))
    .map(({ text }) => text)
    .join('\n')
