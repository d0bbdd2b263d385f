/** Posts for people to read: author, time and id, then the wrapped body with search hits, @names and #tags highlighted. */
import type { Format, FormatOptions, Row } from './format.ts'
import { relativeTime } from './relative-time.ts'
import { hitMarks, safeText } from './safe-text.ts'
import type { Style } from './style.ts'
import { breakLongWords } from './width.ts'

/** In columns. Longer lines are hard to read, even on a wide terminal. */
const maxWidth = 80
const indent = '  '

export const feed: Format = async function* ({ rows }, options) {
  const { default: wrap } = await import('wrap-ansi')
  const { default: stringWidth } = await import('string-width')
  const now = Date.now()
  const width = Math.max(10, Math.min(options.columns, maxWidth) - indent.length)
  let gap = ''
  for await (const chunk of rows) {
    yield chunk
      .map((row) => {
        const body = styleBody(row, options.style, (text) => breakLongWords(text, width, stringWidth))
        const lines = wrap(body, width).split('\n')
        const post = `${gap}${headline(row, options, now)}\n${lines.map((line) => `${`${indent}${line}`.trimEnd()}\n`).join('')}`
        gap = '\n'
        return post
      })
      .join('')
  }
}

function headline(row: Row, { style }: FormatOptions, now: number): string {
  const when = relativeTime(Date.parse(String(row.timestamp)), now)
  return `${style.bold(safeText(String(row.username)))}${style.dim(` · ${when} · #${row.id}`)}`
}

/** The body, safe for a terminal, its line breaks as lines: search hits in bold, @names and #tags in colour. */
function styleBody(row: Row, style: Style, breakLines: (text: string) => string): string {
  const body = String(row.body)
  const safe = (text: string) => breakLines(text.trimEnd().split(/\r?\n/).map(safeText).join('\n'))
  const isMarked = typeof row.hits === 'string' && !hitMarks.some((mark) => body.includes(mark))
  if (!isMarked) return highlightTokens(safe(body), style)
  // The marks alternate, so every second part is a hit.
  const parts = safe(String(row.hits)).split(new RegExp(`[${hitMarks.join('')}]`))
  return parts.map((part, index) => (index % 2 === 1 ? style.bold(highlightTokens(part, style)) : highlightTokens(part, style))).join('')
}

const highlightTokens = (text: string, style: Style): string =>
  text.replace(/(?<![\p{L}\p{N}\p{M}_])(?:@[A-Za-z0-9_][A-Za-z0-9_.-]*|#[\p{L}\p{N}\p{M}_\u200c\u200d]+)/gu, (found) => style.accent(found))
