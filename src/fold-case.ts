/** Names that differ only in this are the same. Only ASCII letters fold: elsewhere letters of different names would meet. */
export const foldCase = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
