import type { Format, FormatOptions, List, Row } from './format.ts'
import { safeText } from './safe-text.ts'
import { loadStringWidth, type StringWidth, shorten } from './width.ts'

/** Longer lists are printed in plain columns: a table of 10,000 rows would take 18 seconds to lay out. */
const maxTableRows = 200

/** For people: a table, or plain columns if there are many rows, and then the number of rows. */
export const table: Format = async function* (list, options) {
  const { head, isAll, rows } = await peek(list.rows)
  if (head.length === 0) return
  if (!isAll) return yield* columns({ ...list, rows }, options)
  yield await renderTable(list.fields, head, options)
  yield `${options.style.dim(count(head.length, await list.total?.(head.length)))}\n`
}

/** The first chunks, up to more rows than a table has; whether these are all rows; and all rows again. */
export async function peek<R extends Row>(chunks: AsyncIterable<readonly R[]>) {
  const rest = chunks[Symbol.asyncIterator]()
  const head: R[] = []
  let isAll = false
  while (!isAll && head.length <= maxTableRows) {
    const next = await rest.next()
    if (next.done) isAll = true
    else head.push(...next.value)
  }
  return { head, isAll, rows: prepend(head, { [Symbol.asyncIterator]: () => rest }) }
}

async function* prepend<T>(head: readonly T[], rest: AsyncIterable<readonly T[]>): AsyncGenerator<readonly T[]> {
  yield head
  yield* rest
}

const count = (rows: number, total = rows): string => {
  const all = total === 1 ? '1 row' : `${total.toLocaleString('en')} rows`
  return rows === total ? all : `${rows.toLocaleString('en')} of ${all}`
}

const cells = (row: Row, fields: readonly string[]): string[] => fields.map((field) => safeText(String(row[field] ?? '')))

/** Stands for the columns of a cell in the layout, because cli-table3 takes joiners and combining marks for columns. */
const placeholder = '\ue000'

async function renderTable(fields: readonly string[], rows: readonly Row[], options: FormatOptions): Promise<string> {
  const { header, style } = options
  const { default: Table } = await import('cli-table3')
  const stringWidth = await loadStringWidth()
  const { isNumber, shortened } = layOut(fields, rows, options, stringWidth)
  const layout = new Table({
    ...(header && { head: shortened(fields).map((field) => style.bold(field)) }),
    chars: borderless,
    colAligns: isNumber.map((isRight) => (isRight ? 'right' : 'left')),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
  })
  const lines = rows.map((row) => shortened(cells(row, fields)))
  layout.push(...lines.map((line) => line.map((cell) => placeholder.repeat(stringWidth(cell)))))
  const visible = lines.flat().filter((cell) => stringWidth(cell) > 0)
  const filled = layout.toString().replace(new RegExp(`${placeholder}+`, 'g'), () => visible.shift() ?? '')
  return `${filled.replace(/ +$/gm, '')}\n`
}

/** No column of text gets narrower. */
const leastWidth = 4
const gap = 2

/** Widths for columns that hold these rows. Where the lines would be too long, the widest columns are cut, but never a number. */
function layOut(fields: readonly string[], rows: readonly Row[], { header, columns }: FormatOptions, stringWidth: StringWidth) {
  const lines = rows.map((row) => cells(row, fields))
  const isNumber = fields.map((field) => rows.every((row) => typeof row[field] === 'number'))
  const widest = fields.map((_field, index) => Math.max(0, ...lines.map((line) => stringWidth(line[index] ?? ''))))
  const needed = fields.map((field, index) => Math.max(header ? stringWidth(field) : 0, widest[index] ?? 0))
  const least = needed.map((width, index) => (isNumber[index] ? (widest[index] ?? 0) : Math.min(width, leastWidth)))
  const widths = [...needed]
  for (let excess = needed.reduce((sum, width) => sum + width + gap, -gap) - columns; excess > 0; excess--) {
    const room = widths.map((width, index) => (width > (least[index] ?? 0) ? width : 0))
    const index = room.indexOf(Math.max(...room))
    if (!room[index]) break
    widths[index] = room[index] - 1
  }
  const limits = widths.map((width, index) => (width < (needed[index] ?? 0) ? width : Number.POSITIVE_INFINITY))
  const shortened = (line: readonly string[]) => line.map((cell, index) => shorten(cell, limits[index] ?? 0, stringWidth))
  return { isNumber, widths, shortened }
}

const borderless = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) => [
    [side, ''],
    ...['mid', 'left', 'right'].map((end) => [`${side}-${end}`, '']),
  ]),
)

/** The widths are those that the first chunk needs. A longer value in a later chunk shifts the rest of its line to the right. */
async function* columns(list: List, options: FormatOptions): AsyncGenerator<string> {
  const { header, style } = options
  const stringWidth = await loadStringWidth()
  let layout: ReturnType<typeof layOut> | undefined
  let total = 0
  for await (const chunk of list.rows) {
    const isFirst = layout === undefined
    layout ??= layOut(list.fields, chunk, options, stringWidth)
    const { shortened, widths, isNumber } = layout
    const lineOf = (line: readonly string[]) => shorten(pad(shortened(line), widths, isNumber, stringWidth), options.columns, stringWidth)
    if (isFirst && header) yield `${style.bold(lineOf(list.fields))}\n`
    yield chunk.map((row) => `${lineOf(cells(row, list.fields))}\n`).join('')
    total += chunk.length
  }
  yield `${style.dim(count(total, await list.total?.(total)))}\n`
}

function pad(line: readonly string[], widths: readonly number[], isNumber: readonly boolean[], stringWidth: StringWidth): string {
  const padded = line.map((cell, index) => {
    const space = ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell)))
    return isNumber[index] ? space + cell : cell + space
  })
  return padded.join(' '.repeat(gap)).trimEnd()
}
