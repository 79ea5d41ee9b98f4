import type { ServiceFamily } from '@tocsin/contracts';
import type { Subscription } from './recipients.ts';
import type { Tenant } from './tenant.ts';

/** A compromise that only the customer's realm knows: the tenant leads, and we say how to get help. */
export interface HandOver {
  readonly id: string;
  readonly version: number;
  readonly tenantId: string;
  /** What was handed over: one of the two. The tenant is told neither. */
  readonly incidentId: string | null;
  readonly detectionId: string | null;
  /** The contracted support route, as it was when it was issued. */
  readonly supportRoute: string | null;
  readonly tools: readonly string[];
  readonly issuedAt: Date;
}

/** What is handed over, to whom. */
export type HandOverOrder = Pick<HandOver, 'id' | 'tenantId' | 'incidentId' | 'detectionId'>;

/** What each family offers its customers for an investigation of their own. */
const toolsOf: Readonly<Record<ServiceFamily, readonly string[]>> = {
  AZURE: ['Microsoft Defender for Cloud', 'Microsoft Sentinel', 'Azure Monitor activity log'],
  AZURE_GOVERNMENT: ['Microsoft Defender for Cloud', 'Microsoft Sentinel', 'Azure Monitor activity log'],
  DYNAMICS_365: ['Microsoft Purview Audit', 'Microsoft Sentinel'],
  POWER_PLATFORM: ['Microsoft Purview Audit', 'Microsoft Sentinel'],
};

/** Names the tenant's contracted support route if it has one, and the tools of what it subscribes to; all if to nothing. */
export function handOver(
  order: HandOverOrder,
  tenant: Pick<Tenant, 'supportRoute'> | null,
  subscriptions: readonly Pick<Subscription, 'family'>[],
  now: Date,
): HandOver {
  const families = subscriptions.map(({ family }) => family);
  const offered = families.length === 0 ? Object.values(toolsOf) : families.map((family) => toolsOf[family]);
  const tools = [...new Set(offered.flat())];
  return { ...order, version: 1, supportRoute: tenant?.supportRoute ?? null, tools, issuedAt: now };
}
