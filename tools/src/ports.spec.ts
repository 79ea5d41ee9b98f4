import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePorts, mustBeFree, portNames, portsFrom, portTable } from './ports.ts';

describe('ports', () => {
  it('are the documented ones unless a setting says otherwise', () => {
    expect(portsFrom({})).toMatchObject({ gateway: 4000, detection: 4001, notification: 4004, postgres: 4032 });
    expect(portsFrom({ TOCSIN_GATEWAY_PORT: '5000' })).toMatchObject({ gateway: 5000, detection: 4001 });
  });

  it('are refused with the names of all wrong settings', () => {
    const settings = { TOCSIN_GATEWAY_PORT: '0', TOCSIN_KAFKA_PORT: '70000', TOCSIN_INTAKE_PORT: '12a' };
    expect(() => portsFrom(settings)).toThrow(
      /TOCSIN_GATEWAY_PORT must be.*\nTOCSIN_INTAKE_PORT must be.*\nTOCSIN_KAFKA_PORT must be/,
    );
  });

  it('are refused when two parts would get the same', () => {
    expect(() => portsFrom({ TOCSIN_GATEWAY_PORT: '4001' })).toThrow(
      'Port 4001 was given to TOCSIN_GATEWAY_PORT and TOCSIN_DETECTION_PORT.',
    );
  });

  it('that are taken are reported with their part and their setting, all of them at once', async () => {
    const ports = await freePorts();
    const servers = [ports.gateway, ports.kafka].map((port) => createServer().listen(port, '127.0.0.1'));
    await Promise.all(servers.map((server) => new Promise((resolve) => server.once('listening', resolve))));
    try {
      const message = [
        `Port ${String(ports.gateway)} for the gateway is taken. Free it, or set TOCSIN_GATEWAY_PORT to another one.`,
        `Port ${String(ports.kafka)} for Kafka is taken. Free it, or set TOCSIN_KAFKA_PORT to another one.`,
      ].join('\n');
      await expect(mustBeFree(ports, portNames)).rejects.toThrow(message);
      await mustBeFree(ports, ['detection', 'smtp']);
    } finally {
      await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
    }
  });

  it('that are free differ from each other', async () => {
    const ports = Object.values(await freePorts());
    expect(new Set(ports).size).toBe(portNames.length);
  });

  it('have settings of their own', () => {
    const settings = portNames.map((name) => portTable[name].setting);
    expect(new Set(settings).size).toBe(settings.length);
  });
});
