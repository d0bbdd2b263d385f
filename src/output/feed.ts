/** Posts for people to read: author, time and id, then the wrapped body with search hits, @names and #tags highlighted. */
import type { Format, FormatOptions, Row } from './format.ts'
import { relativeTime } from './relative-time.ts'
import { hitMarks, safeText } from './safe-text.ts'
import type { Style } from './style.ts'
import { wrapText } from './width.ts'

/** In columns. Longer lines are hard to read, even on a wide terminal. */
const maxWidth = 80
const indent = '  '

export const feed: Format = async function* ({ rows }, options) {
  const now = Date.now()
  let gap = ''
  for await (const chunk of rows) {
    let text = ''
    for (const row of chunk) {
      const lines = await bodyLines(row, options)
      text += `${gap}${headline(row, options, now)}\n${lines.map((line) => `${`${indent}${line}`.trimEnd()}\n`).join('')}`
      gap = '\n'
    }
    yield text
  }
}

function headline(row: Row, { style }: FormatOptions, now: number): string {
  const when = relativeTime(Date.parse(String(row.timestamp)), now)
  return `${style.bold(safeText(String(row.username)))}${style.dim(` · ${when} · #${row.id}`)}`
}

/** The body in lines, safe for a terminal: search hits in bold, @names and #tags in colour. */
async function bodyLines(row: Row, { columns, style }: FormatOptions): Promise<string[]> {
  const body = String(row.body)
  const isMarked = typeof row.hits === 'string' && !hitMarks.some((mark) => body.includes(mark))
  const lines = (isMarked ? String(row.hits) : body).trimEnd().split(/\r?\n/)
  const width = Math.max(10, Math.min(columns, maxWidth) - indent.length)
  const wrapped = await wrapText(lines.map(safeText).join('\n'), width, (text) => styleBody(text, isMarked, style))
  return wrapped.split('\n')
}

function styleBody(text: string, isMarked: boolean, style: Style): string {
  if (!isMarked) return highlightTokens(text, style)
  // The marks alternate, so every second part is a hit.
  const parts = text.split(new RegExp(`[${hitMarks.join('')}]`))
  return parts.map((part, index) => (index % 2 === 1 ? style.bold(highlightTokens(part, style)) : highlightTokens(part, style))).join('')
}

const highlightTokens = (text: string, style: Style): string =>
  text.replace(/(?<![\p{L}\p{N}\p{M}_])(?:@[A-Za-z0-9_][A-Za-z0-9_.-]*|#[\p{L}\p{N}\p{M}_\u200c\u200d]+)/gu, (found) => style.accent(found))
