/** Measures two commands as whole processes, in turn, so that a busy machine slows both alike. */
import { spawnSync } from 'node:child_process'

export interface Row {
  readonly name: string
  /** Medians in milliseconds. */
  readonly ours: number
  readonly other: number
  /** ours / other. */
  readonly ratio: number
  /** The name of the program or bound behind `other`. */
  readonly against: string
}

interface Comparison {
  readonly name: string
  readonly ours: readonly string[]
  readonly against: string
  readonly other: readonly string[]
  readonly rounds: number
  readonly cwd: string
}

/** Unset NODE_EXTRA_CA_CERTS: it triples the startup time of Node 20 and would dominate the results. */
const { NODE_EXTRA_CA_CERTS: _dropped, ...environment } = process.env

/** Runs both commands once unmeasured, then in turn, `rounds` times each. @throws Error, if a command fails. */
export function compare({ name, ours, against, other, rounds, cwd }: Comparison): Row {
  const times: [number[], number[]] = [[], []]
  for (let round = -1; round < rounds; round++) {
    for (const [index, command] of [ours, other].entries()) {
      const milliseconds = time(command, cwd)
      if (round >= 0) times[index]?.push(milliseconds)
    }
  }
  const [a, b] = [median(times[0]), median(times[1])]
  return { name, ours: a, other: b, ratio: a / b, against }
}

function time([command = '', ...argv]: readonly string[], cwd: string): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(command, argv, { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 30 })
  const milliseconds = performance.now() - start
  if (status !== 0) throw new Error(`${command} ${argv.join(' ')} failed: ${stderr}`)
  return milliseconds
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? (sorted[middle] ?? 0) : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
}

export function printRow({ name, ours, other, ratio, against }: Row): void {
  process.stdout.write(
    `${name.padEnd(36)} ${ours.toFixed(1).padStart(9)} ms  ${ratio.toFixed(2).padStart(6)} x  ${against} (${other.toFixed(1)} ms)\n`,
  )
}
