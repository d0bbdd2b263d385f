/** What is drawn for each user of a picture, how large it is, and where. */
import type { Node, Picture } from '../../models/picture.ts'
import { safeText } from '../safe-text.ts'
import { maxAllNamed, nodeSizes } from './graph-format.ts'
import { placeNodes } from './placement.ts'
import { type Box, separate } from './separate.ts'

/** The name in a box or, without `fontSize`, a dot. Lengths are in points. */
export interface Shape extends Box {
  readonly node: Node
  readonly label: string
  readonly fontSize: number | undefined
}

/** Of a picture with dots, the names of so many most followed users are drawn. */
const maxNamesAmongDots = 50

/** The width of a character in ems: the same in every monospaced font, so that names fit their boxes wherever the picture is opened. */
const characterWidth = 0.61

/** Free space around the picture. */
const margin = 24

/** The free space around a shape, and how many times as large as all shapes with theirs the picture is. Lines and their heads need it. */
interface Room {
  readonly gap: number
  readonly times: number
}

const roomFor = ({ nodes }: Picture): Room => (nodes.length <= maxAllNamed ? { gap: 22, times: 3 } : { gap: 6, times: 5 })

/** The shapes by the ids of their nodes, and the size of the picture. */
export async function shapesOf(picture: Picture): Promise<{ shapes: ReadonlyMap<number, Shape>; width: number; height: number }> {
  const room = roomFor(picture)
  const shapes = await sizedShapes(picture)
  const positions = await placeNodes(picture)
  for (const shape of shapes) Object.assign(shape, positions.get(shape.node.id))
  spread(shapes, room)
  separate(shapes, room.gap)
  const width = moveInside(shapes, 'x', 'width')
  const height = moveInside(shapes, 'y', 'height')
  return { shapes: new Map(shapes.map((shape) => [shape.node.id, shape])), width, height }
}

/** Move the shapes so that the smallest coordinate is the margin. Returns the size of the picture in this direction. */
function moveInside(shapes: readonly Shape[], axis: 'x' | 'y', length: 'width' | 'height'): number {
  const start = Math.min(0, ...shapes.map((shape) => shape[axis] - shape[length] / 2)) - margin
  const end = Math.max(0, ...shapes.map((shape) => shape[axis] + shape[length] / 2)) + margin
  for (const shape of shapes) shape[axis] -= start
  return Math.ceil(end - start)
}

async function sizedShapes(picture: Picture): Promise<Shape[]> {
  const { default: stringWidth } = await import('string-width')
  const sizeOf = nodeSizes(picture)
  const named = namedNodes(picture)
  // A large picture is looked at from further away.
  const enlargement = 1 + picture.nodes.length / 3_000
  return picture.nodes.map((node) => {
    const size = sizeOf(node)
    const label = safeText(node.username)
    const diameter = (5 + 9 * size) * enlargement
    if (!named.has(node)) return { node, label, fontSize: undefined, x: 0, y: 0, width: diameter, height: diameter }
    const fontSize = (11 + 9 * size) * enlargement
    return { node, label, fontSize, x: 0, y: 0, width: (stringWidth(label) * characterWidth + 1) * fontSize, height: 1.7 * fontSize }
  })
}

/** The nodes whose names are drawn: all or, in a large picture, the most followed ones and the one in the middle. */
function namedNodes({ nodes, centre }: Picture): ReadonlySet<Node> {
  if (nodes.length <= maxAllNamed) return new Set(nodes)
  const byFollowers = [...nodes].sort((a, b) => b.followers - a.followers)
  return new Set([...byFollowers.slice(0, maxNamesAmongDots), ...nodes.filter(({ id }) => id === centre)])
}

/** The picture is wider than high, as names and screens are. */
const widening = 1.2

/**
 * Spread the shapes evenly over an ellipse around 0: nobody is far out, and no place is crowded. Directions from the middle stay, and so
 * does who is further out than whom.
 */
function spread(shapes: readonly Shape[], { gap, times }: Room): void {
  const middle = (axis: 'x' | 'y') => shapes.reduce((sum, shape) => sum + shape[axis], 0) / shapes.length
  const [middleX, middleY] = [middle('x'), middle('y')]
  const distance = ({ x, y }: Shape) => Math.hypot(x - middleX, y - middleY)
  let area = 0
  for (const shape of [...shapes].sort((a, b) => distance(a) - distance(b))) {
    const angle = Math.atan2(shape.y - middleY, shape.x - middleX)
    const radius = Math.sqrt((times * area) / Math.PI)
    shape.x = radius * Math.cos(angle) * widening
    shape.y = (radius * Math.sin(angle)) / widening
    area += (shape.width + gap) * (shape.height + gap)
  }
}
