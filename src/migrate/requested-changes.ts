/** The options `--rename`, `--drop` and `--fill` of `db migrate`: parses them, and renders them for hints, quoted for the shell. */
import { UsageError } from '../errors.ts'
import type { Rename } from './new-file.ts'

/** Drop a column with its values; without `column`, drop a table with its rows. */
export interface Drop {
  readonly table: string
  readonly column?: string
}

/** `value`, an SQL expression, is stored in existing rows: in all if the column is new, in rows with NULL if it becomes NOT NULL. */
export interface RequestedFill {
  readonly table: string
  readonly column: string
  readonly value: string
}

/** The changes that the author of a migration requests, because comparing schemas cannot find them. */
export interface RequestedChanges {
  readonly renames: readonly Rename[]
  readonly drops: readonly Drop[]
  readonly fills: readonly RequestedFill[]
}

/** A name, in double quotes if it contains a separator. */
const name = '\\s*("(?:[^"]|"")+"|[^".:=]+)'
const renamePattern = new RegExp(`^(?:${name}\\.)?${name}:${name}$`)
const dropPattern = new RegExp(`^${name}(?:\\.${name})?$`)
const fillPattern = new RegExp(`^${name}\\.${name}=(.*\\S.*)$`, 's')

/** Parse `table.old:new` or `old:new`. @throws UsageError */
export function parseRename(text: string): Rename {
  const [, table, from, to] = renamePattern.exec(text) ?? []
  if (!from || !to)
    throw new UsageError(`'${text}' is not a rename`, 'write it as table.old:new or old:new, for example  --rename users.name:username')
  return { ...(table && { table: unquote(table) }), from: unquote(from), to: unquote(to) }
}

/** Parse `table.column` or `table`. @throws UsageError */
export function parseDrop(text: string): Drop {
  const [, table, column] = dropPattern.exec(text) ?? []
  if (!table)
    throw new UsageError(`'${text}' is not a table or column`, 'write it as table.column or table, for example  --drop users.name')
  return { table: unquote(table), ...(column && { column: unquote(column) }) }
}

/** Parse `table.column=expression`. @throws UsageError */
export function parseFill(text: string): RequestedFill {
  const [, table, column, value] = fillPattern.exec(text) ?? []
  if (!table || !column || !value)
    throw new UsageError(`'${text}' fills no column`, `write it as table.column=expression, for example  --fill posts.language="'en'"`)
  return { table: unquote(table), column: unquote(column), value: value.trim() }
}

export const renameOption = ({ table, from, to }: Rename): string => `--rename ${shellWord(`${path(table, from)}:${spell(to)}`)}`

export const dropOption = ({ table, column }: Drop): string => `--drop ${shellWord(path(table, column))}`

export const fillOption = ({ table, column, value }: RequestedFill): string =>
  `--fill ${shellWord(path(table, column))}=${shellWord(value)}`

const path = (...names: readonly (string | undefined)[]): string =>
  names.flatMap((each) => (each === undefined ? [] : spell(each))).join('.')

const spell = (text: string): string => (/[".:=]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

const unquote = (text: string): string => (text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.trim())

/** In double quotes, because SQL strings contain single ones. */
const shellWord = (text: string): string => (/^[\w./:-]+$/.test(text) ? text : `"${text.replace(/[\\"$`]/g, '\\$&')}"`)
