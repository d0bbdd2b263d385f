/** What the parts of the endurance test share: a seeded random generator, a deadline, counts of what was tried, and what was found. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const print = (line: string): void => void process.stdout.write(`${line}\n`)

/** `lost`: acknowledged and not there. `half`: neither before nor after. `told wrongly`: an exit code or message that is not true. */
export type Kind = 'lost' | 'half' | 'told wrongly'

export class Search {
  /** In milliseconds since 1970. */
  deadline = 0
  readonly findings: { readonly kind: Kind; readonly what: string }[] = []
  readonly #counts = new Map<string, number>()
  readonly #folders: string[] = []
  readonly #kept = new Set<string>()
  #state: number

  constructor(seed: number) {
    this.#state = seed
  }

  get isOver(): boolean {
    return Date.now() >= this.deadline
  }

  /** From 0 to 1: mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c). */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from 0 up to, and without, `end`. */
  below(end: number): number {
    return Math.floor(this.random() * end)
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T
  }

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1)
  }

  /** Report a finding. `folder` is kept, so that it can be looked at. */
  found(kind: Kind, what: string, folder: string): void {
    this.findings.push({ kind, what })
    this.#kept.add(folder)
    print(`FOUND ${kind}: ${what}\n  in ${folder}`)
  }

  /** A new folder. `sweep` removes it, unless something was found in it. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'microblog-endurance-'))
    this.#folders.push(folder)
    return folder
  }

  /** Remove the folders but for `used`. */
  sweep(used?: string): void {
    for (const folder of this.#folders.splice(0)) {
      if (folder === used) this.#folders.push(folder)
      else if (!this.#kept.has(folder)) rmSync(folder, { recursive: true, force: true })
    }
  }

  /** `kill -9: 12 follow, 9 post`, and clears the counts. */
  summary(part: string): string {
    const counts = [...this.#counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([what, count]) => `${count} ${what}`)
    this.#counts.clear()
    return `${part}: ${counts.join(', ') || 'nothing tried'}`
  }
}
