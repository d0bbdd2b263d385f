import { type GraphFormat, nodeSizes } from './graph-format.ts'

/** A Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which GitHub and other code hosts render. */
export const mermaid: GraphFormat = async (picture) => {
  const sizeOf = nodeSizes(picture)
  const nodes = picture.nodes.map(({ id, username }) => `  u${id}(["${escapeLabel(username)}"])\n`)
  const edges = picture.edges.map(({ from, to, isMutual }) => `  u${from} ${isMutual ? '<-->' : '-->'} u${to}\n`)
  const styles = picture.nodes.map((node) => `  style u${node.id} font-size:${Math.round(12 + 12 * sizeOf(node))}px\n`)
  return `flowchart LR\n${nodes.join('')}${edges.join('')}${styles.join('')}`
}

/** Characters of no valid username as entity codes (https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters"). */
const escapeLabel = (text: string): string => text.replace(/[^\w.-]/gu, (character) => `#${character.codePointAt(0)};`)
