import { isMet, type Reading } from './reading.ts';

/** A reading with the load of the machine, before and after. */
export interface LoadedReading extends Reading {
  readonly load: string;
}

const heading = ['Measured', 'Median', 'p95', 'p99', 'Target', 'Met', 'Samples', 'Load'];

/** As a Markdown table that is readable at a terminal too. */
export function tableOf(readings: readonly LoadedReading[]): string {
  const rows = [heading, ...readings.map(cellsOf)];
  const widths = heading.map((_title, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`);
  lines.splice(1, 0, `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`);
  return lines.join('\n');
}

function cellsOf(reading: LoadedReading): string[] {
  const { what, unit, median, p95, p99, target, samples, load } = reading;
  const met = isMet(reading);
  return [
    what,
    amount(median, unit),
    p95 === undefined ? '' : amount(p95, unit),
    p99 === undefined ? '' : amount(p99, unit),
    target === undefined ? '' : `${target.of} ${target.bound} ${amount(target.value, unit)}`,
    met === undefined ? '' : met ? 'yes' : 'no',
    String(samples),
    load,
  ];
}

function amount(value: number, unit: Reading['unit']): string {
  const digits = unit === 's' ? 1 : 0;
  return `${value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits })} ${unit}`;
}
