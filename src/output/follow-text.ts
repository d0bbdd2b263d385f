/** Follows as text that the database itself builds: what stands around the two names, for each format. Usernames need no escape in any of them. */
import type { FormatName } from './formats.ts'

export type FollowFormat = Exclude<FormatName, 'table'>

export interface FollowFrame {
  readonly header: string
  readonly before: string
  readonly between: string
  readonly after: string
  readonly separator: string
  readonly end: string
  /** Everything, where there is no follow. */
  readonly empty: string
}

const lines = { before: '', between: '\t', after: '', separator: '\n', end: '\n', header: '', empty: '' }
const object = { header: '', before: '{"follower":"', between: '","followed":"', after: '"}' }

export const followFrames: Readonly<Record<FollowFormat, FollowFrame>> = {
  plain: lines,
  tsv: { ...lines, header: 'follower\tfollowed\n' },
  csv: { ...lines, header: 'follower,followed\r\n', between: ',', separator: '\r\n', end: '\r\n' },
  ndjson: { ...object, separator: '\n', end: '\n', empty: '' },
  json: { ...object, header: '[\n  ', separator: ',\n  ', end: '\n]\n', empty: '[]\n' },
}

/** The whole text, in blocks; two of `blocks` are to be set apart by the separator. The header of a table stands even without rows. */
export function* frameFollows(frame: FollowFrame, blocks: Iterable<Uint8Array>): Generator<string | Uint8Array> {
  let before = frame.header
  for (const block of blocks) {
    yield before
    yield block
    before = frame.separator
  }
  if (before === frame.separator) yield frame.end
  else yield frame.empty || frame.header
}
