import { describe, expect, it } from 'vitest'
import { effectsOf } from '../../../src/db/sqlite/effects.ts'
import { splitStatements } from '../../../src/db/sqlite/tokens.ts'
import { openMemory } from './autogenerate/memory.ts'

const tables = `CREATE TABLE t (a PRIMARY KEY, b, "column", "to", "x y", CONSTRAINT c CHECK (a > 0));
CREATE TABLE "drop table" (a, b); CREATE TABLE left (a, b); CREATE TABLE 'it''s "x.y"' (a, b); CREATE TABLE [Äpfel;
birnen] (a, b);`

/** Runs the script in SQLite to prove it valid, then returns each of its effects as text. */
function effects(script: string): string[] {
  const connection = openMemory()
  connection.exec(tables + script)
  connection.close()
  return effectsOf(splitStatements(script)).map((effect) => Object.values(effect).filter(Boolean).join('|'))
}

describe('the effect of a statement', () => {
  it.each([
    ['DROP TABLE t', 'drop|t'],
    ['drop /* not */ table -- yet\n if exists main . "T";', 'drop|t'],
    ['DROP TABLE "drop table"', 'drop|drop table'],
    ["DROP TABLE 'it''s \"x.y\"'", 'drop|it\'s "x.y"'],
    ['DROP TABLE `it\'s "x.y"`', 'drop|it\'s "x.y"'],
    ['DROP TABLE [Äpfel;\nbirnen]', 'drop|Äpfel;\nbirnen'],
    ['ALTER TABLE t DROP b', 'drop|t|b'],
    ['ALTER TABLE "drop table" DROP COLUMN b', 'drop|drop table|b'],
    ['ALTER TABLE t DROP COLUMN column', 'drop|t|column'],
    ['ALTER TABLE t DROP "column"', 'drop|t|column'],
    ['ALTER TABLE main.t RENAME TO u', 'rename|t|u'],
    ['ALTER TABLE t RENAME TO "rename to"', 'rename|t|rename to'],
    ['ALTER TABLE t RENAME b TO Key', 'rename|t|b|key'],
    ['ALTER TABLE t RENAME COLUMN "to" TO \'x "y"\'', 'rename|t|to|x "y"'],
    ['ALTER TABLE t RENAME "column" TO c', 'rename|t|column|c'],
    ['ALTER TABLE t RENAME [x y] TO z', 'rename|t|x y|z'],
    ['DELETE FROM left', 'rewrite|left'],
    ['DELETE FROM t AS u INDEXED BY sqlite_autoindex_t_1 WHERE a = 1 RETURNING a', 'rewrite|t'],
    ['UPDATE OR REPLACE left SET a = 1', 'rewrite|left'],
    ['UPDATE t SET b = u.b FROM left AS u', 'rewrite|t'],
    ['REPLACE INTO main.t (a) VALUES (1)', 'rewrite|t'],
    ['INSERT OR REPLACE INTO t (a) SELECT a FROM left', 'rewrite|t'],
    ['INSERT INTO t (a) VALUES (1) ON CONFLICT DO NOTHING', ''],
    ['INSERT OR IGNORE INTO t (a) SELECT 1 WHERE true ON CONFLICT (a) DO UPDATE SET b = 1', 'rewrite|t'],
    ['WITH replace AS (SELECT 1 AS x), u (x) AS MATERIALIZED (SELECT 2) DELETE FROM t WHERE a IN u', 'rewrite|t'],
    ['WITH RECURSIVE n (i) AS (SELECT 1 UNION SELECT i + 1 FROM n WHERE i < 9) UPDATE t SET b = 1', 'rewrite|t'],
    ['WITH u AS (SELECT 1) REPLACE INTO t (a) SELECT * FROM u AS v', 'rewrite|t'],
    ['WITH u AS (SELECT 1 AS x) INSERT INTO t (a) SELECT x AS replace FROM u', ''],
    ["INSERT INTO t (a) VALUES ('; DELETE FROM t;')", ''],
    ['INSERT INTO t (a) SELECT replace (a, 1, 2) FROM left', ''],
    ['ALTER TABLE t ADD COLUMN "drop"', ''],
    ['ALTER TABLE t DROP CONSTRAINT c', ''],
    ['CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM t; UPDATE t SET b = 1; END', ''],
    ['CREATE TEMP TABLE t (a); DELETE FROM temp.t; ALTER TABLE temp.t RENAME TO u', ''],
    ['CREATE VIEW v AS SELECT 1; DROP VIEW v; EXPLAIN DROP TABLE t', ''],
  ])('%s: %s', (script, effect) => {
    expect(effects(script).join(', ')).toBe(effect)
  })
})
