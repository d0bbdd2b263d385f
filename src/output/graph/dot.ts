import type { Node } from '../../models/picture.ts'
import { safeText } from '../safe-text.ts'
import { type GraphFormat, inBlocks, layoutOf, nodeSizes, plural } from './graph-format.ts'

/** Graphviz DOT (https://graphviz.org/doc/info/lang.html). It asks for the layout that suits the size of the picture. */
export const dot: GraphFormat = async function* (picture) {
  const sizeOf = nodeSizes(picture)
  const layout = layoutOf(picture)
  yield head(layout, layout === 'sfdp' ? 'line' : 'true')
  yield* inBlocks(
    picture.nodes,
    (node) => `  ${node.id} [${nodeAttributes(node, sizeOf(node))}${node.id === picture.centre ? asked : ''}]\n`,
  )
  yield* inBlocks(
    picture.edges,
    ({ from, to, isMutual }) => `  ${from} -> ${to}${isMutual ? ' [dir=both, color="#1d6f8f", penwidth=1.4]' : ''}\n`,
  )
  yield '}\n'
}

/** The mark of the user asked for. */
const asked = ', color="#b26b00", fillcolor="#ffd98a", penwidth=2'

const head = (layout: string, splines: string) => `digraph microblog {
  graph [layout=${layout}, overlap=prism, overlap_scaling=4, sep="+8", splines=${splines}, outputorder=edgesfirst, bgcolor=white, pad=0.3]
  node [shape=ellipse, style=filled, color="#1d6f8f", fontname="Helvetica,Arial,sans-serif", fontcolor="#102a35", margin="0.08,0.04"]
  edge [color="#9aa7ad", arrowsize=0.6]
`

/** A string of DOT that stands for exactly this text: a label may hold HTML entities and escapes such as `\N`. */
const quoted = (text: string): string => `"${safeText(text).replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&')}"`

function nodeAttributes(node: Node, size: number): string {
  const tooltip = `${node.username}: ${plural(node.followers, 'follower')}`
  return `label=${quoted(node.username)}, tooltip=${quoted(tooltip)}, fontsize=${(10 + 14 * size).toFixed(1)}, fillcolor="${tint(size)}"`
}

/** From near white to a clear blue, light enough for dark text on it. */
function tint(size: number): string {
  const mix = (from: number, to: number) =>
    Math.round(from + (to - from) * size)
      .toString(16)
      .padStart(2, '0')
  return `#${mix(0xf2, 0x8c)}${mix(0xf7, 0xc9)}${mix(0xf9, 0xe0)}`
}
