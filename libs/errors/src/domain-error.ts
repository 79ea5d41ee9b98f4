/**
 * A refusal the caller can act on. Everything else that is thrown is a bug: it is logged with its cause and leaves
 * the process only as INTERNAL_SERVER_ERROR with an `errorId`.
 */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: string;
  /** Ids, enum values and counts that help the caller; never personal data or free text. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, details: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.code = code;
    this.details = details;
  }
}

/** Makes the error; carries its code and what the caller should do, from which the catalogue is printed. */
export interface ErrorDefinition {
  (details?: Readonly<Record<string, unknown>>): DomainError;
  readonly code: string;
  readonly description: string;
}

const catalogue = new Map<string, ErrorDefinition>();

/**
 * Defines a coded refusal. The description says what is wrong and what to do; it is the message the caller reads.
 *
 * @throws Error if the code is not UPPER_SNAKE_CASE or is defined twice in one process.
 */
export function defineError(code: string, description: string): ErrorDefinition {
  if (!/^[A-Z][A-Z0-9_]+$/.test(code)) throw new Error(`An error code is UPPER_SNAKE_CASE: ${code}`);
  if (catalogue.has(code)) throw new Error(`Error code ${code} is defined twice.`);
  const make = (details?: Readonly<Record<string, unknown>>): DomainError =>
    new DomainError(code, description, details);
  const definition: ErrorDefinition = Object.assign(make, { code, description });
  catalogue.set(code, definition);
  return definition;
}

/** Every definition loaded in this process, by code. */
export const definedErrors = (): readonly ErrorDefinition[] =>
  [...catalogue.values()].sort((a, b) => (a.code < b.code ? -1 : 1));
