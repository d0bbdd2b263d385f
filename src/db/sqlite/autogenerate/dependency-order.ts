import { foldCase } from '../../../fold-case.ts'
import type { Named } from './snapshot.ts'

/** Sort `items` topologically: parents before children. Otherwise, and in a cycle, the given order is kept. */
export function inDependencyOrder<Item extends Named>(items: readonly Item[], parents: (item: Item) => readonly string[]): Item[] {
  const byName = new Map(items.map((item) => [foldCase(item.name), item]))
  const placed = new Set<Item>()
  const visited = new Set<Item>()
  const place = (item: Item | undefined) => {
    if (!item || visited.has(item)) return
    visited.add(item)
    for (const parent of parents(item)) place(byName.get(foldCase(parent)))
    placed.add(item)
  }
  items.forEach(place)
  return [...placed]
}
