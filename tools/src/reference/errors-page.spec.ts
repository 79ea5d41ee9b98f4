import { describe, expect, it } from '@jest/globals';
import { errorsPage } from './errors-page.ts';

const refusal = (code: string, description: string, isShared = false) => ({ code, description, isShared });
const incident = (...refusals: ReturnType<typeof refusal>[]) => ({ name: 'incident' as const, settings: [], refusals });
const gateway = (...refusals: ReturnType<typeof refusal>[]) => ({ name: 'gateway' as const, settings: [], refusals });

describe('the page of error codes', () => {
  it('names everybody who raises a code, by code', () => {
    const page = errorsPage([
      incident(refusal('LATE', 'Too late.'), refusal('EARLY', 'Too early.')),
      gateway(refusal('LATE', 'Too late.')),
    ]);
    expect(page).toContain('| `LATE` | incident, gateway | Too late. |');
    expect(page.indexOf('`EARLY`')).toBeLessThan(page.indexOf('`LATE`'));
  });

  it('lists a shared code once', () => {
    const shared = refusal('NOT_FOUND', 'There is none.', true);
    expect(errorsPage([incident(shared), gateway(shared)])).toContain('| `NOT_FOUND` | any part | There is none. |');
  });

  it('refuses a code with two meanings', () => {
    const parts = [incident(refusal('LATE', 'Too late.')), gateway(refusal('LATE', 'After noon.'))];
    expect(() => errorsPage(parts)).toThrow('LATE means one thing in incident and another in gateway');
  });
});
