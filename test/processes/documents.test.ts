import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkout } from '../support/checkout.ts'
import { root, shell } from '../support/process.ts'
import { temporaryFolder, world } from '../support/run.ts'

/** The fenced blocks of a section that the test executes: shell transcripts, and diffs to apply to a checkout. */
const blocksOf = (section: string): { kind: string; text: string }[] =>
  [...section.matchAll(/^```(console|diff)\n([\s\S]*?)^```$/gm)].map(([, kind = '', text = '']) => ({ kind, text }))

/** The sections that contain a shell transcript, by heading. */
const sectionsOf = (page: string) =>
  page
    .split(/^## /m)
    .map((section) => ({ title: section.slice(0, section.indexOf('\n')), blocks: blocksOf(section) }))
    .filter(({ blocks }) => blocks.some(({ kind }) => kind === 'console'))

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

/** docs/pipelines.md, docs/files.md and docs/postgres.md need more programs, and have tests of their own. */
const documents = readdirSync(join(root, 'docs')).filter((name) => /\.md$/.test(name) && !/^(pipelines|files|postgres)\.md$/.test(name))
const pages = ['README.md', ...documents.map((name) => `docs/${name}`)]

it('the pages have transcripts', () => {
  const titles = pages.flatMap((page) => sectionsOf(readFileSync(join(root, page), 'utf8'))).map(({ title }) => title)
  expect(titles).toEqual(
    expect.arrayContaining(['First steps', 'Changing the schema', 'A change of the schema', 'Backing up and restoring']),
  )
})

describe('README.md', () => {
  const lines = readFileSync(join(root, 'README.md'), 'utf8').trimEnd().split('\n')

  it('is short, and its lines are too', () => {
    expect(lines.length).toBeLessThanOrEqual(180)
    expect(lines.filter((line) => line.length > 120)).toEqual([])
  })

  it('shows the picture that its first steps draw', async () => {
    const { run } = await world('john', 'susan', 'mary', 'david')
    for (const line of ['john susan david', 'susan mary', 'mary david', 'david john']) await run(`follow ${line}`)
    expect((await run('graph --format svg')).stdout).toBe(readFileSync(join(root, 'docs/network.svg'), 'utf8'))
  })
})

const transcripts = pages.map((page) => ({ page, sections: sectionsOf(readFileSync(join(root, page), 'utf8')) }))

describe.each(transcripts.filter(({ sections }) => sections.length > 0))('$page', ({ sections }) => {
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
