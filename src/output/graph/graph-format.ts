/** The interface of a picture format: it turns nodes and edges into text. One file each, all listed in `graph-formats.ts`. */
import type { Node, Picture } from '../../models/picture.ts'

export type GraphFormat = (picture: Picture) => Promise<string>

/** The size of each node of the picture on a logarithmic scale, from 0 (no followers) to 1 (the most followed user in the picture). */
export function nodeSizes({ nodes }: Picture): (node: Node) => number {
  const most = nodes.reduce((found, { followers }) => Math.max(found, followers), 1)
  return ({ followers }) => Math.log1p(followers) / Math.log1p(most)
}
