import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aPrincipal } from '@tocsin/testkit';
import { callNextStep } from '../pages.ts';
import { pageStore } from '../store/page-store.ts';
import { admin, createBench, legal, manager, responder, type Bench } from '../testing/bench.ts';
import { secret } from '../testing/receivers.ts';
import { codeOf, startAsking, type Asking } from '../testing/ask.ts';

const contactFields = 'principalId email webhookUrl';
const pageFields = `id number kind incident { number } state round step openedAt nextStepAt acknowledgedAt acknowledgedBy
  messages { id round step principalId channel state attempts sentAt }`;

let bench: Bench;
let subgraph: Asking;
beforeAll(async () => {
  bench = await createBench();
  subgraph = await startAsking(bench.database);
});
afterAll(async () => {
  await subgraph.stop();
  await bench.database.drop();
});

const save = (by = responder, patch: object = {}) =>
  subgraph.ask(
    by,
    `mutation($input: SavePageContactInput!) { savePageContact(input: $input) { pageContact { ${contactFields} } } }`,
    { input: { idempotencyKey: randomUUID(), principalId: by.id, ...patch } },
  );

describe('page contacts over GraphQL', () => {
  const webhookUrl = 'https://hooks.example/rea';

  it('are saved and read without their secret', async () => {
    const saved = await save(responder, { email: 'rea@p.example', webhookUrl, webhookSecret: secret });
    const contact = { principalId: responder.id, email: 'rea@p.example', webhookUrl };
    expect(saved).toEqual({ data: { savePageContact: { pageContact: contact } } });
    const own = await subgraph.ask(responder, `{ myPageContact { ${contactFields} } }`);
    expect(own.data).toEqual({ myPageContact: contact });
    expect(codeOf(await save(responder, { webhookUrl: 'https://10.0.0.1/', webhookSecret: secret }))).toBe(
      'INVALID_INPUT',
    );
  });

  it('are in the directory for the platform administrator, and null for incident managers', async () => {
    const query = `{ staff { edges { node { principalId pageContact { ${contactFields} } } } } }`;
    const contactsOf = async (by: typeof admin) => {
      const { data } = await subgraph.ask(by, query);
      const { edges } = data!['staff'] as { edges: { node: { principalId: string; pageContact: unknown } }[] };
      return edges.flatMap(({ node }) => (node.pageContact === null ? [] : [node.principalId]));
    };
    expect(await contactsOf(admin)).toEqual([responder.id]);
    expect(await contactsOf(manager)).toEqual([]);
    expect((await subgraph.ask(legal, `{ myPageContact { email } }`)).data).toEqual({ myPageContact: null });
  });
});

describe('pages over GraphQL', () => {
  it('R-02 are in the incident and in my pages, and are acknowledged, again with the same answer', async () => {
    const incident = await bench.anIncident();
    const ofIncident = (by = responder) =>
      subgraph.ask(by, `query($id: ID!) { incident(id: $id) { pages { ${pageFields} } } }`, { id: incident.id });
    const { data } = await ofIncident();
    const { pages } = data!['incident'] as { pages: { id: string }[] };
    const [{ id } = { id: '' }] = pages;
    await bench.write(admin, async (tx) => callNextStep(tx, await pageStore(tx).lock(id), 60_000));
    const input = { idempotencyKey: randomUUID(), pageId: id };
    const mutation = `mutation($input: AcknowledgePageInput!) { acknowledgePage(input: $input) { page { ${pageFields} } } }`;
    const first = await subgraph.ask(responder, mutation, { input });
    expect(first.errors).toBeUndefined();
    expect(await subgraph.ask(responder, mutation, { input })).toEqual(first);
    const { page } = first.data!['acknowledgePage'] as { page: object };
    expect(page).toMatchObject({
      kind: 'INCIDENT_OPENED',
      incident: { number: incident.number },
      state: 'ACKNOWLEDGED',
      acknowledgedBy: responder.id,
      nextStepAt: null,
      messages: [
        { principalId: responder.id, channel: 'EMAIL', state: 'PLANNED' },
        { principalId: responder.id, channel: 'WEBHOOK', state: 'PLANNED' },
      ],
    });
    const own = await subgraph.ask(responder, `{ myPages(state: ACKNOWLEDGED) { edges { node { ${pageFields} } } } }`);
    expect(own.data).toEqual({ myPages: { edges: [{ node: page }] } });
    expect((await ofIncident(aPrincipal('PARTNER'))).data).toEqual({ incident: { pages: [page] } });
    expect(JSON.stringify(await ofIncident())).not.toMatch(/@|hooks/);
    expect(codeOf(await subgraph.ask(legal, mutation, { input: { ...input, pageId: id } }))).toBe('NOT_FOUND');
  });
});
