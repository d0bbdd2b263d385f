import type { Node } from '../../models/picture.ts'
import { safeText } from '../safe-text.ts'
import { type GraphFormat, nodeSizes } from './graph-format.ts'

/** Graphviz DOT (https://graphviz.org/doc/info/lang.html). Its `layout` attribute selects `neato`, here and in the user's own Graphviz. */
export const dot: GraphFormat = async (picture) => {
  const sizeOf = nodeSizes(picture)
  const nodes = picture.nodes.map((node) => `  ${node.id} [${nodeAttributes(node, sizeOf(node))}]\n`)
  const edges = picture.edges.map(
    ({ from, to, isMutual }) => `  ${from} -> ${to}${isMutual ? ' [dir=both, color="#1d6f8f", penwidth=1.4]' : ''}\n`,
  )
  return `${head}${nodes.join('')}${edges.join('')}}\n`
}

const head = `digraph microblog {
  graph [layout=neato, overlap=prism, overlap_scaling=4, sep="+8", splines=true, outputorder=edgesfirst, bgcolor=white, pad=0.3]
  node [shape=ellipse, style=filled, color="#1d6f8f", fontname="Helvetica,Arial,sans-serif", fontcolor="#102a35", margin="0.08,0.04"]
  edge [color="#9aa7ad", arrowsize=0.6]
`

/** A string of DOT that stands for exactly this text: a label may hold HTML entities and escapes such as `\N`. */
const quoted = (text: string): string => `"${safeText(text).replaceAll('&', '&amp;').replace(/["\\]/g, '\\$&')}"`

function nodeAttributes(node: Node, size: number): string {
  const tooltip = `${node.username}: ${node.followers} follower${node.followers === 1 ? '' : 's'}`
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
