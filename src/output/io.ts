/** The program's three streams, passed in so that tests can replace them. */
import { writeSync } from 'node:fs'
import { BrokenPipeError, describeCode, errorCode, MicroblogError } from '../errors.ts'

/** An output stream. `write` returns when all of the text is written; it waits for a slow reader. */
export interface Output {
  readonly isTerminal: boolean
  /** Width in columns, of a terminal or as the user set it. */
  readonly columns: number
  /** @throws BrokenPipeError, if the reader closed the pipe; MicroblogError (exit 1), if the write fails, such as on a full device */
  write(text: string | Uint8Array): void
}

export interface Input {
  readonly isTerminal: boolean
  /** The bytes, as they come. */
  chunks(): AsyncIterable<Uint8Array>
}

export interface Io {
  readonly stdin: Input
  readonly stdout: Output
  /** `write` never throws. */
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** The streams for prompts; undefined unless there is a real terminal. */
  readonly terminal?: { readonly input: NodeJS.ReadableStream; readonly output: NodeJS.WritableStream } | undefined
  /** The screen and how to run a pager on it; undefined unless stdout is a real terminal. */
  readonly pager?: Pager | undefined
  /**
   * Run `work` before a signal ends the process. Signals are handled only between two turns of the event loop. Returns a function that
   * unregisters `work`.
   */
  beforeSignal?(work: () => void): () => void
}

export interface Pager {
  /** The height of the screen in lines. */
  readonly rows: number
  /** Run the command in a shell with the text as its input, until it ends. SIGINT is left to it. Returns false if it could not be run. */
  run(command: string, text: string): boolean
}

/** An output on a file descriptor. It writes synchronously: `process.stdout` would take longer to load than most commands take to run. */
export class FileOutput implements Output {
  readonly #descriptor: number
  readonly #isTerminal: (descriptor: number) => boolean
  readonly #columns: () => number

  constructor(descriptor: number, isTerminal: (descriptor: number) => boolean, columns: () => number) {
    this.#descriptor = descriptor
    this.#isTerminal = isTerminal
    this.#columns = columns
  }

  get isTerminal(): boolean {
    return this.#isTerminal(this.#descriptor)
  }

  get columns(): number {
    return this.#columns()
  }

  write(text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : text
    for (let written = 0; written < bytes.length; ) written += this.#writeSome(bytes, written)
  }

  #writeSome(bytes: Uint8Array, offset: number): number {
    try {
      return writeSync(this.#descriptor, bytes, offset)
    } catch (error) {
      const code = errorCode(error)
      if (code === 'EPIPE') throw new BrokenPipeError()
      if (code !== 'EAGAIN')
        throw new MicroblogError(`cannot write the output: ${code === 'ENOSPC' ? 'no space left on the device' : describeCode(error)}`, 1)
      // The pipe is full and non-blocking: wait 2 ms for its reader.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2)
      return 0
    }
  }
}

/** Standard error: a message that cannot be written is dropped, because it must not stop or undo a change, nor change the exit code. */
export class MessageOutput extends FileOutput {
  override write(text: string | Uint8Array): void {
    try {
      super.write(text)
    } catch {
      // The reader is gone, or the device is full: the results and the exit code are left.
    }
  }
}

/** Print the result of a committed change. If the write fails, the error says that the change was made. */
export function writeReport(output: Output, text: string): void {
  try {
    output.write(text)
  } catch (error) {
    if (!(error instanceof MicroblogError) || error instanceof BrokenPipeError) throw error
    throw new MicroblogError(error.message, error.exitCode, 'the change itself was made, unless this was a dry run')
  }
}
