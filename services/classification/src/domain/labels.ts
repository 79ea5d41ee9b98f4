import type { Crspi, Domain, Level, EventGround } from '@tocsin/contracts';

export interface Labels {
  /** In the words of the newer seed page (A); absent where it has none. */
  readonly labelA?: string;
  /** In the words of the older seed page (B). */
  readonly labelB?: string;
}

interface Fields {
  readonly level: Level;
  readonly domains: readonly Domain[];
  readonly crspi: Crspi;
}

/** The three fields together with their names and the ground: what is announced when they are decided. */
export const labelFactsOf = ({
  level,
  domains,
  crspi,
  eventGround,
}: Fields & { readonly eventGround: EventGround | null }) => ({
  ...{ level, domains: [...domains], crspi },
  ...(eventGround !== null && { eventGround }),
  ...labelsOf({ level, domains, crspi }),
});

/** The two pages' own names for the three independent fields (`requirements.md` 2.1, R-45). */
export function labelsOf({ level, domains, crspi }: Fields): Labels {
  const privacy = domains.includes('PRIVACY');
  const declared = crspi === 'DECLARED';
  switch (level) {
    case 'UNCLASSIFIED':
      return {};
    case 'FALSE_POSITIVE':
      return { labelA: 'False positive', labelB: 'False Positive' };
    case 'EVENT':
      return { labelA: privacy ? 'Privacy Event' : 'Security event' };
    case 'INCIDENT':
      if (!declared) return { labelB: privacy ? 'Privacy Breach' : 'Security Incident' };
      return privacy
        ? { labelA: 'Privacy Incident/CRSPI', labelB: 'Privacy Breach + CRSPI' }
        : { labelA: 'Security Incident/CRSPI', labelB: 'CRSPI' };
  }
}
