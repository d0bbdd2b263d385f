/** The built program as a command on the PATH, as after a global install, for shells and their child processes. */
import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bin, cleanEnvironment } from './process.ts'
import { temporaryFolder } from './run.ts'

/** An environment whose PATH contains `microblog`, until the test ends. */
export function installed(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const folder = temporaryFolder()
  const program = join(folder, 'microblog')
  writeFileSync(program, `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`)
  chmodSync(program, 0o755)
  return cleanEnvironment({ PATH: `${folder}:${process.env.PATH}`, HOME: folder, TERM: 'dumb', LC_ALL: 'C.UTF-8', ...more })
}

export const hasProgram = (name: string): boolean => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0
