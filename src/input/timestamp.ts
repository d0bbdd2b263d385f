/** Points in time, as other programs write them: strictly, because a time that is guessed is a time that is wrong. */
import { quoted, RefusedError } from '../errors.ts'

/** RFC 3339, section 5.6; also with the offset set apart and without its colon, as `2007-10-06 17:13:29 -0400`. */
const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))? ?(?:[Zz]|UTC|([+-])(\d\d):?(\d\d))$/

/** The time in our one form, `YYYY-MM-DDTHH:MM:SS.sssZ`; what is finer than a millisecond is dropped. @throws RefusedError */
export function parseTimestamp(text: string): string {
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] =
    pattern.exec(text) ?? refuse(text)
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  date.setUTCHours(Number(hour), Number(minute), Number(second), Number(fraction.padEnd(3, '0').slice(0, 3)))
  // A Date takes the 31st of February for the 3rd of March; here it is refused.
  if (date.toISOString().slice(0, 19) !== `${year}-${month}-${day}T${hour}:${minute}:${second}`) refuse(text)
  if (Number(offsetHours) > 23 || Number(offsetMinutes) > 59) refuse(text)
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000
  const utc = new Date(date.getTime() - (sign === '-' ? -offset : offset)).toISOString()
  return utc.length === 24 ? utc : refuse(text)
}

function refuse(text: string): never {
  throw new RefusedError(`${quoted(text)} is not a time`, 'it is 2026-01-02T03:04:05Z, or with an offset 2026-01-02T03:04:05+01:00')
}
