import { describe, expect, it } from 'vitest'
import { statementReader } from '../../src/db/sqlite/statements.ts'
import { parseMigration } from '../../src/migrate/files.ts'
import { migration } from '../support/migrations.ts'

const name = { id: '0001', name: 'a', file: '0001_a.sql' }
const parse = (text: string) => parseMigration(name, text, statementReader)

describe('a migration file', () => {
  it('has a message, an upgrade and a downgrade', () => {
    const parsed = parse('-- first\n-- upgrade\nCREATE TABLE t (x);\nCREATE TABLE u (x);\n\n-- downgrade\nDROP TABLE u;\n')
    expect(parsed).toMatchObject({
      message: 'first',
      upgrade: [
        { sql: 'CREATE TABLE t (x)', line: 3 },
        { sql: 'CREATE TABLE u (x)', line: 4 },
      ],
      downgrade: [{ sql: 'DROP TABLE u', line: 7 }],
    })
  })

  it('has the same checksum with CRLF as with LF', () => {
    const text = migration('a', "INSERT INTO t VALUES ('x');")
    expect(parse(text.replaceAll('\n', '\r\n')).checksum).toBe(parse(text).checksum)
  })

  it('parses the same with CRLF as with LF', () => {
    const text = migration('a', 'CREATE TABLE t (\n  x\n);')
    expect(parse(text.replaceAll('\n', '\r\n'))).toEqual(parse(text))
  })

  it('has another checksum after any other change', () => {
    expect(parse(migration('a', 'SELECT 1;')).checksum).not.toBe(parse(migration('a', 'SELECT  1;')).checksum)
  })

  it('may have an empty downgrade', () => {
    expect(parse(migration('a', 'SELECT 1;')).downgrade).toEqual([])
  })

  it.each([
    ['no upgrade', '-- a\nSELECT 1;\n-- downgrade\n'],
    ['no downgrade', '-- a\n-- upgrade\nSELECT 1;\n'],
    ['the downgrade before the upgrade', '-- a\n-- downgrade\n-- upgrade\n'],
  ])('is refused with %s', (_what, text) => {
    expect(() => parse(text)).toThrow(/^0001_a\.sql:\d: expected a line '-- upgrade' and, after it, a line '-- downgrade'$/)
  })

  it('is refused with a statement before the first section, which would never run', () => {
    expect(() => parse('-- a\nCREATE TABLE t (x);\n-- upgrade\n-- downgrade\n')).toThrow("0001_a.sql:2: a statement before '-- upgrade'")
  })

  it.each([
    '',
    '\n-- upgrade\n-- downgrade\n',
    '--\n-- upgrade\n-- downgrade\n',
    '-- upgrade\nSELECT 1;\n-- downgrade\n',
    '-- downgrade\nSELECT 1;\n',
  ])('is refused without a message on its first line: %j', (text) => {
    expect(() => parse(text)).toThrow('0001_a.sql:1: the first line must be the message: a comment that says what the migration does')
  })

  it('may have the message "upgrade"', () => {
    expect(parse(migration('upgrade', 'SELECT 1;', 'SELECT 2;'))).toMatchObject({ message: 'upgrade', upgrade: [{ line: 3 }] })
  })

  it.each([
    ['-- upgrade ', '--\tdowngrade\t '],
    ['  -- upgrade', '\t--downgrade'],
  ])('may have blanks around its section marks: %j and %j', (upgrade, downgrade) => {
    const text = `-- a\n${upgrade}\nSELECT 1;\n${downgrade}\nSELECT 2;\n`
    expect(parse(text)).toMatchObject({ upgrade: [{ sql: 'SELECT 1', line: 3 }], downgrade: [{ sql: 'SELECT 2', line: 5 }] })
  })

  it.each([
    ['a string', "SELECT '\n-- downgrade\n'"],
    ['a quoted name', 'SELECT 1 AS "\n-- upgrade\n"'],
    ['a name in brackets', 'SELECT 1 AS [\n-- downgrade\n]'],
    ['a block comment', 'SELECT /*\n-- downgrade\n*/ 1'],
    ['a comment behind a statement', 'SELECT 1 -- upgrade\n, 2'],
    ['a comment behind a block comment', 'SELECT /*\n*/ -- downgrade\n 2'],
    ['a longer comment', 'SELECT\n-- downgrade needs nothing\n2'],
  ])('has no section mark in %s', (_where, statement) => {
    expect(parse(migration('a', `${statement};`, 'SELECT 3;'))).toMatchObject({
      upgrade: [{ sql: statement }],
      downgrade: [{ sql: 'SELECT 3' }],
    })
  })

  it.each([
    [6, 'upgrade', '-- a\n-- upgrade\nSELECT 1;\n-- downgrade\nSELECT 2;\n-- upgrade\nSELECT 3;\n'],
    [4, 'upgrade', '-- a\n-- upgrade\nSELECT 1;\n-- upgrade\nSELECT 2;\n-- downgrade\n'],
    [4, 'downgrade', '-- a\n-- upgrade\n-- downgrade\n-- downgrade \n'],
    [5, 'upgrade', '-- upgrade\n-- upgrade\n-- downgrade\nSELECT 1;\n-- upgrade\n'],
  ])('is refused with a second section, and the error names line %i', (line, section, text) => {
    expect(() => parse(text)).toThrow(`0001_a.sql:${line}: a second '-- ${section}'`)
  })

  it.each(['BEGIN', 'COMMIT', 'END', 'ROLLBACK', 'SAVEPOINT s', 'RELEASE s', 'VACUUM', "ATTACH 'x' AS y", 'DETACH y', 'begin immediate'])(
    'is refused with %s, and the error has file and line',
    (statement) => {
      const word = statement.split(' ')[0]?.toUpperCase()
      expect(() => parse(migration('a', `SELECT 1;\n/* so */ ${statement};`))).toThrow(
        `0001_a.sql:4: ${word} is not allowed in a migration`,
      )
      expect(() => parse(migration('a', '', `${statement};`))).toThrow(`${word} is not allowed in a migration`)
    },
  )

  it('may contain transaction keywords in a trigger, a CASE, a string and a comment', () => {
    const trigger = "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; INSERT INTO t VALUES ('; COMMIT;'); END"
    expect(parse(migration('a', `-- COMMIT;\n${trigger};\nSELECT 'BEGIN';`)).upgrade.map(({ sql }) => sql)).toEqual([
      trigger,
      "SELECT 'BEGIN'",
    ])
  })
})
