/** Compares names, and lists of named items. The case of ASCII letters does not matter, as in SQLite. */

import { foldCase } from '../../../fold-case.ts'
import type { Definition, Named } from './snapshot.ts'

interface Match<Item> {
  readonly added: Item[]
  readonly removed: Item[]
  readonly kept: [from: Item, to: Item][]
}

interface DefinitionDiff<Item> {
  readonly drop: Item[]
  readonly create: Item[]
}

export const isSameName = (a: string | undefined, b: string | undefined): boolean => (a && foldCase(a)) === (b && foldCase(b))

/** Match two lists by name: items only in `to` are added, items only in `from` are removed, items in both are kept. */
export function match<Item extends Named>(from: readonly Item[], to: readonly Item[]): Match<Item> {
  const before = byName(from)
  const after = byName(to)
  return {
    added: to.filter(({ name }) => !before.has(foldCase(name))),
    removed: from.filter(({ name }) => !after.has(foldCase(name))),
    kept: from.flatMap((item) => {
      const other = after.get(foldCase(item.name))
      return other ? [[item, other] as [Item, Item]] : []
    }),
  }
}

/** Find the definitions to drop and to create to get from one list to the other. A changed definition is in both. */
export function diffDefinitions<Item extends Definition>(from: readonly Item[], to: readonly Item[]): DefinitionDiff<Item> {
  const rules = (items: readonly Item[]) => new Map(items.map(({ name, rule }) => [foldCase(name), rule]))
  const before = rules(from)
  const after = rules(to)
  return {
    drop: from.filter(({ name, rule }) => after.get(foldCase(name)) !== rule),
    create: to.filter(({ name, rule }) => before.get(foldCase(name)) !== rule),
  }
}

const byName = <Item extends Named>(items: readonly Item[]) => new Map(items.map((item) => [foldCase(item.name), item]))

export const find = <Item extends Named>(items: readonly Item[], name: string): Item | undefined =>
  items.find((item) => isSameName(item.name, name))
