import { visit, type DocumentNode } from 'graphql';

/** The longest string and the longest list that an operation may bring in. */
export const inputLimits = { maxStringLength: 16_384, maxListLength: 500 } as const;

/** Whether all strings and lists, in the document and in its variables, are within the limits. */
export function hasBoundedInput(document: DocumentNode, variables: unknown): boolean {
  let isBounded = isBoundedValue(variables);
  visit(document, {
    StringValue: ({ value }) => {
      isBounded &&= value.length <= inputLimits.maxStringLength;
    },
  });
  return isBounded;
}

/** Without recursion: the nesting is the caller's. A list in the document is bounded by the number of tokens. */
function isBoundedValue(root: unknown): boolean {
  const waiting: unknown[] = [root];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string' && value.length > inputLimits.maxStringLength) return false;
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value) && value.length > inputLimits.maxListLength) return false;
    waiting.push(...(Object.values(value) as unknown[]));
  }
  return true;
}
