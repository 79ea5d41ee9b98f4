import { describe, expect, it } from '@jest/globals';
import { SignalSource } from '@tocsin/contracts';
import { anIncident, asManager, asResponder, grounds, now, refusalOf, responder } from './an-incident.ts';
import { rename, setTlp } from './naming.ts';
import { open } from './opening.ts';

const incident = anIncident();

describe('the title', () => {
  it.each(SignalSource.options)('says at first what the detection tells: %s', (source) => {
    const order = { incidentId: incident.id, number: 1, detectionId: incident.id, firstSeenAt: now, promotedBy: null };
    const { state } = open({ ...order, source, level: 'HIGH' }, [responder], now);
    expect(state.title).toMatch(/^[A-Z].+ \(HIGH\)$/);
    expect(state.tlp).toBe('AMBER');
  });

  it('is changed without its words in the event', () => {
    const { state, events } = rename(incident, { title: ' A key of the billing service leaked ' }, asResponder);
    expect(state).toMatchObject({ title: 'A key of the billing service leaked', version: incident.version + 1 });
    expect(events[0]?.data).toEqual({ incidentId: incident.id, at: now.toISOString() });
  });

  it.each(['', ' ', 'x'.repeat(201), 'a\0b'])('has 1 to 200 characters: %j', (title) => {
    expect(refusalOf(() => rename(incident, { title }, asResponder))).toBe('INVALID_INPUT');
  });
});

describe('the traffic light', () => {
  it('is a decision of the incident manager, with its reason', () => {
    const { state, events, decisions } = setTlp(incident, { ...grounds, tlp: 'RED' }, asManager);
    expect(state.tlp).toBe('RED');
    expect(events[0]?.data).toMatchObject({ tlp: 'RED' });
    expect(decisions).toMatchObject([{ kind: 'tlp', value: 'RED', role: 'INCIDENT_MANAGER', ...grounds }]);
    expect(refusalOf(() => setTlp(incident, { ...grounds, tlp: 'RED' }, asResponder))).toBe('FORBIDDEN');
    expect(refusalOf(() => setTlp(incident, { ...grounds, reason: ' ', tlp: 'RED' }, asManager))).toBe(
      'REASON_REQUIRED',
    );
  });
});
