import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';

/* `run` owns its process, so each test gives it one. */

const root = join(__dirname, '../../..');
const runtime = pathToFileURL(join(__dirname, 'index.ts')).href;

/** A part that says what happens to it; each test puts the rest of the program in place of `rest`. */
const program = (rest: string): string => `
  const { createLogger, run } = await import(${JSON.stringify(runtime)});
  const say = (text) => void process.stdout.write(text + '\\n');
  const part = (name, more = {}) => ({
    name,
    start: async () => { say('start ' + name); await more.start?.(); },
    stop: async () => { say('stop ' + name); await more.stop?.(); },
    ready: () => true,
  });
  const alive = setInterval(() => undefined, 1000);
  ${rest}
  say('running');
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tocsin-run-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

interface End {
  readonly code: number | null;
  readonly said: readonly string[];
}

/** Runs the program to its end; does `whenRunning` once it says so. */
async function runProgram(
  rest: string,
  whenRunning: (child: ChildProcess) => void = () => undefined,
  env: Record<string, string> = {},
): Promise<End> {
  const file = join(folder, `${String(Math.random()).slice(2)}.mjs`);
  writeFileSync(file, program(rest));
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions=@tocsin/source', file], {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  const { stdout } = child;
  if (stdout === null) throw new Error('the child has no output');
  let text = '';
  let isRunning = false;
  stdout.on('data', (chunk: Buffer) => {
    text += chunk.toString();
    if (isRunning || !text.includes('running\n')) return;
    isRunning = true;
    whenRunning(child);
  });
  // Not 'close', which Node does not emit once the parent has left the channel.
  const [[code]] = await Promise.all([once(child, 'exit') as Promise<[number | null]>, once(stdout, 'end')]);
  return { code, said: text.split('\n').filter((line) => /^(start|stop) /.test(line)) };
}

const two = `await run(createLogger('spec', 'silent'), [part('a'), part('b')]);`;
const inAndOut = ['start a', 'start b', 'stop b', 'stop a'];

describe('run', () => {
  jest.setTimeout(30_000);

  it.each(['SIGTERM', 'SIGINT'] as const)('on %s stops in reverse order and exits 0', async (signal) => {
    expect(await runProgram(two, (child) => child.kill(signal))).toEqual({ code: 0, said: inAndOut });
  });

  it('stops when the parent that supervises it is gone', async () => {
    const end = await runProgram(two, (child) => child.disconnect(), { TOCSIN_SUPERVISED: '1' });
    expect(end).toEqual({ code: 0, said: inAndOut });
  });

  it('stops the others when one cannot be stopped', async () => {
    const rest = `await run(createLogger('spec', 'silent'), [
      part('a'), part('b', { stop: () => { throw new Error('stuck'); } }),
    ]);`;
    expect(await runProgram(rest, (child) => child.kill('SIGTERM'))).toEqual({ code: 0, said: inAndOut });
  });

  it('exits 1 when a part cannot start; stops that one too, and starts no other', async () => {
    const rest = `await run(createLogger('spec', 'silent'), [
      part('a'), part('b', { start: () => { throw new Error('no'); } }), part('c'),
    ]);`;
    expect(await runProgram(rest)).toEqual({ code: 1, said: inAndOut });
  });

  it.each([
    ['an error that nobody caught', `setTimeout(() => { throw new Error('bug'); }, 1);`],
    ['a rejection that nobody caught', `setTimeout(() => void Promise.reject(new Error('bug')), 1);`],
  ])('stops in order and exits 1 after %s', async (_, bug) => {
    expect(await runProgram(`${two}\n${bug}`)).toEqual({ code: 1, said: inAndOut });
  });
});
