/** What statements take away or rename, told from their tokens (https://sqlite.org/lang.html). */

import type { Statement } from '../../migrate/files.ts'
import { canonical, unquote } from './autogenerate/spelling.ts'
import { type Token, tokenize } from './tokens.ts'

/** Of the column, or of the table if `column` is ''. `rewrite` deletes or changes rows; `to` is a new name. All names are folded. */
export interface Effect {
  readonly action: 'drop' | 'rename' | 'rewrite'
  readonly table: string
  readonly column: string
  readonly to: string
}

const name = (group: string): string => `(?<${group}>"(?:[^"]|"")*"|[^"\\s]+)`
const table = `(?:main \\. )?${name('table')}(?= [^.]|$)`
const led = '^(?:with .* as (?:(?:not )?materialized )?)?'

/** For a statement in its canonical spelling, without what is in parentheses. */
const patterns: readonly [Effect['action'], string][] = [
  ['drop', `^drop table (?:if exists )?${table}$`],
  ['drop', `^alter table ${table} drop (?:column )?(?!constraint )${name('column')}$`],
  ['rename', `^alter table ${table} rename to ${name('to')}$`],
  ['rename', `^alter table ${table} rename (?:column )?${name('column')} to ${name('to')}$`],
  ['rewrite', `${led}(?:delete from|update(?: or \\w+)?|(?:insert or )?replace into) ${table}`],
  ['rewrite', `${led}insert(?: or \\w+)? into ${table} .*\\bdo update `],
]

/** In the order of the statements, most of which take nothing away and rename nothing. */
export const effectsOf = (statements: readonly Statement[]): Effect[] =>
  statements.flatMap(({ sql }) => {
    const text = canonical(outermost(tokenize(sql)))
    return patterns.flatMap(([action, pattern]) => {
      const { table, column, to } = new RegExp(pattern, 's').exec(text)?.groups ?? {}
      return table ? { action, table: bare(table), column: bare(column), to: bare(to) } : []
    })
  })

/** What is in no parentheses. A string is a name where SQLite expects one. */
function outermost(tokens: readonly Token[]): Token[] {
  let depth = 0
  const isOutermost = ({ text }: Token) => {
    if (text === '(') depth++
    if (text === ')') depth--
    return depth === 0 && text !== ')'
  }
  return tokens.filter(isOutermost).map((token) => (token.kind === 'string' ? { ...token, kind: 'quoted' } : token))
}

const bare = (name = ''): string => tokenize(name).map(unquote).join('')
