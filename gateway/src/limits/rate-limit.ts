import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { isStaff, type Principal } from '@tocsin/access';

/** Points a minute (`security.md` section 4). */
const points = { staff: 50_000, others: 10_000 };

/** Takes points from the principal's minute; the seconds to wait if they do not suffice, else undefined. */
export type RateLimit = (principal: Principal, cost: number) => Promise<number | undefined>;

/** Per member of staff, per customer's tenant, per partner or device; kept in this process. */
export function createRateLimit(): RateLimit {
  const staff = new RateLimiterMemory({ keyPrefix: 'staff', points: points.staff, duration: 60 });
  const others = new RateLimiterMemory({ keyPrefix: 'others', points: points.others, duration: 60 });
  return async (principal, cost) => {
    const limiter = isStaff(principal) ? staff : others;
    try {
      await limiter.consume(principal.tenantId ?? principal.id, Math.max(1, cost));
      return undefined;
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000));
      throw refusal;
    }
  };
}
