/** A line of text asked for with a counter under it that follows every key. */
import { createPrompt, isEnterKey, useKeypress, useState } from '@inquirer/core'
import type { Io } from './io.ts'
import { answered } from './prompt.ts'

interface Config {
  readonly message: string
  readonly count: (text: string) => string
  readonly problem: (text: string) => string | undefined
}

const prompt = createPrompt<string, Config>(({ message, count, problem }, done) => {
  const [text, setText] = useState('')
  const [fault, setFault] = useState<string>()
  const [isDone, setDone] = useState(false)
  useKeypress((key, line) => {
    if (!isEnterKey(key)) {
      setText(line.line)
      setFault(undefined)
      return
    }
    const found = problem(text)
    // Enter has emptied the line: give it back, to be mended.
    if (found !== undefined) line.write(text)
    setFault(found)
    if (found !== undefined) return
    setDone(true)
    done(text)
  })
  return isDone ? `${message} ${text}` : [`${message} ${text}`, fault ?? count(text)]
})

/** The text, once `problem` finds nothing wrong with it. `count` says under the line how long it is. @throws InterruptedError */
export const askCounted = (
  terminal: NonNullable<Io['terminal']>,
  message: string,
  count: Config['count'],
  problem: Config['problem'],
): Promise<string> => answered(prompt({ message, count, problem }, terminal))
