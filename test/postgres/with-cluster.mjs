// Runs a command with a PostgreSQL server of its own, whose URL is in MICROBLOG_TEST_SERVER: node with-cluster.mjs COMMAND ARGUMENTS...
// MICROBLOG_TEST_STANDBY is a hot standby of it, if there is pg_basebackup, and MICROBLOG_TEST_POOLER a pgbouncer before it, if there is one.
// They listen on random ports of 127.0.0.1 and are removed at the end. MICROBLOG_TEST_DATA and MICROBLOG_TEST_STANDBY_DATA are their folders,
// and MICROBLOG_TEST_PG_CTL the beginning of a line of shell that starts and stops them. Without PostgreSQL the command is not run: exit code 3.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
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

const [port, standbyPort, poolerPort] = [await freePort(), await freePort(), await freePort()]
const url = (port) => `postgres://postgres@127.0.0.1:${port}`
const [data, standby] = [join(folder, 'data'), join(folder, 'standby')]
const poolers = []
// Ctrl-C ends the command, and then the servers are stopped and removed.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {})
let code = 1
try {
  call('initdb', '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--pgdata', data)
  start(data, port)
  const env = { ...process.env, MICROBLOG_TEST_SERVER: url(port), MICROBLOG_TEST_DATA: data, MICROBLOG_TEST_PG_CTL: control() }
  if (existsSync(join(programs, 'pg_basebackup'))) {
    call('pg_basebackup', '--write-recovery-conf', '--checkpoint=fast', '--pgdata', standby, '--dbname', url(port))
    start(standby, standbyPort)
    Object.assign(env, { MICROBLOG_TEST_STANDBY: url(standbyPort), MICROBLOG_TEST_STANDBY_DATA: standby })
  }
  const pooler = ['/usr/sbin/pgbouncer', ...process.env.PATH.split(delimiter).map((path) => join(path, 'pgbouncer'))].find(existsSync)
  if (pooler) {
    poolers.push(spawn(pooler, ['--quiet', poolerSettings()], { ...as, stdio: 'ignore' }))
    env.MICROBLOG_TEST_POOLER = url(poolerPort)
  }
  const [command, ...argv] = process.argv.slice(2)
  code = spawnSync(command, argv, { stdio: 'inherit', env }).status ?? 1
} finally {
  for (const pooler of poolers) pooler.kill()
  for (const place of [standby, data]) {
    // A test may have killed it.
    if (existsSync(join(place, 'postmaster.pid')))
      spawnSync(join(programs, 'pg_ctl'), ['--mode', 'immediate', '--pgdata', place, 'stop'], { ...as, stdio: 'ignore' })
  }
  rmSync(folder, { recursive: true, force: true })
}
process.exit(code)

function start(place, port) {
  const settings = `-c listen_addresses=127.0.0.1 -c port=${port} -c unix_socket_directories= -c fsync=off -c max_connections=200`
  call('pg_ctl', '--wait', '--log', `${place}.log`, '--options', settings, '--pgdata', place, 'start')
}

/** pg_ctl as the user who owns the servers. */
function control() {
  const program = `'${join(programs, 'pg_ctl')}'`
  return isRoot ? `setpriv --reuid ${owner[0]} --regid ${owner[1]} --clear-groups ${program}` : program
}

/** The file of settings: a pool of ten connections, each lent for one transaction. */
function poolerSettings() {
  const file = join(folder, 'pgbouncer.ini')
  const users = join(folder, 'users.txt')
  writeFileSync(users, '"postgres" ""\n')
  writeFileSync(
    file,
    `[databases]\n* = host=127.0.0.1 port=${port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${poolerPort}\nunix_socket_dir =\n` +
      `auth_type = trust\nauth_file = ${users}\npool_mode = transaction\ndefault_pool_size = 10\nmax_client_conn = 200\n`,
  )
  for (const path of [file, users]) chmodSync(path, 0o644)
  return file
}

function freePort() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}
