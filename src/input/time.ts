/** Parses times as people and programs write them, strictly, into the form that is stored: `YYYY-MM-DDTHH:MM:SS.sssZ`. */
import { quoted, RefusedError, UsageError } from '../errors.ts'

/** An interval: its first and last millisecond, in the stored form. For an instant both are equal. */
interface Span {
  readonly from: string
  readonly to: string
}

const timeRule =
  'a time is 2026-01-02, 2026-01-02T03:04:05Z (RFC 3339; without a zone it is local), 30s, 5m, 2h, 3d or 1w ago, now, today or yesterday'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour
const units: Readonly<Record<string, number>> = { s: second, m: minute, h: hour, d: day, w: 7 * day }

/**
 * Parse a time as people type it; without a zone it is in theirs (TZ). The interval has the length of the smallest unit written: a date is
 * a whole day, `03:04` a minute. `2h` and `2 hours ago` are the instant two hours before `now` (milliseconds since 1970).
 * @throws UsageError, with the rule as its hint
 */
export function parseTime(text: string, now = Date.now()): Span {
  const span = relative(text.trim().toLowerCase(), now) ?? absolute(text.trim())
  if (!span) throw new UsageError(`${quoted(text)} is not a time`, timeRule)
  return span
}

/**
 * Parse a timestamp written by another program: RFC 3339, section 5.6, also with a space before the offset and no colon in it, as in
 * `2007-10-06 17:13:29 -0400`. Seconds and a zone are required. Returns the stored form, in UTC. @throws RefusedError
 */
export function parseTimestamp(text: string): string {
  if (isStoredForm(text)) return text
  const found = exactPattern.test(text) ? absolute(text) : undefined
  if (!found)
    throw new RefusedError(`${quoted(text)} is not a time`, 'it is 2026-01-02T03:04:05Z, or with an offset 2026-01-02T03:04:05+01:00')
  return found.from
}

/** The form that an export writes. For a million posts this check is two seconds faster than parsing the parts. */
function isStoredForm(text: string): boolean {
  const time = text.length === 24 ? Date.parse(text) : Number.NaN
  return !Number.isNaN(time) && new Date(time).toISOString() === text
}

/** Ends in seconds and a zone. */
const exactPattern = /:\d\d:\d\d(?:\.\d+)? ?(?:[Zz]|UTC|[+-]\d\d:?\d\d)$/

function relative(text: string, now: number): Span | undefined {
  if (text === 'now') return span(now, 1)
  if (text === 'today') return localDay(new Date(now), 0)
  if (text === 'yesterday') return localDay(new Date(now), -1)
  const [, count, unit = ''] = /^(an?|\d{1,9}) ?([smhdw]|(?:second|minute|hour|day|week)s?)(?: ago)?$/.exec(text) ?? []
  if (count === undefined) return undefined
  return span(now - (count.startsWith('a') ? 1 : Number(count)) * (units[unit.charAt(0)] ?? 0), 1)
}

/** The local day of `date`, or one some days later: 23 to 25 hours, where clocks change. */
function localDay(date: Date, later: number): Span | undefined {
  const [start, end] = [later, later + 1]
    .map((days) => new Date(date).setDate(date.getDate() + days))
    .map((time) => new Date(time).setHours(0, 0, 0, 0))
  return start === undefined || end === undefined ? undefined : span(start, end - start)
}

/** RFC 3339, and these variants: a space for the T, no seconds, no zone, `-0400`. */
const timePattern = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?: ?(?:([Zz]|UTC)|([+-])(\d\d):?(\d\d)))?)?$/

function absolute(text: string): Span | undefined {
  const parts = timePattern.exec(text)
  if (!parts) return undefined
  const [, y, mo, d, h, mi, s, fraction, zone, sign, zoneHours, zoneMinutes] = parts
  const midnight = midnightOf(Number(y), Number(mo), Number(d))
  const time = timeOfDay(h, mi, s)
  const offset = timeOfDay(zoneHours, zoneMinutes)
  if (midnight === undefined || time === undefined || offset === undefined) return undefined
  const milliseconds = Number((fraction ?? '').padEnd(3, '0').slice(0, 3))
  const length = s === undefined ? minute : fraction === undefined ? second : 1
  const utc = midnight + time + milliseconds
  if (zone !== undefined || sign !== undefined) return span(utc - (sign === '-' ? -offset : offset), length)
  return h === undefined ? localDay(asLocal(utc), 0) : span(asLocal(utc).getTime(), length)
}

/** The time at which local clocks show what clocks in UTC show at `utc`. */
function asLocal(utc: number): Date {
  const shown = new Date(utc)
  const local = new Date(0)
  local.setFullYear(shown.getUTCFullYear(), shown.getUTCMonth(), shown.getUTCDate())
  local.setHours(shown.getUTCHours(), shown.getUTCMinutes(), shown.getUTCSeconds(), shown.getUTCMilliseconds())
  return local
}

/** In milliseconds; undefined if out of range. */
function timeOfDay(hours = '0', minutes = '0', seconds = '0'): number | undefined {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds)]
  return h < 24 && m < 60 && s < 60 ? h * hour + m * minute + s * second : undefined
}

/** In milliseconds since 1970; undefined if there is no such date. */
function midnightOf(year: number, month: number, date: number): number | undefined {
  const found = new Date(0)
  found.setUTCFullYear(year, month - 1, date)
  return found.getUTCMonth() === month - 1 && found.getUTCDate() === date ? found.getTime() : undefined
}

/** Undefined outside the years 0000 to 9999: stored years have four digits. */
function span(from: number, length: number): Span | undefined {
  const to = from + length - 1
  if (from < -62_167_219_200_000 || to > 253_402_300_799_999) return undefined
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
}
