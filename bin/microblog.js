#!/usr/bin/env node
// This file and dist/ are CommonJS, because Node starts it several milliseconds faster than ES modules.
const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

enableCompileCache?.()
if (!existsSync(join(__dirname, '../dist/main.js'))) {
  process.stderr.write(`error: microblog is not built\n  build it:  cd ${join(__dirname, '..')} && npm ci\n`)
  process.exit(4)
}
const program = enableCompileCache
  ? require('../dist/main.js')
  : require('./cached-require.js').cachedRequire(require.resolve('../dist/main.js'))
program.main(process.argv.slice(2), program.processIo()).then((exitCode) => {
  process.exitCode = exitCode
})
