/** Finds the tables and columns that statements drop, rename or rewrite, without running them (https://sqlite.org/lang.html). */

import type { Statement } from '../../migrate/files.ts'
import { canonical, unquote } from './sql-text.ts'
import { outerPositions } from './token-cursor.ts'
import { type Token, tokenize } from './tokens.ts'

/** What one statement does to a table or column. All names are folded. */
export interface Effect {
  /** `rewrite` deletes or changes rows. */
  readonly action: 'drop' | 'rename' | 'rewrite'
  readonly table: string
  /** '' for the table itself. */
  readonly column: string
  /** The new name, for `rename`. */
  readonly to: string
}

/** Matches a name in canonical spelling. */
export const namePattern = (group: string): string => `(?<${group}>"(?:[^"]|"")*"|[^" ]+)`
const table = `(?:main \\. )?${namePattern('table')}(?= [^.]|$)`
const optionalWith = '^(?:with .* as (?:(?:not )?materialized )?)?'

/** Each pattern matches a statement in canonical spelling, without the contents of parentheses. */
const patterns: readonly [Effect['action'], string][] = [
  ['drop', `^drop table (?:if exists )?${table}$`],
  ['drop', `^alter table ${table} drop (?:column )?(?!constraint )${namePattern('column')}$`],
  ['rename', `^alter table ${table} rename to ${namePattern('to')}$`],
  ['rename', `^alter table ${table} rename (?:column )?${namePattern('column')} to ${namePattern('to')}$`],
  ['rewrite', `${optionalWith}(?:delete from|update(?: or \\w+)?|(?:insert or )?replace into) ${table}`],
  ['rewrite', `${optionalWith}insert(?: or \\w+)? into ${table} .*\\bdo update `],
]

/** The effects of `statements`, in order. Most statements have none. */
export const effectsOf = (statements: readonly Statement[]): Effect[] =>
  statements.flatMap(({ sql }) => {
    const text = canonicalStatement(sql)
    return patterns.flatMap(([action, pattern]) => {
      const { table, column, to } = new RegExp(pattern, 's').exec(text)?.groups ?? {}
      return table ? { action, table: unquoteName(table), column: unquoteName(column), to: unquoteName(to) } : []
    })
  })

/** A statement in canonical spelling, without the contents of parentheses. */
export const canonicalStatement = (sql: string): string => canonical(outsideParentheses(tokenize(sql)))

/** The tokens outside parentheses. Strings become quoted names, because SQLite accepts a string where it expects a name. */
const outsideParentheses = (tokens: readonly Token[]): Token[] =>
  outerPositions(tokens)
    .flatMap((position) => tokens[position] ?? [])
    .filter(({ text }) => text !== '(')
    .map((token) => (token.kind === 'string' ? { ...token, kind: 'quoted' } : token))

/** The name that a match of `namePattern` stands for. */
export const unquoteName = (name = ''): string => tokenize(name).map(unquote).join('')
