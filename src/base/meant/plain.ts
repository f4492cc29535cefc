/** Returns a text as people compare it: lower case, without accents, and with one ordinary space where it has space of any kind. */
export const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll(/[\s\u00A0]+/g, ' ')
    .trim();
