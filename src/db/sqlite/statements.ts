/** Parses the SQL of a migration file, and finds what is not allowed in one. */
import { foldCase } from '../../fold-case.ts'
import type { Fault, LineComment, Statement, StatementReader } from '../../migrate/files.ts'
import { canonicalStatement } from './effects.ts'
import { removeLeftovers } from './leftovers.ts'
import { unquote } from './sql-text.ts'
import { isKeyword, type Part, partsOf, splitStatements, type Token, tokenize } from './tokens.ts'

export const statementReader: StatementReader = { textFault, lineComments, split: splitSection, statementFault }

/** SQLite stops at a NUL, reads an unclosed string or comment to the end of the text, and reads a variable without a value as NULL. */
function textFault(text: string): Fault | undefined {
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const line = text.slice(0, nul).split('\n').length
    return { line, message: 'there is a NUL character', hint: 'SQLite reads nothing after it: remove it, or save the file as UTF-8' }
  }
  for (const part of partsOf(text)) {
    const fault = partFault(part)
    if (fault) return { line: part.line, ...fault }
  }
  return undefined
}

function partFault({ kind, text }: Part): Omit<Fault, 'line'> | undefined {
  if (kind === 'variable') return { message: `the variable ${text} has no value`, hint: 'write the value itself' }
  if (!(kind in closable)) return undefined
  if (!closed.test(text)) return { message: `this ${closable[kind]} is not closed`, hint: 'everything after it would be a part of it' }
  if (kind === 'comment' && otherLineBreak.test(text))
    return {
      message: 'this comment goes on after a line break that is not a line feed',
      hint: 'what follows would not run: end lines with LF',
    }
  return undefined
}

const closable: Readonly<Record<string, string>> = { comment: 'comment', string: 'string', blob: 'blob', quoted: 'quoted name' }
const closed = /^(?:--.*|\/\*.*\*\/|[xX]?'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`|\[[^\]]*\])$/s
/** Editors break a line at these characters, but SQLite ends a comment only at a line feed. */
const otherLineBreak = /^--.*[\r\u2028\u2029]\s*\S/s

function splitSection(script: string, firstLine: number): Statement[] {
  const statements = splitStatements(script, firstLine)
  return [...statements, ...removeLeftovers(statements)]
}

function lineComments(text: string): LineComment[] {
  const isAlone = (start: number) => /^[ \t\f\r\uFEFF]*$/.test(text.slice(text.lastIndexOf('\n', start) + 1, start))
  return [...partsOf(text)].filter(({ kind, text: part, start }) => kind === 'comment' && part.startsWith('--') && isAlone(start))
}

/** Statements that would end the migrator's transaction or cannot run inside it. */
const transaction = ['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT', 'RELEASE', 'VACUUM', 'ATTACH', 'DETACH']
/** PRAGMAs that have no effect after the transaction. */
const allowedPragmas = ['legacy_alter_table', 'defer_foreign_keys', 'foreign_key_check', 'integrity_check']

function statementFault({ sql, line }: Statement): Fault | undefined {
  const tokens = tokenize(sql, line)
  // EXPLAIN runs some PRAGMAs (https://sqlite.org/pragma.html).
  const [first, second, ...rest] = tokens.slice(tokens.findIndex((token) => !isKeyword(token, 'EXPLAIN', 'QUERY', 'PLAN')))
  if (first?.kind !== 'word') return { line, message: `'${first?.text}' is not the beginning of a statement` }
  if (isKeyword(first, ...transaction)) return notAllowed(first, first.text.toUpperCase(), 'all pending migrations run in one transaction')
  if (isKeyword(first, 'PRAGMA')) return pragmaFault(first, rest[0]?.text === '.' ? rest[1] : second)
  const temporary = isKeyword(first, 'CREATE') ? temporaryObject(sql) : undefined
  if (temporary) return notAllowed(first, `CREATE TEMP ${temporary}`, 'it would be gone after the migration: create it without TEMP')
  return nameFault(tokens)
}

/** A temporary table is useful during a migration; other temporary objects are not, because they disappear after it. */
function temporaryObject(sql: string): string | undefined {
  const pattern = /^create (?:(?:temp|temporary) (?!table\b)(\w+)|(view|trigger) (?:if not exists )?temp \.)/
  const [, word, ofSchema] = pattern.exec(canonicalStatement(sql)) ?? []
  return (word ?? ofSchema)?.toUpperCase()
}

const notAllowed = ({ line }: Token, what: string, hint: string): Fault => ({
  line,
  message: `${what} is not allowed in a migration`,
  hint,
})

function pragmaFault(pragma: Token, token: Token | undefined): Fault | undefined {
  const name = token && foldCase(unquote(token))
  if (name === undefined || allowedPragmas.includes(name)) return undefined
  const hint = `allowed are ${allowedPragmas.join(', ')}; foreign keys are off while migrations run, and checked at the end`
  return notAllowed(pragma, `PRAGMA ${name}`, hint)
}

/** After these keywords SQLite accepts a string as the name of a table. */
const beforeTable = `TABLE VIEW TRIGGER INDEX EXISTS INTO FROM JOIN UPDATE TO ON REFERENCES ROLLBACK ABORT FAIL IGNORE REPLACE`.split(' ')

function nameFault(tokens: readonly Token[]): Fault | undefined {
  for (const [index, token] of tokens.entries()) {
    const previous = tokens[index - 1]
    const isTable = isKeyword(previous, ...beforeTable)
    const isName = token.kind === 'word' || token.kind === 'quoted' || isTable || previous?.text === '.'
    const name = isName ? foldCase(unquote(token)) : ''
    if (name === 'schema_migrations') return notAllowed(token, 'the table schema_migrations', 'it is the record of what was applied')
  }
  return undefined
}
