/** Finds what statements leave on a connection. The next migration file must find the same as on a connection of its own. */
import type { Statement } from '../../migrate/files.ts'
import { canonicalStatement, namePattern, unquoteName } from './effects.ts'
import { identifier, unquote } from './sql-text.ts'
import { tokenize } from './tokens.ts'

const table = `(?:temp \\. )?${namePattern('table')}`
const created = new RegExp(`^create (?:temp|temporary) table (?:if not exists )?${table}`)
const createdInTemp = new RegExp(`^create (?:virtual )?table (?:if not exists )?temp \\. ${namePattern('table')}`)
const dropped = new RegExp(`^drop table (?:if exists )?${table}$`)
const renamed = new RegExp(`^alter table ${table} rename to ${namePattern('to')}$`)
const legacy = /^pragma (?:main \. )?legacy_alter_table\b/

/** The statements that drop the temporary tables which `statements` leave, and switch SQLite's legacy mode off if they leave it on. */
export function removeLeftovers(statements: readonly Statement[]): Statement[] {
  const tables = new Set<string>()
  let isLegacy = false
  for (const { sql } of statements) {
    // Most statements of a long file insert rows.
    if (!/^(?:create|drop|alter|pragma)\b/i.test(sql)) continue
    const text = canonicalStatement(sql)
    const find = (pattern: RegExp, group = 'table') => unquoteName(pattern.exec(text)?.groups?.[group])
    const name = find(created) || find(createdInTemp)
    if (name !== '') tables.add(name)
    if (tables.delete(find(dropped) || find(renamed)) && renamed.test(text)) tables.add(find(renamed, 'to'))
    if (legacy.test(text)) isLegacy = !tokenize(sql).some((token) => /^(?:off|no|false|0)$/i.test(unquote(token)))
  }
  const drops = [...tables].map((name) => `DROP TABLE IF EXISTS temp.${identifier(name)}`)
  const line = statements.at(-1)?.line ?? 1
  return [...drops, ...(isLegacy ? ['PRAGMA legacy_alter_table = OFF'] : [])].map((sql) => ({ sql, line }))
}
