import * as declarations from './schema.ts'

/** The names of tables that schema.ts exports but does not list in `schema`, so that no migration creates them. */
export const unlistedTables = (): string[] =>
  Object.values(declarations).flatMap((value) => {
    const isTable = 'columns' in value && value !== declarations.staged
    return isTable && !declarations.schema.tables.includes(value) ? value.name : []
  })
