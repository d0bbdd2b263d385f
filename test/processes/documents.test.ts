import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../support/checkout.ts'
import { root, shell } from '../support/process.ts'
import { temporaryFolder } from '../support/run.ts'

/** The fenced blocks of a section that the test executes: shell transcripts, and diffs to apply to a checkout. */
const blocksOf = (section: string): { kind: string; text: string }[] =>
  [...section.matchAll(/^```(console|diff)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }))

/** The sections that contain a shell transcript, by heading. */
const sectionsOf = (page: string) =>
  page
    .split(/^## /m)
    .map((section) => ({ title: section.slice(0, section.indexOf('\n')), blocks: blocksOf(section) }))
    // "In pipelines" needs more programs, and has its own test in test/sessions/.
    .filter(({ title, blocks }) => title !== 'In pipelines' && blocks.some(({ kind }) => kind === 'console'))

/** Masks what differs on each run: the durations of migrations and the folder. */
const stable = (text: string, cwd: string): string => text.replace(/\(\d+ ms\)/g, '(… ms)').replaceAll(`${cwd}/`, './')

async function runTranscript(session: string, cwd: string, program: string): Promise<void> {
  for (const part of session.split(/^\$ /m).slice(1)) {
    const command = part.slice(0, part.indexOf('\n'))
    const output = part.slice(part.indexOf('\n') + 1)
    const { stdout } = await shell(`{ ${command}\n} 2>&1`, { cwd }, program)
    expect(`$ ${command}\n${stable(stdout, cwd)}`).toBe(`$ ${command}\n${stable(output, cwd)}`)
  }
}

/** Applies a diff of one hunk, whose old lines must occur in the file exactly once. */
function applyDiff(folder: string, diff: string): void {
  const [first = '', , ...lines] = diff.trimEnd().split('\n')
  const path = join(folder, first.replace('--- ', ''))
  const side = (other: string) => lines.flatMap((line) => (line.startsWith(other) ? [] : `${line.slice(1)}\n`)).join('')
  const parts = readFileSync(path, 'utf8').split(side('+'))
  expect(parts).toHaveLength(2)
  writeFileSync(path, parts.join(side('-')))
  utimesSync(path, new Date(), new Date())
}

const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)]

it('the pages have transcripts', () => {
  const titles = pages.flatMap((page) => sectionsOf(readFileSync(join(root, page), 'utf8'))).map(({ title }) => title)
  expect(titles).toEqual(expect.arrayContaining(['A session', 'Changing the schema', 'Backing up and restoring']))
})

describe.each(pages)('%s', (page) => {
  const sections = sectionsOf(readFileSync(join(root, page), 'utf8'))

  it.each(sections)(
    'shows the actual output under "$title"',
    async ({ blocks }) => {
      const isInCheckout = blocks.some(({ kind }) => kind === 'diff')
      const folder = isInCheckout ? checkout() : temporaryFolder()
      const program = join(isInCheckout ? folder : root, 'bin/microblog.js')
      for (const { kind, text } of blocks) {
        if (kind === 'diff') applyDiff(folder, text)
        else await runTranscript(text, folder, program)
      }
    },
    60_000,
  )
})
