/** A rectangle around its centre. */
export interface Box {
  x: number
  y: number
  readonly width: number
  readonly height: number
}

/** Pushing apart in one place pushes together in another: after so many passes there is too little room for all. */
const passesBeforeGrowth = 100
const growth = 1.05

/** Move boxes until no two overlap, and `gap` is free between them. They are moved little, so that the shape of the picture stays. */
export function separate(boxes: readonly Box[], gap: number): void {
  for (let pass = 1; pushApart(boxes, gap); pass++) {
    if (pass % passesBeforeGrowth !== 0) continue
    for (const box of boxes) {
      box.x *= growth
      box.y *= growth
    }
  }
}

/** Push the two boxes of each overlapping pair apart, each by half. Returns whether there was a pair. */
function pushApart(boxes: readonly Box[], gap: number): boolean {
  const left = ({ x, width }: Box) => x - width / 2
  const sorted = [...boxes].sort((a, b) => left(a) - left(b))
  let isMoved = false
  for (const [index, a] of sorted.entries()) {
    for (let next = index + 1; next < sorted.length; next++) {
      const b = sorted[next]
      if (!b || left(b) > a.x + a.width / 2 + gap) break
      isMoved = pushPair(a, b, gap) || isMoved
    }
  }
  return isMoved
}

/** Rounding must not leave an overlap. */
const margin = 0.01

function pushPair(a: Box, b: Box, gap: number): boolean {
  const x = (a.width + b.width) / 2 + gap - Math.abs(b.x - a.x)
  const y = (a.height + b.height) / 2 + gap - Math.abs(b.y - a.y)
  if (x <= 0 || y <= 0) return false
  const axis = x < y ? 'x' : 'y'
  const push = ((Math.min(x, y) + margin) / 2) * (b[axis] < a[axis] ? -1 : 1)
  a[axis] -= push
  b[axis] += push
  return true
}
