/** What every picture format is: a way to turn nodes and edges into text. One file each, all listed in `graph-formats.ts`. */
import type { Node, Picture } from '../../models/picture.ts'

export type GraphFormat = (picture: Picture) => Promise<string>

/** How large a node of this picture is drawn, from 0 for nobody's to 1 for the most followed in it: by the logarithm, as fame is. */
export function sizesIn({ nodes }: Picture): (node: Node) => number {
  const most = nodes.reduce((found, { followers }) => Math.max(found, followers), 1)
  return ({ followers }) => Math.log1p(followers) / Math.log1p(most)
}
