/** Bundles src/ into dist/: the pure-JavaScript packages inside, better-sqlite3 outside, what is loaded lazily in chunks of its own. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'

const esbuild = await import('esbuild').catch(() => undefined)
if (esbuild) await bundle(esbuild)
else process.stderr.write('microblog: not built, because the development packages are not installed\n')

async function bundle({ build }) {
  rmSync('dist', { recursive: true, force: true })
  const { metafile } = await build({
    entryPoints: ['src/cli.ts'],
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    external: ['better-sqlite3'],
    outdir: 'dist',
    chunkNames: '[name]-[hash]',
    metafile: true,
    // Bundled CommonJS packages still call require() for Node's own modules.
    banner: { js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);" },
  })
  writeFileSync('THIRD-PARTY-NOTICES', collectNotices(Object.keys(metafile.inputs)))
}

/** The text of THIRD-PARTY-NOTICES for a bundle made of these files: the authors of what is in it ask to be named wherever it goes. */
function collectNotices(files) {
  const folders = new Set(
    files.flatMap((file) => /^(node_modules\/(?:@[^/]+\/)?[^/]+(?:\/node_modules\/(?:@[^/]+\/)?[^/]+)*)\//.exec(file)?.[1] ?? []),
  )
  return [...folders]
    .sort()
    .map(notice)
    .join(`\n${'-'.repeat(80)}\n\n`)
}

function notice(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'))
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry))
  const text = file ? readFileSync(`${folder}/${file}`, 'utf8').replaceAll('\r\n', '\n').trim() : `Licence: ${license}`
  return `${name} ${version} (${license})\n\n${text}\n`
}
