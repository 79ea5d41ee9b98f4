import type { DetectionLevel } from '@tocsin/contracts';
import type { SigmaEvent } from './event.ts';
import type { LogSource } from './log-source.ts';

/** A Sigma rule, ready to be asked. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly level: DetectionLevel;
  /** Named with every match (D-7). */
  readonly author: string;
  readonly license: string | null;
  /** False for a rule whose status is deprecated or unsupported. */
  readonly enabled: boolean;
  readonly logSource: LogSource;
  /** The fields it asks for, and those its author wants to see with a match. */
  readonly fields: readonly string[];
  /** The YAML it was read from. */
  readonly text: string;
  /** Whether the event, source and fields, satisfies the rule. Pure. */
  matches(event: SigmaEvent): boolean;
}
