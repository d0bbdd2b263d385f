import type { Format, FormatOptions, List, Row } from './format.ts'
import { safeText } from './safe-text.ts'

/** Longer lists are printed in plain columns: a table of 10,000 rows would take 18 seconds to lay out. */
const maxTableRows = 200

/** For people: a table, or plain columns if there are many rows, and then the number of rows. */
export const table: Format = async function* (list, options) {
  const rows = list.rows[Symbol.asyncIterator]()
  const first = await rows.next()
  const second = first.done ? first : await rows.next()
  const head = first.done ? [] : first.value
  if (head.length === 0) return
  if (second.done && head.length <= maxTableRows) {
    yield await renderTable(list.fields, head, options)
    yield `${options.style.dim(count(head.length))}\n`
    return
  }
  const rest: AsyncIterable<readonly Row[]> = { [Symbol.asyncIterator]: () => rows }
  yield* columns({ fields: list.fields, rows: prepend([head, second.done ? [] : second.value], rest) }, options)
}

const count = (rows: number): string => (rows === 1 ? '1 row' : `${rows.toLocaleString('en')} rows`)

async function* prepend<T>(items: readonly T[], rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield* items
  yield* rest
}

const cells = (row: Row, fields: readonly string[]): string[] => fields.map((field) => safeText(String(row[field] ?? '')))

/** Stands for the columns of a cell in the layout, because cli-table3 takes joiners and combining marks for columns. */
const placeholder = '\ue000'

async function renderTable(fields: readonly string[], rows: readonly Row[], { header, style }: FormatOptions): Promise<string> {
  const { default: Table } = await import('cli-table3')
  const layout = new Table({
    ...(header && { head: fields.map((field) => style.bold(field)) }),
    chars: borderless,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  const { default: stringWidth } = await import('string-width')
  const lines = rows.map((row) => cells(row, fields))
  layout.push(...lines.map((line) => line.map((cell) => placeholder.repeat(stringWidth(cell)))))
  const visible = lines.flat().filter((cell) => stringWidth(cell) > 0)
  const filled = layout.toString().replace(new RegExp(`${placeholder}+`, 'g'), () => visible.shift() ?? '')
  return `${filled.replace(/ +$/gm, '')}\n`
}

const borderless = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle'].flatMap((side) => [
    [side, ''],
    ...['mid', 'left', 'right'].map((end) => [`${side}-${end}`, '']),
  ]),
)

/** The widths are those that the first chunk needs. A longer value in a later chunk shifts the rest of its line to the right. */
async function* columns(list: List, { header, style }: FormatOptions): AsyncGenerator<string> {
  const { default: stringWidth } = await import('string-width')
  let widths: number[] | undefined
  let total = 0
  for await (const chunk of list.rows) {
    const lines = chunk.map((row) => cells(row, list.fields))
    if (!widths) {
      widths = list.fields.map((field, index) => Math.max(field.length, ...lines.map((line) => stringWidth(line[index] ?? ''))))
      if (header) yield `${style.bold(pad(list.fields, widths, stringWidth))}\n`
    }
    const known = widths
    yield lines.map((line) => `${pad(line, known, stringWidth)}\n`).join('')
    total += chunk.length
  }
  yield `${style.dim(count(total))}\n`
}

const pad = (line: readonly string[], widths: readonly number[], stringWidth: (text: string) => number): string =>
  line
    .map((cell, index) => cell + ' '.repeat(Math.max(0, (widths[index] ?? 0) - stringWidth(cell))))
    .join('  ')
    .trimEnd()
