/** An event as rules see it: its log source and its fields. Made by a view, such as the Windows view. */
export interface SigmaEvent {
  readonly logSource: LogSourceFacts;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Every name by which the event's source may be called; an event may belong to several categories. */
export interface LogSourceFacts {
  readonly product?: string;
  readonly service?: string;
  readonly categories: readonly string[];
}

/**
 * The values of a field: by its literal key (`a.b`), else by its path; arrays fan out. Absent: an empty list.
 * Inherited properties are never found.
 */
export function valuesOf(fields: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  if (Object.hasOwn(fields, name)) return fanOut(fields[name]);
  const parts = name.split('.');
  if (parts.length === 1) return [];
  let found: readonly unknown[] = [fields];
  for (const part of parts) {
    found = found.flatMap((value) => (isRecord(value) && Object.hasOwn(value, part) ? fanOut(value[part]) : []));
  }
  return found;
}

/** A value's text: strings as they are, numbers in decimal, `true` or `false`; objects and null have none. */
export function textOf(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(value);
    default:
      return undefined;
  }
}

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fanOut = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value.flatMap(fanOut) : [value]);
