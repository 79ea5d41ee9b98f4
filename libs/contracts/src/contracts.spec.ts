import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { CinChanged, events, findEvent, eventType, isAboutIncident, typesRead, type AnyEvent } from './index.ts';

describe('the event catalogue', () => {
  it.each(events.map((event: AnyEvent) => [event.name, event] as const))('%s has a listener', (_, event) => {
    // Detections and gaps in a rota concern no incident; the provider's own tools hear of them on the topic.
    const ownTools = event.producer === 'detection' || event.aggregate === 'rotaGapAlarm';
    const heard = event.consumers.length > 0 || isAboutIncident(event) || ownTools;
    // A confidential one may have none: it is kept for the audit trail.
    if (event.audience === 'confidential') return expect(isAboutIncident(event)).toBe(false);
    expect(heard).toBe(true);
    expect(event.consumers).not.toContain(event.producer);
  });

  it('names every event once and finds it by its CloudEvents type', () => {
    expect(new Set(events.map((event) => event.name)).size).toBe(events.length);
    for (const event of events) expect(findEvent(eventType(event))).toBe(event);
    expect(findEvent('tocsin.incident.NoSuchThing.v1')).toBeUndefined();
  });

  it('H-6 finds an event by the types of the versions that it reads, and knows them all', () => {
    const types = [3, 1, 2].map((version) => `tocsin.notification.CinChanged.v${String(version)}`);
    expect(typesRead(CinChanged)).toEqual(types);
    for (const type of types) expect(findEvent(type)).toBe(CinChanged);
    expect(findEvent('tocsin.notification.CinChanged.v4')).toBeUndefined();
  });

  it('S-49 carries no free text: every string is an id, an instant, a digest, an enum value or bounded', () => {
    for (const event of events) {
      const properties = Object.entries(z.toJSONSchema(event.data).properties ?? {});
      for (const [name, schema] of properties) {
        const item = (schema as { items?: object }).items ?? schema;
        const { type, format, pattern, maxLength } = item as Record<string, unknown>;
        const enumerated = 'enum' in (item as object) || 'const' in (item as object);
        const known = ['principalId', 'promotedBy', 'ruleId', 'labelA', 'labelB'].includes(name);
        if (type === 'string' && !enumerated && !known) {
          expect({ event: event.name, name, bounded: format ?? pattern ?? maxLength }).toMatchObject({
            bounded: expect.anything(),
          });
        }
      }
    }
  });
});
