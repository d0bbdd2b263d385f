/** Writes the rows of a query to stdout. */
import type { Context } from '../context.ts'
import type { Format, List } from '../output/format.ts'
import { type FormatName, formats } from '../output/formats.ts'
import type { FormatOptions } from './list-options.ts'

/** Write the rows in the given format as they arrive. `empty` is printed to stderr if there are none and stdout is a terminal. */
export async function writeList(
  context: Context,
  format: FormatName | Format,
  list: List,
  options: Pick<FormatOptions, 'header' | 'null'>,
  empty: string,
): Promise<void> {
  const { stdout, env } = context.io
  const style = await context.style(stdout)
  const columns = stdout.isTerminal || env.COLUMNS ? stdout.columns : Number.POSITIVE_INFINITY
  const write = typeof format === 'string' ? formats[format] : format
  const text = write(list, { header: options.header !== false, end: options.null ? '\0' : '\n', columns, style })
  const isStyled = format === 'table' || typeof format !== 'string'
  await writeBlocks(context, text, empty, (block) => (isStyled ? context.writeStyled(block) : context.write(block)))
}

/** An async iterable of one item. */
export async function* once<T>(item: T): AsyncGenerator<T> {
  yield item
}

/** Write text as it arrives. If there is none and stdout is a terminal, print `empty` to stderr. */
export async function writeBlocks<Block extends string | Uint8Array>(
  context: Context,
  blocks: AsyncIterable<Block>,
  empty: string,
  write = (block: Block) => context.write(block),
): Promise<void> {
  let isEmpty = true
  context.holdOutput()
  for await (const block of blocks) {
    isEmpty = false
    write(block)
  }
  if (isEmpty && context.io.stdout.isTerminal) context.note(empty)
}
