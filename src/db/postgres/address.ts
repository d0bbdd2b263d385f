/** Reads the URL of a database: where the server is, who connects, and how. */
import type { ClientConfig } from 'pg'
import { parse, toClientConfig } from 'pg-connection-string'
import pgpass from 'pgpass'
import { errorMessage, UsageError, withoutPassword } from '../../errors.ts'

export interface Address {
  /** The URL without a password, for messages. */
  readonly name: string
  readonly config: ClientConfig
  /** Whether to go on without TLS if the server has none, as libpq does unless `sslmode` says otherwise. */
  readonly prefersTls: boolean
}

/** The parameters of libpq that are understood (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-PARAMKEYWORDS). */
const parameters = ['sslmode', 'sslrootcert', 'sslcert', 'sslkey', 'application_name', 'connect_timeout', 'options', 'host', 'password']

const tlsModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full']

/** In seconds. libpq waits without a limit. */
const defaultTimeout = 10

/** pg takes what the URL leaves out from PGHOST, PGUSER, PGPASSWORD and their like, and from `~/.pgpass`. @throws UsageError */
export function parseAddress(text: string): Address {
  const url = parseUrl(text)
  const query = url.searchParams
  const unknown = [...query.keys()].find((name) => !parameters.includes(name))
  if (unknown !== undefined)
    throw new UsageError(`unknown parameter '${unknown}' in the URL`, `valid parameters:  ${parameters.join(', ')}`)
  const mode = query.get('sslmode') ?? process.env.PGSSLMODE ?? 'prefer'
  if (!tlsModes.includes(mode)) throw new UsageError(`invalid sslmode '${mode}'`, `valid values:  ${tlsModes.join(', ')}`)
  const prefersTls = (mode === 'prefer' || mode === 'allow') && !isSocket(url)
  query.set('sslmode', prefersTls ? 'require' : isSocket(url) || mode === 'allow' || mode === 'prefer' ? 'disable' : mode)
  const seconds = Number(query.get('connect_timeout') ?? defaultTimeout)
  query.delete('connect_timeout')
  const config = readConfig(url)
  return {
    name: withoutPassword(text),
    config: { application_name: 'microblog', keepAlive: true, ...config, connectionTimeoutMillis: seconds * 1000 },
    prefersTls,
  }
}

function parseUrl(text: string): URL {
  if (/^[^/]*\/\/[^/]*,/.test(text))
    throw new UsageError('the URL names several hosts', 'name one: a proxy, a pooler or a DNS name can point at the primary')
  try {
    return new URL(text)
  } catch {
    // Without a host, libpq uses PGHOST or the local socket. URL cannot hold a user or a port without a host.
    throw new UsageError('this is not a valid URL of a database', 'write it as  postgres://user@host:5432/name')
  }
}

function readConfig(url: URL): ClientConfig {
  try {
    const { ssl, ...config } = toClientConfig(parse(url.href, { useLibpqCompat: true }))
    const { password } = config
    return { ...config, ...(ssl !== undefined && { ssl }), password: password || process.env.PGPASSWORD || findPassword }
  } catch (error) {
    throw new UsageError(`the URL of the database: ${withoutPassword(errorMessage(error))}`)
  }
}

/** In `~/.pgpass`. pg is to call it with the parameters of the connection, which its types do not say. */
const findPassword = (...parameters: readonly object[]): Promise<string> =>
  new Promise((resolve) => pgpass(parameters[0] ?? {}, (password) => resolve(password ?? '')))

const isSocket = (url: URL): boolean => (url.searchParams.get('host') ?? process.env.PGHOST ?? url.hostname).startsWith('/')
