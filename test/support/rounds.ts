/** How many rounds a slow or random test runs: few in `npm test`, all of them with TEST_FULL=1, as `.ci/run` sets it. */
export const rounds = (quick: number, full: number): number => (process.env.TEST_FULL === '1' ? full : quick)
