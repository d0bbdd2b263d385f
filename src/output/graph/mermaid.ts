import { RefusedError } from '../../errors.ts'
import { type GraphFormat, nodeSizes } from './graph-format.ts'

/** Mermaid's own limits, in lines and characters (https://mermaid.js.org/config/schema-docs/config.html, `maxEdges` and `maxTextSize`). */
const [maxEdges, maxTextSize] = [500, 50_000]

/** A Mermaid flowchart (https://mermaid.js.org/syntax/flowchart.html), which GitHub and other code hosts render. */
export const mermaid: GraphFormat = async function* (picture) {
  const sizeOf = nodeSizes(picture)
  const nodes = picture.nodes.map(({ id, username }) => `  u${id}(["${escapeLabel(username)}"])\n`)
  const edges = picture.edges.map(({ from, to, isMutual }) => `  u${from} ${isMutual ? '<-->' : '-->'} u${to}\n`)
  const styles = picture.nodes.map((node) => {
    const mark = node.id === picture.centre ? ',fill:#ffd98a,stroke:#b26b00,color:#102a35' : ''
    return `  style u${node.id} font-size:${Math.round(12 + 12 * sizeOf(node))}px${mark}\n`
  })
  const text = `flowchart LR\n${nodes.join('')}${edges.join('')}${styles.join('')}`
  if (edges.length > maxEdges) throw tooLarge(`${edges.length} lines between users; Mermaid draws at most ${maxEdges}`)
  if (text.length > maxTextSize) throw tooLarge(`${text.length} characters; Mermaid reads at most ${maxTextSize}`)
  yield text
}

/** Characters of no valid username as entity codes (https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters"). */
const escapeLabel = (text: string): string => text.replace(/[^\w.-]/gu, (character) => `#${character.codePointAt(0)};`)

const tooLarge = (size: string): RefusedError =>
  new RefusedError(`this picture has ${size}`, 'try --format svg, or a user with a smaller --depth')
