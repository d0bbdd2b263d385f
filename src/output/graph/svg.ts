import { dot } from './dot.ts'
import type { GraphFormat } from './graph-format.ts'

/** SVG, rendered by Graphviz as WebAssembly, which is loaded only here. */
export const svg: GraphFormat = async (picture) => {
  const { instance } = await import('@viz-js/viz')
  const viz = await instance()
  return viz.renderString(await dot(picture), { format: 'svg' })
}
