/** Kills commands with SIGKILL at random moments: what was acknowledged must be there, and everything else entirely or not at all. */
import { type Change, changes, copyNetwork, findingsIn, leftovers, makeNetwork, stateOf } from './changes.ts'
import { describe, microblog, type Result } from './program.ts'
import type { Search } from './search.ts'

export async function killAtRandom(search: Search): Promise<void> {
  const network = await makeNetwork(search)
  const before = stateOf(network)
  while (!search.isOver) {
    const change = search.pick(changes)
    const { after, milliseconds } = await undisturbed(search, network, change)
    // The first third of a run only starts Node.
    for (let round = 0; round < 3 && !search.isOver; round++) {
      const cwd = copyNetwork(search, network)
      const result = await killed(change, cwd, milliseconds * (0.3 + 0.8 * search.random()))
      search.count(change.argv.slice(0, 2).join(' '))
      await judge(search, change, cwd, result, { before, after })
    }
    search.sweep(network)
  }
}

async function undisturbed(search: Search, network: string, { argv, stdin }: Change) {
  const cwd = copyNetwork(search, network)
  const started = Date.now()
  await microblog(argv, { cwd, ...(stdin !== undefined && { stdin }) })
  return { after: stateOf(cwd), milliseconds: Date.now() - started }
}

const killed = ({ argv, stdin }: Change, cwd: string, delay: number): Promise<Result> =>
  microblog(argv, {
    cwd,
    ...(stdin !== undefined && { stdin }),
    started: (child) => void setTimeout(() => child.kill('SIGKILL'), delay),
  })

async function judge(search: Search, change: Change, cwd: string, result: Result, states: { before: string; after: string }) {
  const state = stateOf(cwd)
  const shown = describe(change.argv, result)
  // Lines on stdout are printed after the commit.
  const isAcknowledged = result.code === 0 || result.stdout !== ''
  if (isAcknowledged && state !== states.after) search.found('lost', `acknowledged, and not there: ${shown}`, cwd)
  else if (state !== states.before && state !== states.after) search.found('half', `neither before nor after: ${shown}`, cwd)
  const findings = await findingsIn(cwd)
  if (findings !== '') search.found('half', `db check finds ${findings} after: ${shown}`, cwd)
  const again = await microblog(['db', 'backup', 'again.db'], { cwd })
  if (again.code !== 0) search.found('half', `no backup is possible after: ${shown}: ${again.stderr}`, cwd)
  if (leftovers(cwd).length > 0) search.found('half', `${leftovers(cwd).join()} was left by: ${shown}`, cwd)
}
