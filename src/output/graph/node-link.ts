import { jsonText } from '../json.ts'
import { type GraphFormat, inBlocks } from './graph-format.ts'

/**
 * JSON as d3 and NetworkX read graphs: `nodes` by username and `edges`, one for each follow, an object a line
 * (https://networkx.org/documentation/stable/reference/readwrite/json_graph.html).
 */
export const nodeLink: GraphFormat = async function* ({ nodes, edges }) {
  const names = new Map(nodes.map(({ id, username }) => [id, username]))
  const edge = (from: number, to: number) => jsonText({ source: names.get(from), target: names.get(to) })
  yield '{"directed": true, "multigraph": false, "graph": {}, "nodes": ['
  yield* separated(inBlocks(nodes, ({ username, followers }) => `\n  ${jsonText({ id: username, followers })},`))
  yield '\n], "edges": ['
  yield* separated(inBlocks(edges, ({ from, to, isMutual }) => `\n  ${edge(from, to)},${isMutual ? `\n  ${edge(to, from)},` : ''}`))
  yield '\n]}\n'
}

/** Drop the last comma. */
function* separated(blocks: Iterable<string>): Generator<string> {
  let comma = ''
  for (const block of blocks) {
    yield comma + block.slice(0, -1)
    comma = ','
  }
}
