/** A clock on a terminal line while SQLite works: the main thread is busy until the statement is done, so another one draws. */
import { Worker } from 'node:worker_threads'

const draw = `
const { parentPort, workerData } = require('node:worker_threads')
const { writeSync } = require('node:fs')
const shown = { text: '', since: 0 }
parentPort.on('message', (text) => Object.assign(shown, { text, since: Date.now() }))
setInterval(() => {
  if (Atomics.load(workerData, 0) === 1) writeSync(2, '\\r' + shown.text + ' ' + Math.round((Date.now() - shown.since) / 1000) + ' s')
}, 1000)`

export interface Ticker {
  /** From now on draw this text, and how many seconds ago that was. */
  show(text: string): void
  /** Draw nothing more until the next `show`. */
  hide(): void
  stop(): void
}

/** Draws on stderr, once a second. */
export function startTicker(): Ticker {
  const isShown = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(draw, { eval: true, workerData: isShown })
  worker.unref()
  return {
    show(text) {
      worker.postMessage(text)
      Atomics.store(isShown, 0, 1)
    },
    hide: () => void Atomics.store(isShown, 0, 0),
    stop: () => void worker.terminate(),
  }
}
