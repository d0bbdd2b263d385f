/** Prints results as they come, and writes them all to a Markdown file. */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { environment, microblog, milliseconds, type Row } from './measure.ts'

export class Report {
  #markdown = ''

  section(title: string, note: string): void {
    process.stdout.write(`\n${title}\n`)
    this.#markdown += `\n## ${title}\n\n${note}\n`
  }

  /** Rows of measurements, each printed when it is there. */
  rows(rows: Iterable<Row>): Row[] {
    const all: Row[] = []
    this.#markdown += '\n| what | microblog | against | ratio |\n|---|---:|---|---:|\n'
    for (const row of rows) {
      const { name, ours, other, ratio, against } = row
      all.push(row)
      process.stdout.write(
        `${name.padEnd(46)} ${milliseconds(ours).padStart(10)}  ${ratio.toFixed(2).padStart(6)} x  ${against} (${milliseconds(other)})\n`,
      )
      this.#markdown += `| ${name} | ${milliseconds(ours)} | ${against}, ${milliseconds(other)} | ${ratio.toFixed(2)} |\n`
    }
    return all
  }

  /** A table with a heading. The first column is text, the others are numbers. */
  table(heading: readonly string[], rows: readonly (readonly string[])[]): void {
    for (const [first = '', ...others] of [heading, ...rows])
      process.stdout.write(`${first.padEnd(46)}${others.map((cell) => cell.padStart(18)).join('')}\n`)
    const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
    this.#markdown += `\n${line(heading)}|---${'|---:'.repeat(heading.length - 1)}|\n${rows.map(line).join('')}`
  }

  write(path: string): void {
    writeFileSync(path, `# Results of \`npm run bench\`\n\n${describeRun()}\n${this.#markdown}`)
    process.stdout.write(`\nwritten to ${path}\n`)
  }
}

/** The date, the machine and the versions. */
function describeRun(): string {
  const [, sqlite = ''] = execFileSync(process.execPath, microblog('none', '--version').slice(1), {
    env: { ...environment, MICROBLOG_DEBUG: '1' },
    encoding: 'utf8',
  }).split(/^(?=SQLite)/m)
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${new Date().toISOString().slice(0, 10)}; microblog ${version}, Node ${process.versions.node}, ${sqlite.trim()}; ${cpus().length} cores of ${cpu?.model.trim()}, ${memory} GB.
Medians; the commands of a row run in turn, as whole processes, so that a busy machine slows both alike: look at the ratios.`
}
