/** SQL as text: quotes names and strings. */

/** A text as an SQL string literal. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`

/** A name as an SQL identifier. */
export const identifier = (name: string): string => (/^[a-z_][a-z0-9_]*$/.test(name) ? name : `"${name.replaceAll('"', '""')}"`)

/** A name that is always in quotes, as for keywords. */
export const quotedIdentifier = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A hint: how to make a backup. */
export const makeBackup = (name: string): string => `make one:  pg_dump -Fc -f before.dump '${name}'`
