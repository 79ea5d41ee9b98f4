import type { Rota, RotaLayer } from './rota.ts';

/* Builders for specs. */

/** Ada and Bob take turns, each Monday at 09:00. */
export const aLayer = (patch: Partial<RotaLayer> = {}): RotaLayer => ({
  participants: ['user:ada', 'user:bob'],
  startsOn: '2026-01-05',
  handOverDay: 'MONDAY',
  handOverTime: '09:00',
  weeks: 1,
  zone: null,
  windows: [],
  ...patch,
});

export const aRota = (patch: Partial<Rota> = {}): Rota => ({
  id: '00000000-0000-4000-8000-00000000b07a',
  version: 1,
  role: 'RESPONDER',
  name: 'first line',
  zone: 'Europe/Berlin',
  layers: [aLayer()],
  overrides: [],
  retiredAt: null,
  retiredBy: null,
  retireReason: null,
  ...patch,
});

export const everybody: ReadonlySet<string> = new Set(['user:ada', 'user:bob', 'user:cyd']);

/** `2026-03-29T00:30Z/2026-03-29T01:00Z` */
export const spanOf = (text: string): { from: Date; to: Date } => {
  const [from = '', to = ''] = text.split('/');
  return { from: new Date(from), to: new Date(to) };
};
