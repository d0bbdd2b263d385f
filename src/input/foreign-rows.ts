/** Recognises by its first row that a file is of another kind, so that this is said once and not for each row. */
import type { Layout } from './layout.ts'
import { RecordError, type Row } from './row.ts'

const seeHelp = 'what is read:  microblog help import'
const seeRecipes = 'how to bring it in:  microblog help files'

type Kind = readonly [pattern: RegExp, what: string, hint: string]

/** By the first column. No username looks like these. */
const kinds: readonly Kind[] = [
  [/^\s*\[/, 'this looks like JSON', 'say so:  --format json'],
  [/^\s*\{/, 'this looks like JSON', 'say so:  --format ndjson, or json for one array'],
  [/^window\.YTD\./, 'this looks like a file of a Twitter archive', seeRecipes],
  [/^Account address$/, "this looks like Mastodon's list of followed accounts", seeRecipes],
]

/** If the first row is a single column: what seems to set its columns apart. */
const separators: readonly Kind[] = [
  [/\t/, 'its columns are set apart by tabs', 'say so:  --format tsv'],
  [/;/, 'its columns are set apart by semicolons', "make tabs of them:  tr ';' '\\t' < file | microblog import -"],
  [/,/, 'its columns are set apart by commas', 'say so:  --format csv'],
  [/\S +\S/, 'its columns are set apart by blanks', "make tabs of them:  tr -s ' ' '\\t' < file | microblog import -"],
]

/**
 * @throws RecordError, if the first row shows that the file is of another kind or, if `isStrict`, that it has other columns: `fault` says
 * which.
 */
export function checkFirstRow(first: Row | undefined, { hasHeader }: Layout, fault: string | undefined, isStrict: boolean): void {
  if (first === undefined || !('values' in first) || hasHeader) return
  const [text = ''] = first.values
  const kind = kinds.find(([pattern]) => pattern.test(text))
  if (kind) throw new RecordError(first.line, kind[1], kind[2])
  if (fault === undefined || !isStrict) return
  const separator = first.values.length === 1 ? separators.find(([pattern]) => pattern.test(text)) : undefined
  throw new RecordError(first.line, separator ? `${fault}: ${separator[1]}` : fault, separator?.[2] ?? seeHelp)
}
