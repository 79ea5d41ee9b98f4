import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topicOf } from '@tocsin/contracts';
import { createKafkaBus, createTail, type TailEvent } from '@tocsin/messaging';
import { createLogger, loadConfig, type HttpServer, type Part } from '@tocsin/runtime';
import { aPrincipal, eventually, testBroker, testKeys } from '@tocsin/testkit';
import { configShape, type Config } from './config.ts';
import { createService } from './service.ts';
import { cloudEvent, startRig, type Rig } from './testing/rig.ts';

const log = createLogger('detection', process.env['TOCSIN_LOG_LEVEL'] ?? 'silent');

describe('the service as it is wired', () => {
  const started: Part[] = [];
  const seen: TailEvent[] = [];
  let rig: Rig;
  let config: Config;
  beforeAll(async () => {
    rig = await startRig();
    const { event, eventJwks, context, issuer } = await testKeys();
    const { brokers } = testBroker();
    config = loadConfig(configShape, {
      PORT: '0',
      DATABASE_URL: rig.database.url,
      KAFKA_BROKERS: brokers.join(','),
      TOCSIN_CONTEXT_JWKS: JSON.stringify(context.publicJwks),
      TOCSIN_EVENT_PRIVATE_JWK: JSON.stringify(event.detection.privateJwk),
      TOCSIN_EVENT_JWKS: JSON.stringify(eventJwks),
      TOCSIN_INTAKE_PORT: '0',
      TOCSIN_ISSUERS: JSON.stringify([
        { issuer: 'https://issuer.example', algorithms: ['EdDSA'], jwks: issuer.publicJwks },
      ]),
    });
    const topics = [topicOf('detection')];
    const bus = createKafkaBus({ brokers, clientId: 'detection-spec', log });
    const tail = createTail({
      bus,
      groupId: `detection-spec-${randomUUID()}`,
      topics,
      eventKeys: eventJwks,
      onEvent: (one) => seen.push(one),
      onGap: () => undefined,
      log,
    });
    await bus.start();
    await bus.createTopics([...topics, topicOf('incident'), topicOf('classification')], 1);
    for (const part of [tail, ...(await createService(config, log))]) {
      await part.start();
      started.push(part);
    }
    started.unshift(bus);
  });
  afterAll(async () => {
    for (const part of started.toReversed()) await part.stop();
    await rig.stop();
  });

  const portOf = (name: string): number => (started.find((part) => part.name === name) as HttpServer).port();

  it('an event that a detector delivers is on Kafka a moment later, signed by the service', async () => {
    const token = await rig.token(aPrincipal('DETECTOR'));
    const response = await fetch(`http://127.0.0.1:${portOf('intake')}/v1/signals`, {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json', authorization: `Bearer ${token}` },
      body: JSON.stringify(cloudEvent()),
    });
    expect(response.status).toBe(202);
    const { results } = (await response.json()) as { results: { detectionIds: string[] }[] };
    const detectionId = results[0]?.detectionIds[0];
    const event = await eventually(() => {
      const found = seen.find(({ key }) => key === detectionId);
      if (found === undefined) throw new Error('not yet');
      return found;
    });
    expect(event).toMatchObject({
      type: 'tocsin.detection.DetectionRaised.v1',
      data: { detectionId, level: 'CRITICAL' },
    });
  });

  it('is live and ready, counts the signals, and answers a call without context with a bare 401', async () => {
    const at = `http://127.0.0.1:${portOf('subgraph')}`;
    expect((await fetch(`${at}/health/live`)).status).toBe(200);
    expect(await (await fetch(`${at}/health/ready`)).json()).toEqual({ status: 'ready', waitingFor: [] });
    expect(await (await fetch(`${at}/metrics`)).text()).toContain('tocsin_signals_total{status="MATCHED"');
    const bare = await fetch(`${at}/graphql`, { method: 'POST', body: '{"query":"{__typename}"}' });
    expect([bare.status, await bare.text()]).toEqual([401, '']);
  });

  it('D-3 refuses to start with a broken rule', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tocsin-rules-'));
    writeFileSync(join(folder, 'broken.yml'), 'title: x');
    const broken = { ...config, TOCSIN_RULES_DIR: configShape.TOCSIN_RULES_DIR.parse(folder) };
    await expect(createService(broken, log)).rejects.toMatchObject({ code: 'RULE_INVALID' });
  });
});
