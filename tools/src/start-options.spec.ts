import { describe, expect, it } from '@jest/globals';
import { repository } from './paths.ts';
import { startOptions, usage } from './start-options.ts';
import { portNames, portTable } from './ports.ts';

describe('npm start', () => {
  it('keeps its state in .tocsin of the checkout, or where TOCSIN_STATE says', () => {
    expect(startOptions([], {}).state).toBe(`${repository}/.tocsin`);
    expect(startOptions([], { TOCSIN_STATE: 'here', INIT_CWD: '/home/somebody' }).state).toBe('/home/somebody/here');
  });

  it('needs the ports of its own parts only', () => {
    expect(startOptions([], {}).needed).toEqual(portNames);
    const needed = startOptions([], { DATABASE_URL: 'x', KAFKA_BROKERS: 'x', SMTP_URL: 'x' }).needed;
    expect(needed).toEqual(['gateway', 'detection', 'incident', 'classification', 'notification', 'intake', 'files']);
  });

  it('refuses to wipe keys whose data are elsewhere', () => {
    expect(startOptions(['--fresh'], {}).fresh).toBe(true);
    expect(() => startOptions(['--fresh'], { DATABASE_URL: 'x' })).toThrow(/--fresh would wipe the keys/);
  });

  it('refuses a flag it does not know and shows those it does', () => {
    expect(() => startOptions(['--frehs'], {})).toThrow(/--frehs[\s\S]*--fresh/);
  });

  it('explains every port', () => {
    for (const name of portNames) expect(usage()).toContain(portTable[name].setting);
  });
});
