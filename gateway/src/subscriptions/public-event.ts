import { createHash } from 'node:crypto';
import { z } from 'zod';
import { findEvent, Id, isAboutIncident } from '@tocsin/contracts';
import type { IncidentEventFrame } from '../context.ts';

/** An event as the tail hands it over, verified and parsed. */
export interface TailEvent {
  readonly id: string;
  /** CloudEvents type, `tocsin.incident.StageChanged.v1`. */
  readonly type: string;
  readonly occurredAt: Date;
  readonly data: unknown;
}

/** A page for a gap in the rota has no incident. */
const About = z.object({ incidentId: Id.optional(), tenantId: Id.optional() });

/** What subscribers may be shown of an event; undefined if it is not about an incident, or of a kind not known here. */
export function toFrame(event: TailEvent): IncidentEventFrame | undefined {
  const contract = findEvent(event.type);
  if (contract === undefined || !isAboutIncident(contract)) return undefined;
  const { incidentId, tenantId } = About.parse(event.data);
  if (incidentId === undefined) return undefined;
  return {
    id: publicIdOf(event.id),
    type: event.type,
    occurredAt: event.occurredAt.toISOString(),
    tenantId: tenantId ?? null,
    incident: { __typename: 'Incident', id: incidentId },
  };
}

/**
 * The id outsiders see: the same on every repeat, and in the form of a UUIDv4. The event's own id is a UUIDv7, which
 * tells when, and in what order, rows were made (S-6).
 */
export function publicIdOf(eventId: string): string {
  const bytes = createHash('sha256').update(`tocsin-public-event:${eventId}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
