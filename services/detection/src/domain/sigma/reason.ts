/** Why a rule is refused; a rule loads wholly or not at all (D-3). */
export const reasonCodes = [
  'YAML',
  'SCHEMA',
  'DUPLICATE_ID',
  'TAXONOMY_UNKNOWN',
  'MODIFIER_UNKNOWN',
  'MODIFIER_COMBINATION',
  'VALUE_TYPE',
  'KEYWORDS_UNSUPPORTED',
  'SELECTION_UNKNOWN',
  'CONDITION_SYNTAX',
  'PIPE_AGGREGATION',
  'TOO_LARGE',
  'FIELD_NOT_KEPT',
  'FILTER_AMBIGUOUS',
] as const;
export type ReasonCode = (typeof reasonCodes)[number];

export interface Reason {
  readonly code: ReasonCode;
  /** Where in the rule, as `detection.selection.Image|endswith`; with the file's name in front once it is known. */
  readonly path: string;
  readonly message: string;
}

/** Collects all reasons of one rule, so that its author mends them in one go. */
export class Reasons {
  readonly all: Reason[] = [];

  add(code: ReasonCode, path: string, message: string): undefined {
    this.all.push({ code, path, message });
    return undefined;
  }
}
