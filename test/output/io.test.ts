import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FileOutput } from '../../src/output/io.ts'
import { temporaryFolder } from '../support/run.ts'

function outputOn(path: string): FileOutput {
  const descriptor = openSync(path, 'w')
  onTestFinished(() => closeSync(descriptor))
  return new FileOutput(
    descriptor,
    () => false,
    () => 80,
  )
}

describe('an output', () => {
  it('writes a long text completely as UTF-8', () => {
    const file = join(temporaryFolder(), 'out')
    const text = 'é😀'.repeat(500_000)
    outputOn(file).write(text)
    expect(readFileSync(file, 'utf8') === text).toBe(true)
  })

  it('writes bytes unchanged', () => {
    const file = join(temporaryFolder(), 'out')
    outputOn(file).write(Uint8Array.from([0, 255]))
    expect([...readFileSync(file)]).toEqual([0, 255])
  })

  it.runIf(process.platform === 'linux')('throws an error with exit code 1 on a full device', () => {
    const output = outputOn('/dev/full')
    expect(() => output.write('x')).toThrow(
      expect.objectContaining({ exitCode: 1, message: 'cannot write the output: no space left on the device' }),
    )
  })

  it('throws an error with exit code 1 when it is closed', () => {
    expect(() =>
      new FileOutput(
        999_999,
        () => false,
        () => 80,
      ).write('x'),
    ).toThrow(expect.objectContaining({ exitCode: 1 }))
  })
})
