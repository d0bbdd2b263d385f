/** What import reads and export writes: records of three types. */

/** The fields of each type, in column order. `required`: how many of them, from the first, must be present. */
export const recordTypes = {
  follows: { fields: ['follower', 'followed'], required: 2 },
  users: { fields: ['username', 'email'], required: 1 },
  posts: { fields: ['username', 'timestamp', 'body'], required: 3 },
} as const

export type RecordType = keyof typeof recordTypes
export const recordTypeNames = Object.keys(recordTypes) as RecordType[]
