import { expect, it } from '@jest/globals';
import { ServiceFamily } from '@tocsin/contracts';
import { now } from '../testing/a-notice.ts';
import { handOver } from './hand-over.ts';

const order = { id: 'h', tenantId: 't', incidentId: 'i', detectionId: null };
const all = (['AZURE', 'POWER_PLATFORM'] as const).map((family) => ({ family }));

it('R-13 names the contracted support route, else only the tools', () => {
  expect(handOver(order, { supportRoute: 'contract 7, severity A' }, all, now)).toMatchObject({
    supportRoute: 'contract 7, severity A',
    issuedAt: now,
  });
  for (const tenant of [{ supportRoute: null }, null])
    expect(handOver(order, tenant, all, now)).toMatchObject({ supportRoute: null });
});

it.each(ServiceFamily.options)('R-13 offers tools to a tenant of %s, each once', (family) => {
  const { tools } = handOver(order, null, [{ family }, { family }], now);
  expect(tools.length).toBeGreaterThan(0);
  expect(new Set(tools).size).toBe(tools.length);
});

it('R-13 offers what there is to a tenant that subscribes to nothing', () => {
  expect(handOver(order, null, [], now).tools).toEqual(handOver(order, null, all, now).tools);
});
