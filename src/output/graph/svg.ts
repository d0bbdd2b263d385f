import { dot } from './dot.ts'
import type { GraphFormat } from './graph-format.ts'

/** A picture, laid out by Graphviz itself, which is only then loaded. */
export const svg: GraphFormat = async (picture) => {
  const { instance } = await import('@viz-js/viz')
  const viz = await instance()
  return viz.renderString(await dot(picture), { format: 'svg' })
}
