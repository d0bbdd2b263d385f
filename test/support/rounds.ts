/** The number of rounds of a slow or random test: `quick` in `npm test`, `full` with TEST_FULL=1, which `.ci/run` sets. */
export const rounds = (quick: number, full: number): number => (process.env.TEST_FULL === '1' ? full : quick)
