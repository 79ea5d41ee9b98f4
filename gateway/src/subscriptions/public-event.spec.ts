import { describe, expect, it } from '@jest/globals';
import { eventType, IncidentClosed, PageChanged, PostMortemChanged } from '@tocsin/contracts';
import { toFrame } from './public-event.ts';

const about = { incidentId: '3f1c0d5e-8a44-4b7e-9a53-0c6f2d1b7e01', at: '2026-11-22T10:00:00.000Z' };
const facts = { id: '0190f5a2-0000-7000-8000-000000000001', occurredAt: new Date('2026-11-22T10:00:00Z') };

describe('what the incident stream shows', () => {
  it('is what happened to an incident', () => {
    const frame = toFrame({ ...facts, type: eventType(IncidentClosed), data: about });
    expect(frame).toMatchObject({ incident: { id: about.incidentId } });
  });

  it.each(['v1', 'v2'])('H-6 is an event in the version in which it was announced: %s', (version) => {
    const type = `tocsin.notification.CinChanged.${version}`;
    expect(toFrame({ ...facts, type, data: about })).toMatchObject({ type, incident: { id: about.incidentId } });
  });

  it('is a page about an incident, and no other page', () => {
    const page = { ...about, pageId: facts.id, kind: 'INCIDENT_OPENED', state: 'OPEN', round: 1, step: 1 };
    const frameOf = (data: object) => toFrame({ ...facts, type: eventType(PageChanged), data });
    expect(frameOf(page)).toMatchObject({ incident: { id: about.incidentId } });
    expect(frameOf({ ...page, incidentId: undefined, kind: 'ROTA_GAP' })).toBeUndefined();
  });

  it('R-74 is nothing of a post-mortem, to nobody', () => {
    const data = { ...about, postMortemId: '8d2e4f60-1b3c-4d5e-8f70-9a1b2c3d4e5f', state: 'APPROVED' };
    expect(toFrame({ ...facts, type: eventType(PostMortemChanged), data })).toBeUndefined();
  });
});
