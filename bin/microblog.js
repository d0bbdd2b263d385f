#!/usr/bin/env node
// This file and dist/ are CommonJS, because Node starts it several milliseconds faster than ES modules.
const { existsSync } = require('node:fs')
// As node:module exports it, which need not be loaded for that (half a millisecond).
const { enableCompileCache } = module.constructor
const { join } = require('node:path')

enableCompileCache?.()
const main = join(__dirname, '../dist/main.js')
if (!existsSync(main)) {
  process.stderr.write(`error: microblog is not built\n  build it:  cd ${join(__dirname, '..')} && npm ci\n`)
  process.exit(4)
}
const program = enableCompileCache ? require(main) : require('./cached-require.js').cachedRequire(main)
program.main(process.argv.slice(2), program.processIo()).then((exitCode) => {
  // All is written: without the work of a natural end the process ends 1.5 ms sooner.
  process.exit(exitCode)
})
