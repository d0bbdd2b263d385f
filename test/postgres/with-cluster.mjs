// Runs a command with a PostgreSQL server of its own, whose URL is in MICROBLOG_TEST_SERVER: node with-cluster.mjs COMMAND ARGUMENTS...
// The server listens on a random port of 127.0.0.1 and is removed at the end. Without PostgreSQL the command is not run: exit code 3.
import { execFileSync, spawnSync } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'

const debian = '/usr/lib/postgresql'
const folders = [
  ...(process.env.POSTGRES_BIN ?? '').split(delimiter),
  ...(existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : []),
  ...process.env.PATH.split(delimiter),
]
const programs = folders.find((folder) => folder && existsSync(join(folder, 'initdb')))
if (!programs) {
  process.stderr.write('no PostgreSQL server is installed here: its tests are not run (Debian: apt-get install postgresql)\n')
  process.exit(3)
}

const folder = mkdtempSync(join(tmpdir(), 'microblog-postgres-'))
// The server refuses to run as root.
const isRoot = process.getuid?.() === 0
const owner = isRoot ? ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))) : []
if (isRoot) chownSync(folder, owner[0], owner[1])
const as = isRoot ? { uid: owner[0], gid: owner[1], cwd: folder } : { cwd: folder }
const call = (program, ...argv) => execFileSync(join(programs, program), argv, { ...as, stdio: ['ignore', 'ignore', 'inherit'] })

const port = await freePort()
const data = join(folder, 'data')
let code = 1
try {
  call('initdb', '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--pgdata', data)
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories=${folder} -c fsync=off -c max_connections=200`
  call('pg_ctl', '--wait', '--log', join(folder, 'log'), '--options', settings, '--pgdata', data, 'start')
  const [command, ...argv] = process.argv.slice(2)
  const env = { ...process.env, MICROBLOG_TEST_SERVER: `postgres://postgres@127.0.0.1:${port}` }
  code = spawnSync(command, argv, { stdio: 'inherit', env }).status ?? 1
} finally {
  if (existsSync(join(data, 'postmaster.pid'))) call('pg_ctl', '--mode', 'immediate', '--pgdata', data, 'stop')
  rmSync(folder, { recursive: true, force: true })
}
process.exit(code)

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
