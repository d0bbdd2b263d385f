/** What every picture format is: a way to turn nodes and edges into text. One file each, all listed in `graph-formats.ts`. */
export interface GraphNode {
  readonly id: number
  readonly username: string
  readonly followers: number
}

export interface GraphEdge {
  readonly from: number
  readonly to: number
  readonly isMutual: boolean
}

export interface GraphPicture {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

export type GraphFormat = (picture: GraphPicture) => Promise<string>

/** How large a node is drawn, from 0 for nobody's to 1 for the most followed in the picture: by the logarithm, as fame is. */
export function sizeOf({ followers }: GraphNode, { nodes }: GraphPicture): number {
  const most = nodes.reduce((found, node) => Math.max(found, node.followers), 1)
  return Math.log1p(followers) / Math.log1p(most)
}
