/** The startup time of commands, compared with `node` on an empty file. */
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { compare, type Row } from './measure.ts'

const rounds = 31
const bin = resolve('bin/microblog.js')

export function* startupRows(folder: string): Generator<Row> {
  const empty = join(folder, 'empty.js')
  writeFileSync(empty, '')
  for (const line of ['db upgrade', 'user add alice bob carol', 'follow bob alice', 'follow carol alice']) run(line, folder)
  for (const line of ['--version', 'followers alice', 'follow alice bob', 'db upgrade']) {
    yield compare({
      name: `microblog ${line}`,
      ours: [process.execPath, bin, ...line.split(' ')],
      against: 'node on an empty file',
      other: [process.execPath, empty],
      rounds,
      cwd: folder,
    })
  }
}

function run(line: string, cwd: string): void {
  const { status, stderr } = spawnSync(process.execPath, [bin, ...line.split(' ')], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`microblog ${line}: ${stderr}`)
}
