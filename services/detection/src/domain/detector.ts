import type { DetectionLevel } from '@tocsin/contracts';
import type { Rule } from './sigma/rule.ts';

export type DetectorKind = 'SIGMA' | 'INTAKE';

/** Something that turns signals into detections. */
export interface Detector {
  readonly id: string;
  readonly version: number;
  readonly name: string;
  readonly kind: DetectorKind;
  readonly level: DetectionLevel;
  readonly author: string;
  readonly license: string | null;
  /** The Sigma rule as YAML. */
  readonly rule: string | null;
  readonly enabled: boolean;
}

/** Built in: every report by a person raises a detection by it. */
export const reportIntake: Omit<Detector, 'version'> = {
  id: '5f0c1b6e-7a36-4d0e-9d53-3b8a3c1e7f42',
  name: 'Report intake',
  kind: 'INTAKE',
  level: 'MEDIUM',
  author: 'Tocsin',
  license: 'Apache-2.0',
  rule: null,
  enabled: true,
};

export const detectorOf = ({ id, title, level, author, license, text, enabled }: Rule): Omit<Detector, 'version'> => ({
  id,
  name: title,
  kind: 'SIGMA',
  level,
  author,
  license,
  rule: text,
  enabled,
});

/** The stored detector brought up to the packaged one; undefined if nothing differs. */
export function renewed(stored: Detector | null, packaged: Omit<Detector, 'version'>): Detector | undefined {
  if (stored === null) return { ...packaged, version: 1 };
  const keys = Object.keys(packaged) as (keyof typeof packaged)[];
  if (keys.every((key) => stored[key] === packaged[key])) return undefined;
  return { ...packaged, version: stored.version + 1 };
}
