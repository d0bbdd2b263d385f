/** Draws the times of all programs for each task: a row for each task, a dot for each program, on a logarithmic axis. */
import { milliseconds } from './measure.ts'
import type { Task } from './peers.ts'

/** In pixels. */
const [width, rowHeight, left, right, top] = [860, 34, 250, 40, 64]

/** By program, for a light and for a dark background: colours of Okabe and Ito, which people of any colour vision tell apart. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  microblog: ['#0072b2', '#56b4e9'],
  sqlite3: ['#666666', '#aaaaaa'],
  Kysely: ['#009e73', '#2fd6a4'],
  'sqlite-utils': ['#cc79a7', '#e6a3c8'],
  'Flask-SQLAlchemy': ['#d55e00', '#ff8c42'],
}

export function drawChart(tasks: readonly Task[]): string {
  const all = tasks.flatMap(({ times }) => [...times.values()])
  const [low, high] = [10 ** Math.floor(Math.log10(Math.min(...all))), 10 ** Math.ceil(Math.log10(Math.max(...all)))]
  const x = (time: number) => left + ((width - left - right) * Math.log10(time / low)) / Math.log10(high / low)
  const bottom = top + tasks.length * rowHeight
  const ticks = Array.from({ length: Math.round(Math.log10(high / low)) + 1 }, (_, power) => low * 10 ** power)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 30}" width="${width}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>Time of everyday commands by program, in milliseconds, on a logarithmic axis</title>
<style>
${style()}
</style>
<rect class="paper" width="100%" height="100%"/>
${legend()}
${ticks.map((tick) => `<path class="grid" d="M${x(tick)} ${top - 12}V${bottom}"/><text class="note" text-anchor="middle" x="${x(tick)}" y="${bottom + 18}">${label(tick)}</text>`).join('\n')}
${tasks.map((task, index) => row(task, top + (index + 0.5) * rowHeight, x)).join('\n')}
</svg>
`
}

function style(): string {
  const dots = (dark: 0 | 1) => Object.entries(colours).map(([program, colour]) => `.${className(program)}{fill:${colour[dark]}}`)
  const paint = (paper: string, ink: string, note: string, grid: string) =>
    `.paper{fill:${paper}}text{fill:${ink}}.note{fill:${note}}.grid{stroke:${grid}}`
  return `${paint('#ffffff', '#1f2328', '#59636e', '#d8dee4')}${dots(0).join('')}
@media (prefers-color-scheme:dark){${paint('#0d1117', '#f0f6fc', '#9198a1', '#30363d')}${dots(1).join('')}}`
}

const className = (program: string): string => program.toLowerCase()

const label = (time: number): string => (time < 1_000 ? `${time} ms` : `${time / 1_000} s`)

function legend(): string {
  let x = 20
  return Object.keys(colours)
    .map((program) => {
      const entry = `<circle class="${className(program)}" cx="${x}" cy="22" r="6"/><text x="${x + 12}" y="26.5">${program}</text>`
      x += 40 + program.length * 8
      return entry
    })
    .join('\n')
}

/** The dot of microblog is drawn last, above the others. */
function row({ name, times }: Task, y: number, x: (time: number) => number): string {
  const dots = [...times].reverse().map(([program, time]) => {
    return `<circle class="${className(program)}" cx="${x(time).toFixed(1)}" cy="${y}" r="6"><title>${program}: ${milliseconds(time)}</title></circle>`
  })
  return `<text text-anchor="end" x="${left - 24}" y="${y + 4.5}">${name}</text><path class="grid" d="M${left} ${y}H${width - right}"/>${dots.join('')}`
}
