/** Formats how long ago something was, in words, or its date. */

const steps: readonly [unit: string, seconds: number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]
const oneWeek = 604_800

/** `just now`, `1 hour ago`, `in 3 days`, rounded down; from one week on the date (UTC). Both times are in milliseconds since 1970. */
export function relativeTime(time: number, now: number): string {
  const seconds = Math.floor(Math.abs(now - time) / 1000)
  if (seconds >= oneWeek) return new Date(time).toISOString().slice(0, 10)
  const [unit, length] = steps.find(([, length]) => seconds >= length) ?? []
  if (unit === undefined || length === undefined) return 'just now'
  const count = Math.floor(seconds / length)
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return time > now ? `in ${words}` : `${words} ago`
}
