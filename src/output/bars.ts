/** A bar chart of a few numbers. */
import type { Style } from './style.ts'

interface Bar {
  readonly label: string
  readonly value: number
}

/** One line for each bar: label, bar (in halves of a column) and number. Any value above 0 is visible. */
export function barChart(bars: readonly Bar[], columns: number, style: Style): string {
  const numbers = bars.map(({ value }) => value.toLocaleString('en'))
  const labelWidth = Math.max(...bars.map(({ label }) => label.length))
  const barWidth = Math.max(8, Math.min(columns, 80) - labelWidth - Math.max(...numbers.map(({ length }) => length)) - 4)
  const most = Math.max(1, ...bars.map(({ value }) => value))
  return bars
    .map(
      ({ label, value }, index) =>
        `${label.padStart(labelWidth)}  ${style.accent(bar((value / most) * barWidth, value > 0))} ${numbers[index]}\n`,
    )
    .join('')
}

/** Of thin lines, so that bars below each other do not touch. */
function bar(length: number, isVisible: boolean): string {
  const halves = Math.max(isVisible ? 1 : 0, Math.round(length * 2))
  return '━'.repeat(Math.floor(halves / 2)) + (halves % 2 === 1 ? '╸' : '')
}
