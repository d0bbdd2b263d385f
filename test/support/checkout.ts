/** A copy of this checkout that a test may change and build, as a developer would. */
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './process.ts'
import { temporaryFolder } from './run.ts'

/** Makes the copy and returns its folder. It is already built and shares node_modules. */
export function checkout(): string {
  const folder = temporaryFolder()
  for (const part of ['bin', 'dist', 'src', 'migrations', 'package.json', 'tsconfig.json', 'build.mjs']) {
    cpSync(join(root, part), join(folder, part), { recursive: true, preserveTimestamps: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
