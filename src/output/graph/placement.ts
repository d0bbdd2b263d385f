/** Where the users of a picture are drawn. Graphviz places points; room for what is drawn there is made afterwards. */
import type { Edge, Node, Picture } from '../../models/picture.ts'
import { layoutOf } from './graph-format.ts'
import type { Box } from './separate.ts'

/** More edges cost gigabytes and place no user better. */
const maxPlacingEdges = 30_000

/** The position of each node by its id, in inches. Graphviz as WebAssembly is loaded only here. */
export async function placeNodes(picture: Picture): Promise<ReadonlyMap<number, Pick<Box, 'x' | 'y'>>> {
  const { instance } = await import('@viz-js/viz')
  const viz = await instance()
  const text = viz.renderString(skeleton(picture), { format: 'plain', engine: layoutOf(picture), yInvert: true })
  return new Map([...text.matchAll(/^node (\d+) (\S+) (\S+)/gm)].map(([, id, x, y]) => [Number(id), { x: Number(x), y: Number(y) }]))
}

/** The graph in DOT, its separate parts tied to one invisible node: Graphviz takes minutes to arrange hundreds of parts. */
function skeleton({ nodes, edges }: Picture): string {
  const step = Math.ceil(edges.length / maxPlacingEdges)
  const placing = edges.filter((_edge, index) => index % step === 0)
  const parts = onePerPart(nodes, placing)
  const ties = parts.map((id) => (parts.length > 1 ? `middle--${id}\n` : `${id}\n`))
  const lines = placing.map(({ from, to }) => `${from}--${to}\n`)
  return `graph { splines="" overlap=true quadtree=fast node [shape=point]\n${lines.join('')}${ties.join('')}}`
}

/** The id of one node of each connected part of the graph (https://en.wikipedia.org/wiki/Disjoint-set_data_structure). */
function onePerPart(nodes: readonly Node[], edges: readonly Edge[]): number[] {
  const parent = new Map(nodes.map(({ id }) => [id, id]))
  const root = (id: number): number => {
    let at = id
    for (let above = parent.get(at); above !== undefined && above !== at; above = parent.get(at)) {
      parent.set(at, parent.get(above) ?? above)
      at = above
    }
    return at
  }
  for (const { from, to } of edges) parent.set(root(from), root(to))
  return nodes.map(({ id }) => id).filter((id) => root(id) === id)
}
