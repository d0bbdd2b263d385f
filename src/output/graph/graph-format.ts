/** What every picture format is: a way to turn nodes and edges into text. One file each, all listed in `graph-formats.ts`. */
import type { Node, Picture } from '../../models/picture.ts'

export type GraphFormat = (picture: Picture) => Promise<string>

/** How large a node is drawn, from 0 for nobody's to 1 for the most followed in the picture: by the logarithm, as fame is. */
export function sizeOf({ followers }: Node, { nodes }: Picture): number {
  const most = nodes.reduce((found, node) => Math.max(found, node.followers), 1)
  return Math.log1p(followers) / Math.log1p(most)
}
