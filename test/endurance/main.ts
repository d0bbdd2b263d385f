/**
 * `npm run endurance -- <minutes> [<seed>]`: searches for what breaks, where the other tests show what holds. Prints its seed, what was
 * tried how often, and what was found; exits with 1 if anything was. A new part is a function in `parts`.
 */
import { canInject, failCalls } from './failing-calls.ts'
import { killAtRandom } from './kill.ts'
import { mutate } from './mutations.ts'
import { type Kind, print, Search } from './search.ts'
import { storm } from './storm.ts'

const [minutes = 2, seed = Date.now() % 2 ** 31] = process.argv.slice(2).map(Number)

const parts: readonly [name: string, run: (search: Search) => Promise<void>, isPossible?: () => boolean][] = [
  ['kill -9', killAtRandom],
  ['storm', storm],
  ['failing calls', failCalls, canInject],
  ['mutations', mutate],
]

async function main(): Promise<void> {
  print(`seed ${seed}, ${minutes} minutes`)
  const search = new Search(seed)
  for (const [name, run, isPossible = () => true] of parts) {
    if (!isPossible()) {
      print(`${name}: skipped, because strace cannot trace processes here`)
      continue
    }
    search.deadline = Date.now() + (minutes * 60_000) / parts.length
    await run(search)
    search.sweep()
    print(search.summary(name))
  }
  const count = (kind: Kind) => search.findings.filter((finding) => finding.kind === kind).length
  print(`${count('lost')} lost, ${count('half')} half, ${count('told wrongly')} told wrongly`)
  if (search.findings.length > 0) process.exitCode = 1
}

void main()
