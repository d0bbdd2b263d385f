/** The one list of picture formats. */
import { dot } from './dot.ts'
import type { GraphFormat } from './graph-format.ts'
import { mermaid } from './mermaid.ts'
import { svg } from './svg.ts'

export const graphFormats = { dot, mermaid, svg } satisfies Record<string, GraphFormat>

type GraphFormatName = keyof typeof graphFormats

export const graphFormatNames = Object.keys(graphFormats) as GraphFormatName[]
