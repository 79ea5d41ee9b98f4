import { randomUUID } from 'node:crypto';
import { must, mustBeRefused, type Actors } from './actors.ts';
import { onIncident, run } from './commands.ts';

/** What the end of the story needs to know of its beginning. */
interface Notified {
  readonly actors: Actors;
  readonly incidentId: string;
  readonly evidenceId: string;
}

/** Diagnose and Stabilize alternate; what was contained is verified by somebody else than the one who did it. */
export async function contain({ actors, incidentId, evidenceId }: Notified): Promise<void> {
  const manager = actors.as('INCIDENT_MANAGER');
  const engineer = actors.as('SERVICE_ENGINEER');
  const evidenceIds = [evidenceId];
  const action = { kind: 'CONTAINMENT', text: 'The stolen account is locked.', doneBy: 'user:eng' };
  await onIncident(engineer, incidentId, 'recordAction', action, 'actionId');
  const stages = [
    ['STABILIZE', 'The account is locked; recovery begins.'],
    ['DIAGNOSE', 'A second account shows the same traces.'],
    ['STABILIZE', 'The second account is locked as well.'],
  ];
  for (const [to, reason] of stages) await onIncident(manager, incidentId, 'advanceStage', { to, reason, evidenceIds });
  const finding = {
    customerRisk: 'No session of either account is left.',
    businessRisk: 'The service runs on new credentials.',
    evidenceIds,
  };
  await mustBeRefused('SAME_PERSON_REFUSED', onIncident(engineer, incidentId, 'verifyContainment', finding));
  await onIncident(manager, incidentId, 'verifyContainment', finding);
  const over = { to: 'CLOSE', reason: 'Contained, and every measure is done.', evidenceIds };
  await onIncident(manager, incidentId, 'advanceStage', over);
}

/** A data breach is closed with an approved post-mortem, and not before. */
export async function learn({ actors, incidentId, evidenceId }: Notified): Promise<void> {
  const manager = actors.as('INCIDENT_MANAGER');
  const legal = actors.as('LEGAL');
  const evidenceIds = [evidenceId];
  const closing = { disposition: 'RESOLVED', reason: 'Contained, told and learnt from.', evidenceIds };
  await mustBeRefused('POST_MORTEM_REQUIRED', onIncident(manager, incidentId, 'closeIncident', closing));
  const input = (expectedVersion: number) => ({ idempotencyKey: randomUUID(), incidentId, expectedVersion });
  const findings = {
    details: 'A shared host kept credentials in memory; the rule that saw it was a day old.',
    responseSufficient: { answer: true, why: 'Both tenants were told within the hour.' },
    proceduresSufficient: { answer: false, why: 'Shared hosts were not in the procedure for credentials.' },
    sopUpdates: [
      {
        sop: 'Credentials on hosts',
        fromVersion: '3',
        owner: 'user:eng',
        dueAt: new Date(Date.now() + 14 * 86_400_000),
      },
    ],
  };
  const state = 'incident { postMortem { state } }';
  await run(legal, 'savePostMortem', { ...input(0), ...findings }, state);
  await run(legal, 'submitPostMortem', input(1), state);
  const approval = { ...input(2), reason: 'Both questions are answered.', evidenceIds };
  await mustBeRefused('FORBIDDEN', run(legal, 'approvePostMortem', approval, state));
  const { incident } = await run<{ incident: { postMortem: { state: string } } }>(
    manager,
    'approvePostMortem',
    approval,
    state,
  );
  must(incident.postMortem.state === 'ACTIONS_OPEN', 'the procedure is still to be changed');
  await onIncident(manager, incidentId, 'closeIncident', closing);
}
