import { describe, expect, it } from '@jest/globals';
import { AssignmentChanged, occurred, StageChanged } from '@tocsin/contracts';
import { anIncident, asEngineer, idOf, later, now, refusalOf } from './an-incident.ts';
import { entriesFor, entryFor } from './automatic-entry.ts';
import { addEntry, correctEntry, type CorrectionOrder, type TimelineEntry } from './timeline.ts';

const incident = anIncident();
const order: CorrectionOrder = {
  kind: 'OBSERVATION',
  text: ' The key was used from Lisbon. ',
  refs: [idOf(7)],
  occurredAt: new Date('2026-11-22T09:30:00Z'),
  reason: 'it was Porto',
};
const add = (patch: Partial<CorrectionOrder> = {}) => addEntry(incident, { ...order, ...patch }, asEngineer);
const first: TimelineEntry = add().state;
const correct = (entry: TimelineEntry, patch: Partial<CorrectionOrder> = {}, latestId = entry.id) =>
  correctEntry(incident, { entry, latestId }, { ...order, ...patch }, asEngineer);

describe('an entry', () => {
  it('tells what happened, when, who recorded it and when, and leaves the incident as it is', () => {
    expect(first).toMatchObject({
      incidentId: incident.id,
      kind: 'OBSERVATION',
      text: 'The key was used from Lisbon.',
      refs: [idOf(7)],
      occurredAt: order.occurredAt,
      recordedAt: now,
      recordedBy: 'user:eng',
      corrects: null,
      reason: null,
    });
  });

  it('S-49 is announced without its text', () => {
    const [event] = add().events;
    expect(event?.event.name).toBe('TimelineEntryAdded');
    expect(Object.keys(event?.data ?? {}).sort()).toEqual(['at', 'entryId', 'incidentId', 'kind']);
  });

  it.each<[string, Partial<CorrectionOrder>, string]>([
    ['no text', { text: ' ' }, 'INVALID_INPUT'],
    ['too long a text', { text: 'x'.repeat(10_001) }, 'INVALID_INPUT'],
    ['a text that PostgreSQL cannot hold', { text: 'a\0b' }, 'INVALID_INPUT'],
    ['too many references', { refs: Array.from({ length: 21 }, () => 'x') }, 'INVALID_INPUT'],
    ['an empty reference', { refs: [''] }, 'INVALID_INPUT'],
    ['a time in the future', { occurredAt: later }, 'TIME_ORDER_INVALID'],
  ])('I-3 is refused with %s', (_, patch, code) => {
    expect(refusalOf(() => add(patch))).toBe(code);
    expect(refusalOf(() => correct(first, patch))).toBe(code);
  });

  it('may have the longest text', () => {
    expect(add({ text: 'x'.repeat(10_000) }).state.text).toHaveLength(10_000);
  });
});

describe('a correction', () => {
  it('names the entry that it replaces, and why', () => {
    const { state, events } = correct(first, { text: 'From Porto.' });
    expect(state).toMatchObject({ text: 'From Porto.', corrects: first.id, reason: 'it was Porto' });
    expect(events[0]?.data).toMatchObject({ entryId: state.id, corrects: first.id });
  });

  it('needs a reason', () => {
    expect(refusalOf(() => correct(first, { reason: ' ' }))).toBe('REASON_REQUIRED');
  });

  it('is of the latest: an entry that was corrected already is refused, and the latest is named', () => {
    const second = correct(first).state;
    expect(refusalOf(() => correct(first, {}, second.id))).toBe('TIMELINE_ENTRY_CORRECTED');
    expect(correct(second).state.corrects).toBe(second.id);
  });

  it('leaves alone what a command told', () => {
    expect(refusalOf(() => correct({ ...first, kind: 'STAGE' }))).toBe('TIMELINE_ENTRY_AUTOMATIC');
  });
});

describe('what commands leave behind', () => {
  const about = { incidentId: incident.id, at: now.toISOString() };
  const moved = occurred(StageChanged, { ...about, from: 'DETECT', to: 'ASSESS', n: 2, cycle: 1 });
  const joined = occurred(AssignmentChanged, { ...about, role: 'LEGAL', principalId: 'user:leo', onCall: false });

  it('R-22 is one entry for each event that is worth it, at the time and in the name of the command', () => {
    const by = { actorId: 'user:rea', now, newId: () => idOf(5) };
    expect(entriesFor(incident.id, [moved, joined], by)).toMatchObject([
      { kind: 'STAGE', text: 'Stage 2: ASSESS, after DETECT.', occurredAt: now, recordedBy: 'user:rea' },
      { kind: 'MEMBERSHIP', text: 'LEGAL joined.', refs: ['user:leo'] },
    ]);
  });

  it('is nothing for an entry that somebody wrote: it stands there already', () => {
    const [added] = add().events;
    if (added === undefined) throw new Error('Nothing was announced.');
    expect(entryFor(added)).toBeNull();
  });
});
