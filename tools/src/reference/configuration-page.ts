import { usage } from '../start-options.ts';
import { code, heading, page, table } from './markdown.ts';
import type { Part, Setting } from './part.ts';

/** `docs/reference/configuration.md`. */
export function configurationPage(parts: readonly Part[]): string {
  const sections = parts.map(({ name, settings }) =>
    page(`## ${name}`, table(['Variable', 'Without it', 'Meaning'], settings.map(row))).trimEnd(),
  );
  return page(
    heading(
      'Configuration',
      'Everything is set by environment variables, read once at the start. A process that misses one, or cannot read ' +
        'it, names all problems at once and does not start. `OTEL_EXPORTER_OTLP_ENDPOINT` and the other variables of ' +
        'OpenTelemetry are read by its SDK.',
      '## npm start\n\n`npm start` makes the settings of all processes itself; these change what it does.',
      `\`\`\`text\n${usage()}\n\`\`\``,
    ),
    ...sections,
  );
}

const row = (setting: Setting): string[] => [code(setting.name), without(setting), meaning(setting)];

function without({ isRequired, default: fallback }: Setting): string {
  if (fallback !== undefined) return fallback === '' ? 'empty' : code(fallback);
  return isRequired ? '**required**' : 'unset';
}

const meaning = ({ description, values }: Setting): string =>
  values === undefined ? description : `${description}; one of ${values.map(code).join(', ')}`;
