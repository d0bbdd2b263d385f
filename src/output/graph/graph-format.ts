/** The interface of a picture format: it turns nodes and edges into text. One file each, all listed in `graph-formats.ts`. */
import { inBatches } from '../../models/batches.ts'
import type { Node, Picture } from '../../models/picture.ts'
import type { Style } from '../style.ts'

export interface GraphOptions {
  /** What the picture shows, in words. */
  readonly title: string
  /** Width of the terminal in columns. */
  readonly columns: number
  readonly style: Style
}

/** Yields blocks of text. */
export type GraphFormat = (picture: Picture, options: GraphOptions) => AsyncIterable<string>

/** The text of all items, in blocks. */
export function* inBlocks<T>(items: readonly T[], draw: (item: T) => string): Generator<string> {
  for (const batch of inBatches(items)) yield batch.map(draw).join('')
}

/** The size of each node of the picture on a logarithmic scale, from 0 (no followers) to 1 (the most followed user in the picture). */
export function nodeSizes({ nodes }: Picture): (node: Node) => number {
  const most = nodes.reduce((found, { followers }) => Math.max(found, followers), 1)
  return ({ followers }) => Math.log1p(followers) / Math.log1p(most)
}

/** Up to so many users all names are drawn; in larger pictures most users are dots. */
export const maxAllNamed = 150

/** Graphviz's layout for a picture of this size: `neato` is more even, `sfdp` places thousands of nodes in a second. */
export const layoutOf = ({ nodes }: Picture) => (nodes.length <= maxAllNamed ? 'neato' : 'sfdp')

/** `1 follower`, `2 followers` */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
