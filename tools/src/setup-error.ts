/** Something the person at the terminal can put right; the message says how, so it is shown without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** What to print for an error: the message if the reader can act on it, else everything. */
export const explain = (error: unknown): string => {
  if (error instanceof SetupError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
