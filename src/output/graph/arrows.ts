import type { Node, Picture } from '../../models/picture.ts'
import { safeText } from '../safe-text.ts'
import { loadStringWidth, wrapText } from '../width.ts'
import type { GraphFormat } from './graph-format.ts'

/** Longer names have a line to themselves. In columns. */
const maxNameWidth = 20

/** For people: each user, who of those they follow follows back (⇄), and who does not (→). The user asked for comes first. */
export const arrows: GraphFormat = async function* (picture, { columns, style }) {
  const stringWidth = await loadStringWidth()
  const followed = followedBy(picture)
  const longest = Math.max(0, ...picture.nodes.map(({ username }) => stringWidth(safeText(username))))
  const indent = Math.min(longest, maxNameWidth) + 1

  const list = async (arrow: string, names: readonly string[]): Promise<string[]> => {
    const [first = '', ...others] = (await wrapText(names.join(', '), Math.max(columns - indent - 2, 1))).split('\n')
    return names.length === 0 ? [] : [`${style.accent(arrow)} ${first}`, ...others.map((line) => `  ${line}`)]
  }
  const draw = async (node: Node): Promise<string> => {
    const name = safeText(node.username)
    const lines = [...(await list('⇄', followed(node, true))), ...(await list('→', followed(node, false)))]
    const room = ' '.repeat(Math.max(0, indent - stringWidth(name)))
    const isBeside = room !== '' && lines.length > 0
    const title = node.id === picture.centre ? style.accent(style.bold(name)) : style.bold(name)
    const below = lines.slice(isBeside ? 1 : 0).map((line) => `${' '.repeat(indent)}${line}\n`)
    return `${title}${isBeside ? room + lines[0] : ''}\n${below.join('')}`
  }
  const isAsked = ({ id }: Node): number => Number(id === picture.centre)
  for (const node of [...picture.nodes].sort((a, b) => isAsked(b) - isAsked(a))) yield await draw(node)
}

/** A function that returns the names of those whom a user follows, and who do, or do not, follow back. */
function followedBy({ nodes, edges }: Picture): (node: Node, isMutual: boolean) => string[] {
  return ({ id }, isMutual) => {
    const ids = edges
      .filter((edge) => edge.isMutual === isMutual && (edge.from === id || (isMutual && edge.to === id)))
      .map(({ from, to }) => (from === id ? to : from))
    return nodes.filter((node) => ids.includes(node.id)).map(({ username }) => safeText(username))
  }
}
