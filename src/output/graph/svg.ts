import type { Edge, Picture } from '../../models/picture.ts'
import { xmlText } from '../xml.ts'
import { type GraphFormat, inBlocks, plural } from './graph-format.ts'
import { type Shape, shapesOf } from './shapes.ts'
import { styleSheet } from './svg-style.ts'

/** A larger picture is shown smaller, because programs that turn it into pixels have limits. In points. */
const maxSide = 5_000

/** SVG (https://www.w3.org/TR/SVG2/) with straight lines, in the colours of the reader's light or dark scheme. */
export const svg: GraphFormat = async function* (picture, { title }) {
  const { width, height, shapes } = await shapesOf(picture)
  const scale = Math.min(1, maxSide / Math.max(width, height))
  const size = `width="${Math.floor(width * scale)}pt" height="${Math.floor(height * scale)}pt" viewBox="0 0 ${width} ${height}"`
  yield `<svg xmlns="http://www.w3.org/2000/svg" ${size} role="img">\n`
  yield `<title>${xmlText(`${title}: ${countsOf(picture)}`)}</title>\n`
  yield `${styleSheet(picture.edges.length)}<rect class="page" width="100%" height="100%"/>\n`
  yield* drawFollows(picture, shapes, false)
  yield* drawFollows(picture, shapes, true)
  yield '<g class="users">\n'
  yield* inBlocks([...shapes.values()], (shape) => drawUser(shape, shape.node.id === picture.centre))
  yield '</g>\n</svg>\n'
}

function countsOf({ nodes, edges }: Picture): string {
  const follows = edges.reduce((count, { isMutual }) => count + (isMutual ? 2 : 1), 0)
  return `${plural(nodes.length, 'user')}, ${plural(follows, 'follow')}`
}

function* drawFollows({ edges }: Picture, shapes: ReadonlyMap<number, Shape>, isMutual: boolean): Generator<string> {
  yield `<g class="${isMutual ? 'mutual' : 'follows'}">\n`
  const shown = edges.filter((edge) => edge.isMutual === isMutual)
  yield* inBlocks(shown, (edge) => drawLine(edge, shapes))
  yield '</g>\n'
}

function drawLine({ from, to }: Edge, shapes: ReadonlyMap<number, Shape>): string {
  const [a, b] = [shapes.get(from), shapes.get(to)]
  return a && b ? `<path d="M${border(a, b)}L${border(b, a)}"/>\n` : ''
}

/** The point on the border of `shape` that is nearest to `other` on the line between their centres. */
function border(shape: Shape, other: Shape): string {
  const [x, y] = [other.x - shape.x, other.y - shape.y]
  const isDot = shape.fontSize === undefined
  const part = isDot ? shape.width / 2 / Math.hypot(x, y) : Math.min(shape.width / 2 / Math.abs(x), shape.height / 2 / Math.abs(y))
  return `${round(shape.x + x * part)} ${round(shape.y + y * part)}`
}

/** A dot or a name in a box, with a tooltip. */
function drawUser(shape: Shape, isAsked: boolean): string {
  const { node, label, fontSize } = shape
  const title = `<title>${xmlText(node.username)}: ${plural(node.followers, 'follower')}</title>`
  const drawing = fontSize === undefined ? drawDot(shape) : drawBox(shape) + drawName(shape, label, fontSize)
  return `<g${isAsked ? ' class="asked"' : ''}>${title}${drawing}</g>\n`
}

const drawDot = ({ x, y, width }: Shape): string => `<circle cx="${round(x)}" cy="${round(y)}" r="${round(width / 2)}"/>`

function drawBox({ x, y, width, height }: Shape): string {
  const [left, top] = [x - width / 2, y - height / 2]
  return `<rect x="${round(left)}" y="${round(top)}" width="${round(width)}" height="${round(height)}" rx="${round(height / 4)}"/>`
}

const drawName = ({ x, y }: Shape, label: string, fontSize: number): string =>
  `<text x="${round(x)}" y="${round(y + fontSize * 0.35)}" font-size="${round(fontSize)}">${xmlText(label)}</text>`

const round = (length: number): string => String(Math.round(length * 10) / 10)
