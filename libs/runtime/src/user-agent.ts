/** How we name ourselves to servers that are not ours. */
export const userAgent = 'Tocsin';
