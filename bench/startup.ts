/** The startup time of commands, compared with `node` on an empty file. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compare, microblog, type Row, time } from './measure.ts'

const rounds = 31

export function* startupRows(folder: string): Generator<Row> {
  const empty = join(folder, 'empty.js')
  const db = join(folder, 'startup.db')
  writeFileSync(empty, '')
  for (const line of ['db upgrade', 'user add alice bob carol', 'follow bob alice', 'follow carol alice', 'follow alice bob'])
    time(microblog(db, ...line.split(' ')))
  for (const line of ['--version', 'followers alice', 'is-following alice bob', 'follow alice bob', 'db upgrade']) {
    yield compare({
      name: `microblog ${line}`,
      ours: microblog(db, ...line.split(' ')),
      against: 'node on an empty file',
      other: [process.execPath, empty],
      rounds,
      cwd: folder,
    })
  }
}
