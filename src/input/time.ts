/** Times as people and programs write them, read strictly into the one form that is stored: `YYYY-MM-DDTHH:MM:SS.sssZ`. */
import { quoted, RefusedError, UsageError } from '../errors.ts'

/** A stretch of time, its first and its last millisecond as they are stored. An instant begins where it ends. */
export interface Span {
  readonly from: string
  readonly to: string
}

export const timeRule =
  'a time is 2026-01-02, 2026-01-02T03:04:05Z (RFC 3339; without a zone it is UTC), 30s, 5m, 2h, 3d or 1w ago, now, today or yesterday'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const units: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day, w: 7 * day }

/**
 * The time that `text` names, in UTC. It is as long as the unit it is written to: a date is a whole day, `03:04` a minute;
 * `2h` is the instant two hours before `now` (milliseconds since 1970). @throws UsageError with the rule.
 */
export function parseTime(text: string, now = Date.now()): Span {
  const span = relative(text.trim().toLowerCase(), now) ?? absolute(text.trim())
  if (!span) throw new UsageError(`${quoted(text)} is not a time`, timeRule)
  return span
}

/**
 * A point in time as another program wrote it, in UTC: RFC 3339, section 5.6, also with the offset set apart and without its colon,
 * as `2007-10-06 17:13:29 -0400`. Nothing is left to guess. @throws RefusedError
 */
export function parseTimestamp(text: string): string {
  if (isStoredForm(text)) return text
  const found = exact.test(text) ? absolute(text) : undefined
  if (!found)
    throw new RefusedError(`${quoted(text)} is not a time`, 'it is 2026-01-02T03:04:05Z, or with an offset 2026-01-02T03:04:05+01:00')
  return found.from
}

/** What an export writes; of a million posts it is read two seconds sooner so than by its parts. */
function isStoredForm(text: string): boolean {
  const time = text.length === 24 ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

/** With seconds and a zone. */
const exact = /:\d\d:\d\d(?:\.\d+)? ?(?:[Zz]|UTC|[+-]\d\d:?\d\d)$/

function relative(text: string, now: number): Span | undefined {
  const today = now - (((now % day) + day) % day)
  if (text === 'now') return span(now, 1)
  if (text === 'today') return span(today, day)
  if (text === 'yesterday') return span(today - day, day)
  const [, count, unit = ''] = /^(\d{1,9})([smhdw])$/.exec(text) ?? []
  return count === undefined ? undefined : span(now - Number(count) * (units[unit] ?? 0), 1)
}

/** RFC 3339, and what is read as such: a blank for the T, no seconds, no zone, `-0400`. */
const written = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(?:([Zz]|UTC)|([+-])(\d\d):?(\d\d)))?)?$/

function absolute(text: string): Span | undefined {
  const parts = written.exec(text)
  if (!parts) return undefined
  const [, y, mo, d, h, mi, s, fraction, , sign, zoneHours, zoneMinutes] = parts
  const midnight = utc(Number(y), Number(mo), Number(d))
  const time = sum(h, mi, s)
  const offset = sum(zoneHours, zoneMinutes)
  if (midnight === undefined || time === undefined || offset === undefined) return undefined
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  const length = h === undefined ? day : s === undefined ? minute : fraction === undefined ? second : 1
  return span(midnight + time + milliseconds - (sign === '-' ? -offset : offset), length)
}

/** Milliseconds, if that is a time of the day. */
function sum(hours = '0', minutes = '0', seconds = '0'): number | undefined {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)]
  return h < 24 && m < 60 && s < 60 ? h * hour + m * minute + s * second : undefined
}

/** Midnight of a day that there is, in milliseconds since 1970. */
function utc(year: number, month: number, date: number): number | undefined {
  const found = new Date(0)
  found.setUTCFullYear(year, month - 1, date)
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === date ? found.getTime() : undefined
}

/** Only the years that four digits can write are stored. */
function span(from: number, length: number): Span | undefined {
  const to = from + length - 1
  if (from < -62_167_219_200_000 || to > 253_402_300_799_999) return undefined
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
