/** A clock on a terminal line while SQLite works: the main thread is busy until the statement is done, so another one draws. */
import { Worker } from 'node:worker_threads'

const draw = `
const { parentPort } = require('node:worker_threads')
const { writeSync } = require('node:fs')
let line, since
parentPort.on('message', (text) => { line = text; since = Date.now() })
setInterval(() => {
  if (line) try { writeSync(2, '\\r' + line + ' ' + Math.round((Date.now() - since) / 1000) + ' s') } catch {}
}, 1000)`

export interface Ticker {
  /** From now on draw this text and the seconds since now; undefined draws nothing. */
  show(text: string | undefined): void
  stop(): void
}

/** Draws on stderr, once a second, from the second second on. */
export function startTicker(): Ticker {
  const worker = new Worker(draw, { eval: true })
  worker.unref()
  return {
    show: (text) => worker.postMessage(text),
    stop: () => void worker.terminate(),
  }
}
