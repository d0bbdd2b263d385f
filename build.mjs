/** Bundles src/ into dist/: the pure-JavaScript packages inside, better-sqlite3 outside, what is loaded lazily in chunks of its own. */
import { rmSync } from 'node:fs'
import { build } from 'esbuild'

rmSync('dist', { recursive: true, force: true })
await build({
  entryPoints: ['src/cli.ts'],
  bundle: true,
  splitting: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  external: ['better-sqlite3'],
  outdir: 'dist',
  chunkNames: '[name]-[hash]',
  // Bundled CommonJS packages still call require() for Node's own modules.
  banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
})
