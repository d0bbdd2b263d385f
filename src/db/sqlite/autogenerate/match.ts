/** Two lists, side by side by name. */

import type { Definition, Named } from './snapshot.ts'
import { fold } from './spelling.ts'

export interface Match<Item> {
  readonly added: Item[]
  readonly removed: Item[]
  readonly kept: [from: Item, to: Item][]
}

/** Which of `to` are new, which of `from` are gone, and which are in both: names are compared as SQLite does. */
export function match<Item extends Named>(from: readonly Item[], to: readonly Item[]): Match<Item> {
  const before = byName(from)
  const after = byName(to)
  return {
    added: to.filter(({ name }) => !before.has(fold(name))),
    removed: from.filter(({ name }) => !after.has(fold(name))),
    kept: from.flatMap((item) => {
      const other = after.get(fold(item.name))
      return other ? [[item, other] as [Item, Item]] : []
    }),
  }
}

/** What must be dropped and what created to get from one list to the other: a changed definition is both. */
export function replace<Item extends Definition>(from: readonly Item[], to: readonly Item[]): { drop: Item[]; create: Item[] } {
  const rules = (items: readonly Item[]) => new Map(items.map(({ name, rule }) => [fold(name), rule]))
  const before = rules(from)
  const after = rules(to)
  return {
    drop: from.filter(({ name, rule }) => after.get(fold(name)) !== rule),
    create: to.filter(({ name, rule }) => before.get(fold(name)) !== rule),
  }
}

const byName = <Item extends Named>(items: readonly Item[]) => new Map(items.map((item) => [fold(item.name), item]))

export const find = <Item extends Named>(items: readonly Item[], name: string): Item | undefined =>
  items.find((item) => fold(item.name) === fold(name))
