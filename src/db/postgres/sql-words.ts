/** SQL as text: quotes names and strings. */

/** A text as an SQL string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A name as an SQL identifier. */
export const identifier = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** A name that is always in quotes, as for keywords. */
export const quotedIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`
