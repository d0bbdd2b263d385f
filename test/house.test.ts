/** The house rules of CONTRIBUTING.md, held by looking at the source. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'
import { root } from './support/process.ts'

const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .sort()
const sourceOf = (file: string) => readFileSync(join(root, 'src', file), 'utf8')

/** The source without its comments and texts, so that only code is left to be searched. */
const codeOf = (file: string) =>
  sourceOf(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|\s)\/\/.*$/gm, '')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''")

/** What a file imports, lazily or not; its own modules as paths from src/. */
const importsOf = (file: string): string[] =>
  [...sourceOf(file).matchAll(/(?:^(?:import|export)\b[^'"]*?from |^import |\bimport\()'([^']+)'/gm)].map(([, name = '']) =>
    name.startsWith('.') ? normalize(join(dirname(file), name)) : name,
  )

const rooms = ['models', 'migrate', 'db', 'input', 'output']

/** Where a file stands in `main → program → commands → cli → context → rooms → errors`; it may import only what stands further right. */
function rankOf(file: string): number {
  const [folder = ''] = file.split('/')
  const ranks: Readonly<Record<string, number>> = {
    'main.ts': 0,
    'program.ts': 1,
    commands: 2,
    cli: 3,
    'context.ts': 4,
    'config.ts': 5,
    'errors.ts': 7,
    'fold-case.ts': 7,
  }
  return rooms.includes(folder) ? 6 : (ranks[folder] ?? 3)
}

const commands = importsOf('program.ts').filter((name) => name.startsWith('commands/'))

const own = (file: string) => importsOf(file).filter((name) => name.endsWith('.ts'))
const isInRoom = (file: string, name: string) => name.split('/')[0] === file.split('/')[0]

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
    expect(own('context.ts')).toContain('db/sqlite/open.ts')
  })

  it('imports one way', () => {
    const wrong = files.flatMap((file) =>
      own(file)
        .filter((name) => rankOf(name) < rankOf(file) || (rankOf(name) === rankOf(file) && rankOf(file) !== 6 && !isInRoom(file, name)))
        .map((name) => `${file}: ${name}`),
    )
    expect(wrong).toEqual([])
  })

  it('has rooms that do not import each other, but for what the database and the pictures show of the models', () => {
    const isDeclared = (file: string, name: string) =>
      (file.startsWith('db/') && /^(models|migrate)\//.test(name)) ||
      (/^(migrate\/|models\/exports)/.test(file) && /^(db|models)\//.test(name)) ||
      (file.startsWith('output/graph/') && name === 'models/picture.ts')
    const wrong = files
      .filter((file) => rankOf(file) === 6)
      .flatMap((file) =>
        own(file)
          .filter((name) => rankOf(name) === 6 && !isInRoom(file, name) && !isDeclared(file, name))
          .map((name) => `${file}: ${name}`),
      )
    expect(wrong).toEqual([])
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
    ['commander', 'commands, cli, program and main', /^commander$/, /^(commands\/|cli\/|program\.ts|main\.ts)/],
  ])('imports %s only in %s', (_packages, _places, pattern, allowed) => {
    expect(importersOf(pattern, allowed)).toEqual([])
  })

  it('loads what is slow only when it is used', () => {
    const slow =
      /^import (?!type)[^'"]*'(chalk|cli-table3|inquirer|@inquirer\/[a-z]+|kysely|csv-stringify[^']*|string-width|fastest-levenshtein|better-sqlite3)'/m
    expect(files.filter((file) => !file.startsWith('db/') && slow.test(sourceOf(file)))).toEqual([])
  })

  it('reads process only in main.ts, and its versions where the database is opened', () => {
    expect(matches(/(?<![.\w$])process\s*\.(?!versions\b)/, /^main\.ts$/)).toEqual([])
    expect(matches(/(?<![.\w$])process\s*\.versions/, /^(main\.ts$|db\/)/)).toEqual([])
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

  it('has no utils, and no index', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|misc|index)(\.ts|\/)/.test(file))).toEqual([])
  })

  it('names its files in kebab case', () => {
    expect(files.filter((file) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(file))).toEqual([])
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
