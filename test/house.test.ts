/** Checks the source for the rules of CONTRIBUTING.md. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './support/process.ts'

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
const sourceOf = (file: string) => readFileSync(join(root, 'src', file), 'utf8')

/** The source without comments and string contents, for searching code only. */
const codeOf = (file: string) =>
  sourceOf(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")

/** The static and dynamic imports of a file; modules of this project as paths from src/. */
const importsOf = (file: string): string[] =>
  [...sourceOf(file).matchAll(/(?:^(?:import|export)\b[^'"]*?from |^import |\bimport\()'([^']+)'/gm)].map(([, name = '']) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
  )

/** The rooms, from the lowest: a file imports from its own room and from lower ones. */
const order: readonly RegExp[] = [
  /^(errors|fold-case|temporary-file)\.ts$/,
  /^models\//,
  /^migrate\//,
  /^input\//,
  /^output\//,
  /^db\/(engine|query-text|search-terms)\.ts$/,
  /^db\/sqlite\//,
  /^db\/postgres\//,
  /^db\/open-engine\.ts$/,
  /^context\.ts$/,
  /^cli\//,
  /^commands\//,
  /^program\.ts$/,
  /^(main|process)\.ts$/,
]
const rankOf = (file: string): number => order.findIndex((room) => room.test(file))

/** Rooms that import nothing from each other, although one is below the other. */
const apart: readonly [importer: RegExp, imported: RegExp][] = [
  [/^output\//, /^(input|migrate)\//],
  [/^input\//, /^migrate\//],
  [/^db\//, /^(input|output)\//],
  [/^(cli|commands|program|main|process|context)/, /^db\/(sqlite|postgres)\//],
  [/^db\/postgres\//, /^db\/sqlite\//],
]

const commands = importsOf('program.ts').filter((name) => name.startsWith('commands/'))

const own = (file: string) => importsOf(file).filter((name) => name.endsWith('.ts'))
/** Every `file: package` for which some file outside the allowed places imports the package. */
const importersOf = (pattern: RegExp, allowed: RegExp) =>
  files
    .filter((file) => !allowed.test(file))
    .flatMap((file) =>
      importsOf(file)
        .filter((name) => pattern.test(name))
        .map((name) => `${file}: ${name}`),
    )

const matches = (pattern: RegExp, allowed = /^$/) => files.filter((file) => !allowed.test(file) && pattern.test(codeOf(file)))

describe('the source', () => {
  it('is found, and so are its imports', () => {
    expect(files).toContain('main.ts')
    expect(own('program.ts')).toContain('commands/follow.ts')
    expect(own('context.ts')).toContain('db/open-engine.ts')
  })

  it('has a room for every file', () => {
    expect(files.filter((file) => rankOf(file) < 0)).toEqual([])
  })

  it('imports one way: from the same room or a lower one', () => {
    const isAllowed = (file: string, name: string) =>
      rankOf(name) <= rankOf(file) && !apart.some(([importer, imported]) => importer.test(file) && imported.test(name))
    const wrong = files.flatMap((file) =>
      own(file)
        .filter((name) => !isAllowed(file, name))
        .map((name) => `${file}: ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('has no import cycle', () => {
    const circles: string[] = []
    const done = new Set<string>()
    const visit = (file: string, path: readonly string[]) => {
      if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' > '))
      if (done.has(file)) return
      done.add(file)
      for (const name of own(file)) visit(name, [...path, file])
    }
    for (const file of files) visit(file, [])
    expect(circles).toEqual([])
  })

  it('knows SQLite only in db/sqlite/', () => {
    const sqlite = /PRAGMA|sqlite_(?:schema|master|sequence)|better-sqlite3|SQLITE_/
    expect(files.filter((file) => !file.startsWith('db/sqlite/') && sqlite.test(sourceOf(file)))).toEqual([])
  })

  it('has one name for one thing', () => {
    const names = files.filter((file) => !file.startsWith('commands/')).map((file) => file.replace(/^.*\//, ''))
    // A format is one thing, whether lists or pictures are written in it; the command tree mirrors the words that are typed.
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })

  it('has commands that import no other command, but the files beside them', () => {
    const wrong = files
      .filter((file) => file.startsWith('commands/'))
      .flatMap((file) =>
        own(file)
          .filter((name) => commands.includes(name))
          .map((name) => `${file}: ${name}`),
      )
    expect(wrong).toEqual([])
  })

  it.each([
    ['chalk, cli-table3 and inquirer', 'output/', /^(chalk|cli-table3|inquirer|@inquirer\/.*)$/, /^output\//],
    ['better-sqlite3', 'db/sqlite/', /^better-sqlite3/, /^db\/sqlite\//],
    ['pg', 'db/postgres/', /^pg\b/, /^db\/postgres\//],
    ['commander', 'commands, cli, program and main', /^commander$/, /^(commands\/|cli\/|program\.ts|main\.ts)/],
  ])('imports %s only in %s', (_packages, _places, pattern, allowed) => {
    expect(importersOf(pattern, allowed)).toEqual([])
  })

  it('loads slow packages only with dynamic imports', () => {
    const slow =
      /^import (?!type)[^'"]*'(chalk|cli-table3|inquirer|@inquirer\/[a-z]+|kysely|csv-stringify[^']*|string-width|fastest-levenshtein|better-sqlite3)'/m
    expect(files.filter((file) => !file.startsWith('db/') && slow.test(sourceOf(file)))).toEqual([])
  })

  it('uses process only in process.ts, its id also in temporary-file.ts, and process.versions also in db/', () => {
    expect(
      matches(/(?<![.\w$])process\s*\.(?!versions\b)/, /^(process|temporary-file|db\/postgres\/(address|postgres-engine))\.ts$/),
    ).toEqual([])
    expect(matches(/(?<![.\w$])process\s*\.versions/, /^(process\.ts$|db\/)/)).toEqual([])
    expect(importersOf(/^(node:)?process$/, /^$/)).toEqual([])
  })

  it.each([
    ['process.exit', /\bprocess\s*\.\s*exit\b(?!Code)/],
    ['console', /\bconsole\s*\./],
    ['any', /(?::|<|\bas|\||&|,|=>)\s*any\b/],
    ['default export', /^export default\b/m],
    ['module-level let', /^(export )?let \w+ ?[=:;]/m],
    ['silenced type error', /@ts-(ignore|expect-error|nocheck)/],
  ])('has no %s', (_what, pattern) => {
    expect(matches(pattern)).toEqual([])
  })

  it('writes to stdout and stderr only in output/ and in the methods of Context, which escape what is unsafe on a terminal', () => {
    expect(matches(/\bstd(?:out|err)\s*\.\s*write\b/, /^(output\/|context\.ts$)/)).toEqual([])
    expect(matches(/\bwriteStyled\b/, /^context\.ts$/)).toEqual([
      'cli/write-list.ts',
      'cli/write-record.ts',
      'commands/graph.ts',
      'commands/stats.ts',
    ])
  })

  it('has its types checked by npm test, because vitest alone does not', () => {
    const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> }
    expect(scripts.pretest).toMatch(/&& npm run types$/)
    expect(scripts.types).toBe('tsc --noEmit')
  })

  it('has no file or folder named utils, helpers, misc or index', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|misc|index)(\.ts|\/)/.test(file))).toEqual([])
  })

  it('names its files in kebab case', () => {
    expect(files.filter((file) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(file))).toEqual([])
  })

  it('has no line longer than 140 characters', () => {
    const long = files.flatMap((file) =>
      sourceOf(file)
        .split('\n')
        .flatMap((line, index) => (line.length > 140 ? `${file}:${index + 1}` : [])),
    )
    expect(long).toEqual([])
  })

  it('has no file of more than 200 lines', () => {
    expect(files.filter((file) => sourceOf(file).split('\n').length > 201)).toEqual([])
  })

  it('has a test that runs each command', () => {
    const tests = readdirSync(join(root, 'test'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.test.ts'))
    const said = tests.map((file) => readFileSync(join(root, 'test', file), 'utf8')).join('\n')
    const isRun = (words: string[]) => new RegExp(`['"\`](${words.join(' ')}|${words.join("', '")})(?![\\w-])`).test(said)
    const words = commands.map((file) => file.slice('commands/'.length, -'.ts'.length).split('/'))
    expect(words.filter((typed) => !isRun(typed))).toEqual([])
  })
})

describe('the map in CONTRIBUTING.md', () => {
  const [, map = ''] = /## The map\n\n```\n(.*?)\n```/s.exec(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')) ?? []

  /** Each line names a file or folder, indented below its parent. */
  const paths: string[] = []
  const parents: string[] = []
  for (const [, indent = '', name = ''] of map.matchAll(/^( *)([\w./-]+)/gm)) {
    parents.length = indent.length / 2
    paths.push(parents.join('') + name)
    parents.push(name)
  }

  it('names only files and folders that exist', () => {
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('names every file and folder of src and of src/db', () => {
    const entries = ['src', 'src/db'].flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true }).map((entry) => `${folder}/${entry.name}${entry.isDirectory() ? '/' : ''}`),
    )
    expect(entries.filter((entry) => !paths.includes(entry))).toEqual([])
  })

  it('fits on a screen', () => {
    const lines = map.split('\n')
    expect(lines.length).toBeLessThanOrEqual(40)
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(140)
  })
})
