import { type GraphFormat, sizesIn } from './graph-format.ts'

/** A Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which code hosts draw in their pages. */
export const mermaid: GraphFormat = async (picture) => {
  const sizeOf = sizesIn(picture)
  const nodes = picture.nodes.map(({ id, username }) => `  u${id}(["${username}"])\n`)
  const edges = picture.edges.map(({ from, to, isMutual }) => `  u${from} ${isMutual ? '<-->' : '-->'} u${to}\n`)
  const styles = picture.nodes.map((node) => `  style u${node.id} font-size:${Math.round(12 + 12 * sizeOf(node))}px\n`)
  return `flowchart LR\n${nodes.join('')}${edges.join('')}${styles.join('')}`
}
