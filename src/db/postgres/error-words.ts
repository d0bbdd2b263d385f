/** Errors of the server, of the network and of the driver in words. */
import {
  DatabaseError,
  errorCode,
  errorMessage,
  MicroblogError,
  MissingDatabaseError,
  RefusedError,
  withoutPassword,
} from '../../errors.ts'
import { sqlState } from './server-connection.ts'

const lost = 'look whether the change was made before you run it again'

/** The first entry whose code is a prefix of the error's code applies (https://www.postgresql.org/docs/current/errcodes-appendix.html). */
const faults: readonly [code: string, message: string, hint: string][] = [
  ['ECONNREFUSED', 'no server answers there', 'start PostgreSQL, or check host and port'],
  ['ENOENT', 'no server answers there', 'start PostgreSQL, or check the folder of its socket'],
  ['ENOTFOUND', 'there is no such host', 'check the name of the host'],
  ['EAI_AGAIN', 'the name of the host cannot be looked up', 'check the network'],
  ['EHOSTUNREACH', 'the host cannot be reached', 'check the network'],
  ['ETIMEDOUT', 'the server does not answer', 'check host, port and network'],
  ['ECONNRESET', 'the server closed the connection', lost],
  ['EPIPE', 'the server closed the connection', lost],
  ['28P01', 'the password is wrong or missing', 'set PGPASSWORD, or put a line into ~/.pgpass (mode 0600)'],
  ['28', 'the server refuses this user', 'check the name of the user, and the pg_hba.conf of the server'],
  ['42501', 'this role may not do that', 'ask who runs the server for the right'],
  ['25006', 'this server is a standby, or is set to read only', 'name the primary for changes'],
  ['55P03', 'the database is locked: another process has held the lock for 30 seconds', 'try again when it has finished'],
  ['40', 'other changes were in the way', 'try again'],
  ['53300', 'the server has no free connection', 'try again, or put a pooler in front of it'],
  ['53100', 'the disk of the server is full', 'free some space there; nothing was changed'],
  ['53', 'the server is out of resources', 'nothing was changed; try again later'],
  ['57014', 'the server cancelled the query', 'nothing was changed; try again'],
  ['57P03', 'the server is starting up or shutting down', 'try again'],
  ['57', 'the server closed the connection', lost],
  ['08', 'the server closed the connection', lost],
]

/** What pg says without a code. */
const sayings: readonly [says: RegExp, message: string, hint: string][] = [
  [/password must be a/i, 'the password is wrong or missing', 'set PGPASSWORD, or put a line into ~/.pgpass (mode 0600)'],
  [/timeout expired|Connection terminated due to connection timeout/i, 'the server does not answer', 'check host, port and network'],
  [/Connection terminated|not queryable|connection error/i, 'the server closed the connection', lost],
  [/does not support SSL/i, 'the server has no TLS', 'allow that with  sslmode=disable  in the URL, if the network is safe'],
  [
    /certificate|self.signed|altnames/i,
    'the certificate of the server cannot be trusted',
    'name its authority with  sslrootcert=<file>  in the URL',
  ],
  [/client_connection_check_interval/, 'this is not PostgreSQL 14 or newer', 'name a newer server'],
  [/beyond 2\^53/, 'a number in the database is beyond 2^53', 'such ids are not supported'],
]

/** Convert an error of pg to one of the program's; return other errors unchanged. */
export function explain(error: unknown, name: string): unknown {
  if (error instanceof MicroblogError || !(error instanceof Error)) return error
  const code = sqlState(error) ?? errorCode(error)
  if (code === '3D000') return new MissingDatabaseError(name, false)
  if (sqlState(error)?.startsWith('23')) return new RefusedError(`refused by the database: ${errorMessage(error)}`)
  if (code === '08P01')
    return new DatabaseError(
      `${name}: the server or the pooler refuses: ${errorMessage(error)}`,
      'check the URL, and the settings of the pooler',
    )
  const fault = faults.find(([start]) => code?.startsWith(start)) ?? saying(error)
  if (fault) return new DatabaseError(`${name}: ${fault[1]}`, fault[2])
  if (sqlState(error) === undefined) return error
  return new DatabaseError(
    `${name}: ${withoutPassword(errorMessage(error))}`,
    'its schema is not one that migrations made; look for more:  microblog db check',
  )
}

const saying = (error: Error) => sayings.find(([says]) => says.test(error.message))

/** Convert an error in a statement of a migration. */
export function explainStatement(error: unknown, name: string): MicroblogError {
  const explained = explain(error, name)
  const state = sqlState(error)
  const isOfServer = state === undefined || /^(08|25006|28|42501|5[357])/.test(state)
  if (explained instanceof MicroblogError && isOfServer) return explained
  const detail = error instanceof Error && 'detail' in error && typeof error.detail === 'string' ? `: ${error.detail}` : ''
  const hint = state?.startsWith('23') ? 'an existing row violates this constraint: fix the row first, or in the migration' : undefined
  return new RefusedError(errorMessage(error) + detail, hint)
}
