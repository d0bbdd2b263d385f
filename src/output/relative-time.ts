/** Formats how long ago something was, in words. */

const steps: readonly [unit: string, seconds: number][] = [
  ['year', 31_556_952],
  ['month', 2_629_746],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
]

/** `just now`, `1 hour ago`, `in 3 days`; rounded down. Both times are in milliseconds since 1970. */
export function relativeTime(time: number, now: number): string {
  const seconds = Math.floor(Math.abs(now - time) / 1000)
  const [unit, length] = steps.find(([, length]) => seconds >= length) ?? []
  if (unit === undefined || length === undefined) return 'just now'
  const count = Math.floor(seconds / length)
  const words = `${count} ${unit}${count === 1 ? '' : 's'}`
  return time > now ? `in ${words}` : `${words} ago`
}
