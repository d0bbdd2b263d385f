/** A copy of this checkout, to be changed and built as a developer would. */
import { cpSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './process.ts'
import { temporaryFolder } from './run.ts'

/** The folder of the copy. It shares the installed packages and is built already. */
export function checkout(): string {
  const folder = temporaryFolder()
  for (const part of ['bin', 'dist', 'src', 'migrations', 'package.json', 'tsconfig.json', 'build.mjs']) {
    cpSync(join(root, part), join(folder, part), { recursive: true, preserveTimestamps: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}
