import { describe, expect, it } from 'vitest'
import { parseTime, parseTimestamp } from '../../src/input/time.ts'
import { microblog } from '../support/process.ts'
import { world } from '../support/run.ts'

const now = Date.parse('2026-03-01T12:34:56.789Z')
const from = (text: string) => parseTime(text, now).from

describe('parseTime', () => {
  it('converts RFC 3339 times with offsets to UTC', () => {
    expect(from('2026-01-02T03:04:05Z')).toBe('2026-01-02T03:04:05.000Z')
    expect(from('2026-01-02t03:04:05.678912z')).toBe('2026-01-02T03:04:05.678Z')
    expect(from('2026-01-02T03:04:05+05:30')).toBe('2026-01-01T21:34:05.000Z')
    expect(from('2007-10-06 17:13:29 -0400')).toBe('2007-10-06T21:13:29.000Z')
    expect(from('2026-01-02 03:04')).toBe('2026-01-02T03:04:00.000Z')
    expect(from('0000-01-01')).toBe('0000-01-01T00:00:00.000Z')
  })

  it('reads times relative to now', () => {
    expect(from('2h')).toBe('2026-03-01T10:34:56.789Z')
    expect(from('1w')).toBe('2026-02-22T12:34:56.789Z')
    for (const text of ['2h ago', '2 hours ago', '2 hours', '2 h']) expect(from(text)).toBe('2026-03-01T10:34:56.789Z')
    expect(from('a week ago')).toBe(from('1w'))
    expect(parseTime('yesterday', now)).toEqual({ from: '2026-02-28T00:00:00.000Z', to: '2026-02-28T23:59:59.999Z' })
    expect(parseTime('now', now)).toEqual({ from: '2026-03-01T12:34:56.789Z', to: '2026-03-01T12:34:56.789Z' })
  })

  it('returns a period as long as the smallest unit given', () => {
    expect(parseTime('2026-01-02').to).toBe('2026-01-02T23:59:59.999Z')
    expect(parseTime('2026-01-02T03:04Z').to).toBe('2026-01-02T03:04:59.999Z')
    expect(parseTime('2026-01-02T03:04:05Z').to).toBe('2026-01-02T03:04:05.999Z')
    expect(parseTime('2026-01-02T03:04:05.6Z').to).toBe('2026-01-02T03:04:05.600Z')
  })

  it.each([
    '',
    '2026',
    '2026-1-2',
    '2026-02-29',
    '2026-13-01',
    '2026-01-00',
    '2026-01-02T24:00:00Z',
    '2026-01-02T23:60:00Z',
    '2026-01-02T23:59:60Z',
  ])('refuses %j', (text) => expect(() => parseTime(text, now)).toThrow('is not a time'))

  it.each([
    '2026-01-02T03:04:05+24:00',
    '2026-01-02Z',
    '0000-01-01T00:00:00+01:00',
    '99999999w',
    '-2h',
    'ago',
    'a fortnight ago',
    'Jan 2',
    '1e3',
  ])('refuses the other format or offset %j', (text) => expect(() => parseTime(text, now)).toThrow('is not a time'))
})

describe('parseTimestamp', () => {
  it.each([
    ['2026-01-02T03:04:05Z', '2026-01-02T03:04:05.000Z'],
    ['2026-01-02T03:04:05.678Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02T03:04:05.6789Z', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02t03:04:05.6z', '2026-01-02T03:04:05.600Z'],
    ['2026-01-01T00:30:00+01:00', '2025-12-31T23:30:00.000Z'],
    ['2007-10-06 17:13:29 -0400', '2007-10-06T21:13:29.000Z'],
    ['2024-02-29 00:00:00 UTC', '2024-02-29T00:00:00.000Z'],
    ['0001-01-01T00:00:00Z', '0001-01-01T00:00:00.000Z'],
  ])('reads %s', (text, time) => expect(parseTimestamp(text)).toBe(time))

  it.each([
    'yesterday',
    '2026-01-02',
    '2026-01-02T03:04:05',
    '2026-01-02T03:04:05.678',
    '2026-01-02T03:04Z',
    '2026-01-02T03:04+01:00',
    '2026-02-30T00:00:00Z',
    '2023-02-29T00:00:00Z',
    '2026-01-02T24:00:00Z',
    '2026-01-02T03:60:00Z',
    '2026-01-02T03:04:60Z',
    '2026-01-02T03:04:05+24:00',
    '9999-12-31T23:59:59-00:01',
    '0000-01-01T00:00:00+00:01',
    '2026-01-02T03:04:05Z\n',
    '',
  ])('refuses %j', (text) => expect(() => parseTimestamp(text)).toThrow('is not a time'))
})

describe('a time typed without a zone', () => {
  const inZurich = async (folder: string, ...argv: readonly string[]) =>
    (await microblog(argv, { cwd: folder, env: { TZ: 'Europe/Zurich' } })).stdout

  it("is the person's, and output stays UTC", async () => {
    const { folder } = await world('alice')
    await inZurich(folder, 'post', 'alice', 'summer', '--at', '2026-07-01 12:00')
    await inZurich(folder, 'post', 'alice', 'winter', '--at', '2026-01-01')
    expect(await inZurich(folder, 'posts', 'alice', '--fields', 'timestamp,body')).toBe(
      '2026-07-01T10:00:00.000Z\tsummer\n2025-12-31T23:00:00.000Z\twinter\n',
    )
  })

  it('is a whole local day, also where a clock is put forward', async () => {
    const { folder } = await world('alice')
    for (const time of ['2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'])
      await inZurich(folder, 'post', 'alice', time, '--at', time)
    const day = ['--since', '2026-03-29', '--until', '2026-03-29', '--fields', 'body']
    expect(await inZurich(folder, 'posts', 'alice', ...day)).toBe('2026-03-29T21:59:59Z\n2026-03-28T23:00:00Z\n')
  })
})
