import { randomUUID } from 'node:crypto';
import * as incidents from '../incidents.ts';
import { manager, responder, type Bench } from './bench.ts';

/** The shortest way to stage CLOSE through STABILIZE. */
export async function reachClose(bench: Bench, incidentId: string): Promise<void> {
  const evidenceId = randomUUID();
  const evidence = {
    text: 'log',
    sha256: 'e'.repeat(64),
    environment: 'PRODUCTION',
    collectedAt: new Date('2026-11-20T10:00:00.000Z'),
  } as const;
  const cited = { evidenceIds: [evidenceId] };
  const { version } = await bench.seen(incidentId);
  const on = (n: number) => ({ incidentId, expectedVersion: version + n, reason: 'as found', evidenceIds: [] });
  await bench.write(responder, (tx) => incidents.advanceStage(tx, { ...on(0), to: 'ASSESS' }));
  await bench.write(responder, (tx) => incidents.recordEvidence(tx, { ...on(1), ...evidence, evidenceId }));
  await bench.write(responder, (tx) => incidents.advanceStage(tx, { ...on(2), ...cited, to: 'DIAGNOSE' }));
  await bench.write(manager, (tx) => incidents.advanceStage(tx, { ...on(3), to: 'STABILIZE' }));
  const risks = { customerRisk: 'none left', businessRisk: 'none left', ...cited };
  await bench.write(manager, (tx) => incidents.verifyTheContainment(tx, { ...on(4), ...risks }));
  await bench.write(manager, (tx) => incidents.advanceStage(tx, { ...on(5), to: 'CLOSE' }));
}
