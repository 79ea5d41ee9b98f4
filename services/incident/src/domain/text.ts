import { InvalidInput } from '@tocsin/errors';

/** The text without blanks around it. @throws INVALID_INPUT if it is empty, too long, or holds what no text column can. */
export function textOf(field: string, text: string, longest: number): string {
  const trimmed = text.trim();
  if (trimmed.includes('\0')) throw InvalidInput({ field, reason: 'must not contain U+0000' });
  if (trimmed === '' || trimmed.length > longest)
    throw InvalidInput({ field, reason: `must have 1 to ${String(longest)} characters` });
  return trimmed;
}
