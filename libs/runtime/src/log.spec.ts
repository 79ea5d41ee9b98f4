import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { pino } from 'pino';
import { createLogger } from './index.ts';

/** What pino would have written: it writes to descriptor 1 through its own stream. */
function linesOf(level: string, write: (log: ReturnType<typeof createLogger>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createLogger('incident', level);
  const stream = (log as unknown as Record<symbol, { write(line: string): void }>)[pino.symbols.streamSym];
  if (stream === undefined) throw new Error('pino has no stream');
  jest.spyOn(stream, 'write').mockImplementation((line) => void lines.push(line));
  write(log);
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('the log', () => {
  it('writes JSON lines with the service, the level by name and the time in UTC', () => {
    const [line] = linesOf('info', (log) => log.info({ incidentId: '7' }, 'opened'));
    expect(line).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/),
      service: 'incident',
      incidentId: '7',
      msg: 'opened',
    });
  });

  it('leaves out what is below its level', () => {
    expect(linesOf('warn', (log) => log.info('quiet'))).toEqual([]);
  });

  it.each(['err', 'error'])('S-51 writes no property that a library attached to an error (%s)', (field) => {
    const cause = Object.assign(new Error('lost'), { parameters: ['ada@example.org'] });
    const error = Object.assign(new Error('query failed', { cause }), {
      code: '57P01',
      parameters: ['ada@example.org'],
      response: { body: 'ada@example.org' },
    });
    const [line] = linesOf('info', (log) => log.error({ [field]: error }, 'failed'));
    expect(Object.keys(line?.[field] as object).sort()).toEqual(['cause', 'code', 'message', 'name', 'stack']);
    expect(line?.[field]).toMatchObject({
      name: 'Error',
      message: 'query failed',
      code: '57P01',
      cause: { message: 'lost' },
    });
    expect(JSON.stringify(line)).not.toContain('ada@example.org');
  });

  it("describes an error of Node's own modules, which under a vm is of another realm", () => {
    const [line] = linesOf('info', (log) => {
      try {
        readFileSync('/no/such/file');
      } catch (error) {
        log.error({ err: error }, 'failed');
      }
    });
    expect(line?.['err']).toMatchObject({ code: 'ENOENT' });
  });

  it('does not write a thrown value that is no error', () => {
    const [line] = linesOf('info', (log) => log.error({ err: { token: 'secret' } }, 'failed'));
    expect(line?.['err']).toEqual({ message: 'a value that is no Error was thrown' });
  });
});
