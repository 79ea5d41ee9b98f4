/** Something the person at the terminal can put right; the message says how, so it is shown without a stack. */
export class SetupError extends Error {
  override readonly name = 'SetupError';
}

/** What to print for an error: the message if the reader can act on it, else everything. */
export const explain = (error: unknown): string => {
  // ConfigError of libs/runtime is known by its name, so that no program must load that library for its errors.
  if (error instanceof SetupError || (error instanceof Error && error.name === 'ConfigError')) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
};
