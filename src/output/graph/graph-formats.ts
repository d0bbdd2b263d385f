/** The one list of picture formats. */
import { arrows } from './arrows.ts'
import { dot } from './dot.ts'
import type { GraphFormat } from './graph-format.ts'
import { mermaid } from './mermaid.ts'
import { nodeLink } from './node-link.ts'
import { svg } from './svg.ts'

export const graphFormats = { text: arrows, dot, mermaid, svg, json: nodeLink } satisfies Record<string, GraphFormat>

export type GraphFormatName = keyof typeof graphFormats

export const graphFormatNames = Object.keys(graphFormats) as GraphFormatName[]
