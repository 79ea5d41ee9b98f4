/** A fictional customer of the demo; `services` are the families it subscribes to. */
export interface DemoTenant {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly services: readonly ('AZURE' | 'DYNAMICS_365' | 'POWER_PLATFORM' | 'AZURE_GOVERNMENT')[];
}

/** The ids never change: tokens, the recorded events of the demo and the directory name the same tenants. */
export const demoTenants = [
  {
    id: '5b0c7c1e-3f0a-4d57-9a53-0d1f6a1c1a01',
    slug: 'aldermoor',
    name: 'Aldermoor Logistics',
    services: ['AZURE'],
  },
  {
    id: '8f2d9a44-61be-4c0b-8e6e-7c2b5d9e2b02',
    slug: 'brightwater',
    name: 'Brightwater Utilities',
    services: ['AZURE', 'DYNAMICS_365'],
  },
  {
    id: 'c3a1e6d7-9b24-4f8c-a7d1-3e4f8b0a3c03',
    slug: 'cinderhall',
    name: 'Cinderhall Museums',
    services: ['POWER_PLATFORM'],
  },
  {
    id: 'e94b05f8-2c6d-4a1e-b3f9-5a6c7d8e4d04',
    slug: 'dunmere',
    name: 'Dunmere County Council',
    services: ['AZURE_GOVERNMENT'],
  },
  {
    id: '1d7e8c39-a5f2-4b6d-8c40-9b8a7c6d5e05',
    slug: 'eastvale',
    name: 'Eastvale Clinics',
    services: ['AZURE'],
  },
] as const satisfies readonly DemoTenant[];
