import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Principal } from '@tocsin/access';
import { aPrincipal } from '@tocsin/testkit';
import { cloudEvent, sampleData, startRig, type Rig } from './testing/rig.ts';

const record = `mutation ($input: RecordSignalInput!) {
  recordSignal(input: $input) { signalId receivedAt detection { id version state level realm source detector { name } } }
}`;
const promote = `mutation ($input: PromoteDetectionInput!) {
  promoteDetection(input: $input) { detection { id version state } }
}`;
const responder = aPrincipal('RESPONDER');

interface Recorded {
  readonly signalId: string;
  readonly detection: { readonly id: string; readonly version: number } | null;
}

describe('reports and promotion over GraphQL', () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await startRig();
  });
  afterAll(() => rig.stop());

  const report = (overrides: Record<string, unknown> = {}) => ({
    idempotencyKey: randomUUID(),
    source: 'FIRST_PARTY_REPORT',
    title: 'Odd export',
    what: 'A storage account was read at night.',
    observedAt: '2026-11-22T04:14:07+01:00',
    assets: [{ ref: 'storage/fabrikam', realm: 'PROVIDER' }],
    ...overrides,
  });
  const tell = async (by: Principal, overrides: Record<string, unknown> = {}) => {
    const { data, errors } = await rig.graph(by, record, { input: report(overrides) });
    return { recorded: data?.['recordSignal'] as Recorded | undefined, code: errors?.[0]?.extensions.code, errors };
  };
  const decide = async (by: Principal, overrides: Record<string, unknown>) => {
    const input = { idempotencyKey: randomUUID(), expectedVersion: 1, reason: 'Customer data leaves.', ...overrides };
    const { data, errors } = await rig.graph(by, promote, { input });
    return { data, code: errors?.[0]?.extensions.code };
  };
  const raised = async (overrides: Record<string, unknown> = {}): Promise<string> => {
    const { recorded } = await tell(responder, overrides);
    return recorded?.detection?.id ?? '';
  };

  it('a report always raises a detection, by the report intake', async () => {
    const { recorded } = await tell(responder);
    expect(recorded).toMatchObject({
      signalId: expect.any(String),
      detection: { version: 1, state: 'OPEN', level: 'MEDIUM', realm: 'PROVIDER', detector: { name: 'Report intake' } },
    });
  });

  it('D-2 the same report twice is one signal; another with its key is refused', async () => {
    const input = report();
    const [first, second] = [await tell(responder, input), await tell(responder, input)];
    expect(second.recorded).toEqual(first.recorded);
    expect((await tell(responder, { ...input, title: 'Other' })).code).toBe('IDEMPOTENCY_KEY_REUSED');
  });

  it('D-11 equal reports of two people are two detections', async () => {
    const ids = [await raised(), await raised()];
    expect(new Set(ids).size).toBe(2);
  });

  it("D-12 a customer's report belongs to the customer's tenant, and shows no detection", async () => {
    const admin = aPrincipal('CUSTOMER_ADMIN');
    const { recorded } = await tell(admin, { source: 'CUSTOMER_REPORT' });
    expect(recorded).toMatchObject({ signalId: expect.any(String), detection: null });
    const [row] = await rig.database.admin<{ tenant_id: string; tenants: string }>(
      `select s.tenant_id, o.data::jsonb ->> 'tenantIds' as tenants
       from signal s join outbox o on o.aggregate_id = s.detection_ids[1] where s.id = $1`,
      [recorded?.signalId],
    );
    expect([row?.tenant_id, JSON.parse(row?.tenants ?? 'null')]).toEqual([admin.tenantId, [admin.tenantId]]);
  });

  it.each([
    ['CUSTOMER_ADMIN', { source: 'FIRST_PARTY_REPORT' }, 'SIGNAL_SOURCE_NOT_YOURS'],
    ['RESPONDER', { source: 'CUSTOMER_REPORT' }, 'SIGNAL_SOURCE_NOT_YOURS'],
    ['RESPONDER', { source: 'AUTOMATED_SIGNATURE' }, 'SIGNAL_SOURCE_NOT_YOURS'],
    ['DETECTOR', { source: 'OPERATOR_ESCALATION' }, 'SIGNAL_SOURCE_NOT_YOURS'],
    ['CUSTOMER_READER', { source: 'CUSTOMER_REPORT' }, 'FORBIDDEN'],
    ['AUDITOR', {}, 'FORBIDDEN'],
    ['RESPONDER', { observedAt: '2999-01-01T00:00:00Z' }, 'TIME_ORDER_INVALID'],
    ['RESPONDER', { title: '  ' }, 'INVALID_INPUT'],
    ['RESPONDER', { title: 'x'.repeat(201) }, 'INVALID_INPUT'],
    ['RESPONDER', { what: 'a\0b' }, 'INVALID_INPUT'],
    ['RESPONDER', { what: 'x'.repeat(65_536) }, 'SIGNAL_TOO_LARGE'],
    ['RESPONDER', { observedAt: '2026-11-22T04:14:07' }, 'TIME_WITHOUT_OFFSET'],
    ['RESPONDER', { source: 'RUMOUR' }, 'BAD_USER_INPUT'],
    ['RESPONDER', { severity: 'CRITICAL' }, 'BAD_USER_INPUT'],
    ['RESPONDER', { tenantId: randomUUID() }, 'BAD_USER_INPUT'],
  ] as const)('%s with %j is refused as %s', async (role, overrides, code) => {
    expect((await tell(aPrincipal(role), overrides)).code).toBe(code);
  });

  it('a responder promotes an open detection; the event names who did', async () => {
    const detectionId = await raised();
    const { data } = await decide(responder, { detectionId });
    expect(data).toEqual({ promoteDetection: { detection: { id: detectionId, version: 2, state: 'PROMOTED' } } });
    const rows = await rig.database.admin<{ data: string }>(
      `select data from outbox where aggregate_id = $1 and type like '%DetectionPromoted%'`,
      [detectionId],
    );
    expect(rows.map((row) => JSON.parse(row.data) as object)).toMatchObject([
      { detectionId, automatic: false, promotedBy: responder.id, realm: 'PROVIDER', tenantIds: [] },
    ]);
    const decisions = await rig.database.admin('select kind, actor_id, reason from decision where aggregate_id = $1', [
      detectionId,
    ]);
    expect(decisions).toEqual([{ kind: 'promotion', actor_id: responder.id, reason: 'Customer data leaves.' }]);
  });

  it('R-11 what concerns only a customer’s realm is announced for its tenant, and becomes no incident', async () => {
    const admin = aPrincipal('CUSTOMER_ADMIN');
    const own = [{ ref: 'vm/own', realm: 'CUSTOMER' }];
    const { recorded } = await tell(admin, { source: 'CUSTOMER_REPORT', assets: own });
    const [row] = await rig.database.admin<{ id: string; data: string }>(
      `select o.aggregate_id as id, o.data from signal s join outbox o on o.aggregate_id = s.detection_ids[1] where s.id = $1`,
      [recorded?.signalId],
    );
    expect(JSON.parse(row?.data ?? 'null')).toMatchObject({ realm: 'CUSTOMER', tenantIds: [admin.tenantId] });
    expect((await decide(responder, { detectionId: row?.id })).code).toBe('CUSTOMER_REALM_ONLY');
  });

  it('R-11 what is only in the customer’s realm opens no incident, so that nobody is paged', async () => {
    const detectionId = await raised({ assets: [{ ref: 'vm/own', realm: 'CUSTOMER' }] });
    expect((await decide(responder, { detectionId })).code).toBe('CUSTOMER_REALM_ONLY');
    const rows = await rig.database.admin<{ type: string }>('select type from outbox where aggregate_id = $1', [
      detectionId,
    ]);
    // DetectionPromoted is all that opens an incident, and an incident that opens is what pages.
    expect(rows).toEqual([{ type: 'tocsin.detection.DetectionRaised.v1' }]);
  });

  it('promotion is refused to others, of others, twice, without reason, on an old version', async () => {
    const detectionId = await raised();
    const customers = await raised({ assets: [{ ref: 'vm/own', realm: 'CUSTOMER' }] });
    expect((await decide(aPrincipal('INCIDENT_MANAGER'), { detectionId })).code).toBe('FORBIDDEN');
    expect((await decide(responder, { detectionId: customers })).code).toBe('CUSTOMER_REALM_ONLY');
    expect((await decide(responder, { detectionId, reason: ' ' })).code).toBe('REASON_REQUIRED');
    expect((await decide(responder, { detectionId, expectedVersion: 7 })).code).toBe('CONCURRENT_CHANGE');
    expect((await decide(responder, { detectionId: randomUUID() })).code).toBe('NOT_FOUND');
    expect((await decide(responder, { detectionId: 'no-id' })).code).toBe('NOT_FOUND');
    expect((await decide(responder, { detectionId })).code).toBeUndefined();
    expect((await decide(responder, { detectionId, expectedVersion: 2 })).code).toBe('DETECTION_NOT_OPEN');
  });

  it('ten promotions at once: one has its effect', async () => {
    const detectionId = await raised();
    const codes = await Promise.all(
      Array.from({ length: 10 }, async () => (await decide(responder, { detectionId })).code),
    );
    expect(codes.filter((code) => code === undefined)).toHaveLength(1);
  });

  it('a further signal after promotion raises a new detection that names the old one', async () => {
    const token = await rig.token(aPrincipal('DETECTOR'));
    const data = sampleData({ User: 'FABRIKAM\\again' });
    const send = async () => {
      const { body } = await rig.post(token, cloudEvent({ data }));
      return (
        (body['results'] as unknown as readonly { readonly detectionIds: readonly string[] }[])[0]?.detectionIds[0] ??
        ''
      );
    };
    const first = await send();
    await decide(responder, { detectionId: first });
    const second = await send();
    const third = await send();
    const query = `query ($id: ID!) { detection(id: $id) { relatedDetectionId signalCount source detector { author license rule }
      signals(first: 1) { edges { node { skewed host user fields { name value cut } assets { ref } } } pageInfo { hasNextPage } } } }`;
    expect(third).toBe(second);
    expect((await rig.graph(responder, query, { id: second })).data).toMatchObject({
      detection: {
        relatedDetectionId: first,
        signalCount: 2,
        source: 'AUTOMATED_SIGNATURE',
        detector: { author: 'Tocsin', license: 'Apache-2.0', rule: expect.stringContaining('rclone') },
        signals: {
          edges: [
            {
              node: {
                skewed: false,
                host: 'FS-EU-07.core.fabrikam.example',
                user: 'FABRIKAM\\again',
                fields: expect.arrayContaining([{ name: 'User', value: 'FABRIKAM\\again', cut: false }]),
              },
            },
          ],
          pageInfo: { hasNextPage: true },
        },
      },
    });
  });

  it('lists walk through all detections, newest first, each once', async () => {
    const seen: string[] = [];
    const query = `query ($after: String) { detections(first: 3, after: $after) {
      edges { node { id raisedAt } } pageInfo { hasNextPage endCursor } } }`;
    interface Found {
      readonly detections: {
        readonly edges: readonly { readonly node: { readonly id: string } }[];
        readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      };
    }
    for (let after: string | null = null, more = true; more;) {
      const { detections } = (await rig.graph(responder, query, { after })).data as unknown as Found;
      seen.push(...detections.edges.map(({ node }) => node.id));
      ({ hasNextPage: more, endCursor: after } = detections.pageInfo);
    }
    const rows = await rig.database.admin<{ id: string }>('select id from detection order by raised_at desc, id desc');
    expect(seen).toEqual(rows.map(({ id }) => id));
  });

  it('a page of 0 or 101, a false cursor: INVALID_INPUT; the list of detectors names all nine', async () => {
    for (const order of ['first: 0', 'first: 101', 'after: "x"']) {
      const { errors } = await rig.graph(responder, `{ detections(${order}) { pageInfo { hasNextPage } } }`);
      expect(errors?.[0]?.extensions.code).toBe('INVALID_INPUT');
    }
    const { data } = await rig.graph(responder, '{ detectors(first: 100) { edges { node { name kind } } } }');
    expect((data?.['detectors'] as { edges: unknown[] }).edges).toHaveLength(9);
  });

  it('S-3 another id, a malformed id and a foreign reader get no detection', async () => {
    const id = await raised();
    const query = 'query ($id: ID!) { detection(id: $id) { id } }';
    expect((await rig.graph(responder, query, { id: randomUUID() })).data).toEqual({ detection: null });
    expect((await rig.graph(responder, query, { id: 'x' })).data).toEqual({ detection: null });
    expect((await rig.graph(aPrincipal('LEGAL'), query, { id })).errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    const entities = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Detection { id state } } }`;
    const of = [{ __typename: 'Detection', id }];
    expect((await rig.graph(responder, entities, { of })).data).toEqual({ _entities: [{ id, state: 'OPEN' }] });
    expect((await rig.graph(aPrincipal('CUSTOMER_READER'), entities, { of })).data).toEqual({ _entities: [null] });
  });
});
