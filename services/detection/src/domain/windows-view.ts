import { isRecord, textOf, type LogSourceFacts, type SigmaEvent } from './sigma/event.ts';
import { unknownSource } from './sigma/log-source.ts';

/** An event as seen by a view: what rules ask, and the entities by which its matches are folded. */
export interface ObservedEvent extends SigmaEvent {
  readonly host: string | null;
  readonly user: string | null;
}

type Fields = Readonly<Record<string, unknown>>;

/** Channel, in lower case, to the service's name in Sigma. */
const services: ReadonlyMap<string, string> = new Map([
  ['microsoft-windows-sysmon/operational', 'sysmon'],
  ['security', 'security'],
  ['system', 'system'],
  ['application', 'application'],
  ['microsoft-windows-powershell/operational', 'powershell'],
  ['windows powershell', 'powershell'],
  ['microsoft-windows-windows defender/operational', 'windefend'],
]);

/** Sigma's names for fields that the Security log calls otherwise (event 4688). */
const securityNames = { NewProcessName: 'Image', ParentProcessName: 'ParentImage', SubjectUserName: 'User' } as const;

/**
 * Sees a Windows event, nested as `Event.System` and `Event.EventData` or flat, as Sigma does. Anything else has no log
 * source, so that no rule is asked about it.
 */
export function observe(data: Fields): ObservedEvent {
  const flat = flatten(data);
  const logSource = sourceOf(flat);
  const fields = logSource.service === 'security' ? withSigmaNames(flat) : flat;
  return {
    logSource,
    fields,
    host: firstText(fields, ['Computer', 'Hostname', 'ComputerName', 'host']),
    user: firstText(fields, ['User', 'SubjectUserName', 'AccountName']),
  };
}

function flatten(data: Fields): Fields {
  const event = isRecord(data['Event']) ? data['Event'] : data;
  const system = event['System'];
  if (!isRecord(system)) return data;
  const eventData = isRecord(event['EventData']) ? event['EventData'] : {};
  return { ...unwrap(system), ...withoutBlanks(eventData) };
}

/** Defender writes `Threat Name`, rules ask for `ThreatName`; both are there. */
function withoutBlanks(eventData: Fields): Fields {
  const joined = Object.entries(eventData).map(([name, value]) => [name.replaceAll(' ', ''), value] as const);
  return { ...Object.fromEntries(joined), ...eventData };
}

/** The parts of System that hold attributes only, by the names rules use. */
function unwrap(system: Fields): Fields {
  const { Provider: provider, EventID: eventId, ...rest } = system;
  const attributes = isRecord(provider) && isRecord(provider['#attributes']) ? provider['#attributes'] : {};
  return {
    ...rest,
    // Qualified ids come as { "#text": 4688, "#attributes": … }.
    EventID: isRecord(eventId) ? eventId['#text'] : eventId,
    ...(attributes['Name'] !== undefined && { Provider_Name: attributes['Name'] }),
  };
}

function sourceOf(fields: Fields): LogSourceFacts {
  const channel = textOf(fields['Channel']);
  const eventId = textOf(fields['EventID']);
  if (channel === undefined || eventId === undefined) return unknownSource;
  const service = services.get(channel.toLowerCase());
  const isCreation = (service === 'sysmon' && eventId === '1') || (service === 'security' && eventId === '4688');
  return {
    product: 'windows',
    ...(service !== undefined && { service }),
    categories: isCreation ? ['process_creation'] : [],
  };
}

function withSigmaNames(fields: Fields): Fields {
  const named: Record<string, unknown> = { ...fields };
  for (const [theirs, ours] of Object.entries(securityNames)) {
    if (fields[theirs] !== undefined && fields[ours] === undefined) named[ours] = fields[theirs];
  }
  return named;
}

/** The first of these fields that says something; `-` is how Windows writes nothing. */
function firstText(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const text = textOf(fields[name])?.trim();
    if (text !== undefined && text !== '' && text !== '-') return text;
  }
  return null;
}
