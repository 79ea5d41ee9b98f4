import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  AuditHeadSealed,
  CinChanged,
  events,
  eventType,
  findEvent,
  Id,
  isAboutIncident,
  serviceNames,
  typesRead,
  type AnyEvent,
} from './index.ts';

describe('the event catalogue', () => {
  it.each(events.map((event: AnyEvent) => [eventType(event), event] as const))('%s has a listener', (_, event) => {
    // Detections, gaps in a rota and heads concern no incident; the provider's own tools hear of them on the topic.
    const ownTools = event.producer === 'detection' || ['rotaGapAlarm', 'auditTrail'].includes(event.aggregate);
    const heard = event.consumers.length > 0 || isAboutIncident(event) || ownTools;
    // A confidential one may have none: it is kept for the audit trail.
    if (event.audience === 'confidential') return expect(isAboutIncident(event)).toBe(false);
    expect(heard).toBe(true);
    expect(event.consumers).not.toContain(event.producer);
  });

  it('names every event once for each producer and finds it by its CloudEvents type', () => {
    expect(new Set(events.map((event) => eventType(event))).size).toBe(events.length);
    for (const event of events) expect(findEvent(eventType(event))).toBe(event);
    expect(findEvent('tocsin.incident.NoSuchThing.v1')).toBeUndefined();
  });

  it('gives events of one name one form, and no consumer: handlers go by the name', () => {
    const shared = events.filter((event) => events.some((other) => other !== event && other.name === event.name));
    expect(new Set(shared.map(({ name }) => name))).toEqual(new Set(['AuditHeadSealed']));
    for (const { data, consumers } of shared) expect([data, consumers]).toEqual([AuditHeadSealed.incident.data, []]);
  });

  it('S-40 every service announces the heads of its audit trail under one key of its own, and the incident stream has none', () => {
    const keys = serviceNames.map((service) => {
      const event = AuditHeadSealed[service];
      expect([event.producer, isAboutIncident(event)]).toEqual([service, false]);
      return event.keyOf({ service, n: 1, jws: 'a.b.c' });
    });
    expect(new Set(keys).size).toBe(serviceNames.length);
    for (const key of keys) expect(Id.safeParse(key).success).toBe(true);
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
