/** Lower-cases the ASCII letters of a name, for comparison. Other letters keep their case, so that different names stay different. */
export const foldCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
