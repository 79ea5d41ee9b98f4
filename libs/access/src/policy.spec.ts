import { describe, expect, it } from '@jest/globals';
import { can, mayAtAll, mustBeAllowed, policy, Role, type Operation, type Principal, type Relation } from './index.ts';

const tenantId = '0b6f2f0e-3c57-4c5e-9d0f-5f3f3a2f7c11';
const otherTenantId = '6f0d7a52-6a0b-4a86-8a2b-1d0a3f8b9c22';

/** The roles of `security.md` section 2 as it abbreviates them. */
const roleOf = {
  RES: 'RESPONDER',
  ENG: 'SERVICE_ENGINEER',
  IM: 'INCIDENT_MANAGER',
  EIM: 'EXECUTIVE_INCIDENT_MANAGER',
  LEG: 'LEGAL',
  PRV: 'PRIVACY_OFFICER',
  COM: 'COMMUNICATIONS',
  AUD: 'AUDITOR',
  CA: 'CUSTOMER_ADMIN',
  CR: 'CUSTOMER_READER',
  PAR: 'PARTNER',
  DET: 'DETECTOR',
  PLA: 'PLATFORM_ADMIN',
} as const satisfies Record<string, Role>;

const staff = 'RES ENG IM EIM LEG PRV COM';

/** Written a second time on purpose: whoever widens a row of the policy must say so here too. `PAR`: the provider's own. */
const matrix: Record<Operation, readonly ['member' | 'tenant' | 'none', string]> = {
  recordSignal: ['none', `DET ${staff} CA`],
  'read:signal': ['none', 'RES ENG IM PAR'],
  'read:detection': ['none', 'RES ENG IM PAR'],
  'read:detector': ['none', 'RES ENG IM PAR'],
  promoteDetection: ['none', 'RES'],
  dismissDetection: ['none', 'RES'],
  reopenDetection: ['none', 'RES'],
  'read:tuningTask': ['none', 'RES ENG IM'],
  startTuningTask: ['none', 'ENG'],
  closeTuningTask: ['none', 'ENG'],
  'read:suppression': ['none', 'RES ENG IM'],
  proposeSuppression: ['none', 'ENG'],
  reviseSuppression: ['none', 'ENG'],
  replaySuppression: ['none', 'ENG'],
  activateSuppression: ['none', 'ENG'],
  rejectSuppression: ['none', 'ENG'],
  revokeSuppression: ['none', 'ENG'],
  saveStaffMember: ['none', 'PLA'],
  'read:staffMember': ['none', 'PLA IM'],
  savePageContact: ['none', 'PLA'],
  saveOwnPageContact: ['none', staff],
  'read:pageContact': ['none', 'PLA'],
  'read:ownPageContact': ['none', staff],
  'read:page': ['member', `${staff} PAR`],
  acknowledgePage: ['member', staff],
  'read:incident': ['member', `${staff} PAR`],
  assign: ['member', 'IM'],
  decideResponsibility: ['member', 'RES IM'],
  addEvidence: ['member', staff],
  uploadEvidence: ['member', staff],
  openEvidence: ['member', staff],
  recordCustody: ['member', staff],
  'read:transfer': ['member', staff],
  requestTransfer: ['member', staff],
  approveTransfer: ['member', 'IM'],
  rejectTransfer: ['member', 'IM'],
  executeTransfer: ['member', staff],
  advanceStage: ['member', 'RES IM'],
  recordAction: ['member', staff],
  startAction: ['member', staff],
  completeAction: ['member', staff],
  cancelAction: ['member', staff],
  reviewAction: ['member', staff],
  verifyContainment: ['member', staff],
  closeIncident: ['member', 'RES IM'],
  reopenIncident: ['member', 'IM'],
  relateIncidents: ['member', staff],
  mergeIncidents: ['member', 'RES IM'],
  splitIncident: ['member', 'RES IM'],
  setPlanRef: ['member', 'IM'],
  'read:postMortem': ['member', 'IM EIM LEG PRV'],
  'read:postMortemSummary': ['member', staff],
  savePostMortem: ['member', 'IM EIM LEG PRV'],
  submitPostMortem: ['member', 'IM EIM LEG PRV'],
  returnPostMortem: ['member', 'IM EIM LEG PRV'],
  approvePostMortem: ['member', 'IM'],
  recordSopVersion: ['member', 'IM EIM LEG PRV'],
  completePostMortem: ['member', 'IM'],
  saveSummary: ['member', 'IM EIM LEG PRV'],
  approveSummary: ['member', 'LEG'],
  saveExercise: ['none', 'IM'],
  approveRulesOfEngagement: ['none', 'IM EIM'],
  startExercise: ['none', 'IM'],
  endExercise: ['none', 'IM'],
  recordRedAction: ['none', staff],
  forkRealIncident: ['member', 'IM'],
  'read:exercise': ['none', staff],
  'read:everyExercise': ['none', 'IM EIM'],
  addTimelineEntry: ['member', staff],
  correctTimelineEntry: ['member', staff],
  renameIncident: ['member', 'RES IM'],
  setTlp: ['member', 'IM'],
  'read:rota': ['none', `PLA ${staff}`],
  saveRota: ['none', 'PLA IM'],
  overrideOnCall: ['none', 'PLA IM'],
  removeOverride: ['none', 'PLA IM'],
  retireRota: ['none', 'PLA IM'],
  grantAudit: ['member', 'LEG EIM'],
  revokeAuditGrant: ['member', 'LEG EIM'],
  'read:auditGrant': ['member', 'LEG EIM IM'],
  'read:auditRecord': ['member', 'AUD LEG PRV'],
  exportAudit: ['member', 'AUD LEG EIM'],
  'read:classification': ['member', `${staff} PAR`],
  'read:verdictPreview': ['none', 'RES ENG IM EIM LEG PRV'],
  'read:severityPreview': ['none', 'RES ENG IM EIM LEG PRV'],
  'read:lookAlikeCase': ['none', 'RES ENG IM EIM LEG PRV'],
  assess: ['member', 'RES IM'],
  classify: ['member', 'IM ENG'],
  recordSuspicion: ['member', staff],
  standDown: ['member', staff],
  declareCrspi: ['member', 'IM'],
  declineCrspi: ['member', 'IM'],
  retractDeclaration: ['member', 'IM'],
  authorizeExecution: ['member', 'IM'],
  setScope: ['member', staff],
  recordAwareness: ['member', 'PRV LEG'],
  decidePersonalDataBreach: ['member', 'PRV LEG'],
  decideVerdict: ['member', 'PRV LEG'],
  saveTenant: ['none', 'PLA'],
  saveContact: ['none', 'PLA'],
  saveOwnContact: ['tenant', 'CA'],
  'read:tenant': ['none', `PLA ${staff}`],
  'read:ownTenant': ['tenant', 'CA CR'],
  'read:contact': ['none', 'PLA COM'],
  'read:ownContact': ['tenant', 'CA'],
  'read:notification': ['member', `${staff} PAR`],
  draftNotice: ['member', 'COM'],
  approveNotice: ['member', 'LEG'],
  sendNotice: ['member', 'COM IM'],
  placeHold: ['member', 'IM'],
  approveHold: ['member', 'LEG EIM'],
  rejectHold: ['member', 'LEG EIM IM'],
  renewHold: ['member', 'IM'],
  releaseHold: ['member', 'IM'],
  'read:advisory': ['tenant', 'CA CR'],
  'read:handOver': ['tenant', 'CA CR'],
  'subscribe:incidentEvents': ['none', `${staff} PAR`],
};

const operations = Object.keys(matrix) as Operation[];
const rolesOf = (operation: Operation): readonly Role[] =>
  matrix[operation][1].split(' ').map((short) => roleOf[short as keyof typeof roleOf]);

const somebody = (roles: readonly string[], more: Partial<Principal> = {}): Principal => ({
  id: 'user:somebody',
  kind: 'user',
  roles: roles as Role[],
  scopes: [],
  ...more,
});

/** Somebody in this role for whom nothing else is missing: scope, tenant. */
const inRole = (role: Role): Principal => {
  if (role === 'PARTNER') return somebody([role], { scopes: ['read:provider-feed'] });
  return somebody([role], role.startsWith('CUSTOMER_') ? { tenantId } : {});
};

/** An object that is as close to this role as can be. */
const closest = (role: Role): Relation => ({ memberAs: [role], tenantId });

/** The code of the refusal; undefined if it is allowed. */
function refusalOf(principal: Principal, operation: string, relation?: Relation): unknown {
  try {
    mustBeAllowed(principal, operation as Operation, relation);
    return undefined;
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
}

const cellsOf = (operation: Operation): Record<string, unknown> =>
  Object.fromEntries(Role.options.map((role) => [role, refusalOf(inRole(role), operation, closest(role))]));

describe('the policy table', () => {
  it('has exactly the operations of this matrix, with these relations', () => {
    const relations = Object.entries(policy).map(([operation, { relation }]) => [operation, relation]);
    expect(Object.fromEntries(relations)).toEqual(
      Object.fromEntries(Object.entries(matrix).map(([operation, [relation]]) => [operation, relation])),
    );
  });

  it.each(operations)('S-3 %s is FORBIDDEN to every role outside its row, however close the object', (operation) => {
    const opens = rolesOf(operation);
    const expected = Role.options.map((role) => [role, opens.includes(role) ? undefined : 'FORBIDDEN']);
    expect(cellsOf(operation)).toEqual(Object.fromEntries(expected));
  });

  it.each(operations.filter((operation) => matrix[operation][0] !== 'none'))(
    'S-3 %s is NOT_FOUND to its own roles if the object is not theirs',
    (operation) => {
      for (const role of rolesOf(operation).filter((known) => known !== 'PARTNER')) {
        for (const relation of [undefined, {}, { memberAs: [], tenantId: null }, { tenantId: otherTenantId }]) {
          expect([role, refusalOf(inRole(role), operation, relation)]).toEqual([role, 'NOT_FOUND']);
        }
      }
    },
  );
});

describe('S-1 an operation without a row', () => {
  it.each(['deleteIncident', '', 'read:', 'constructor', 'toString', '__proto__', 'hasOwnProperty'])(
    'is denied to everybody: "%s"',
    (operation) => {
      const everybody = somebody(Role.options, { scopes: ['read:provider-feed'] });
      expect(can(everybody, operation as Operation, { memberAs: Role.options })).toBe(false);
      expect(refusalOf(everybody, operation, { memberAs: Role.options })).toBe('FORBIDDEN');
    },
  );
});

describe('S-2 a principal without a known role', () => {
  it.each([
    ['no role', []],
    ['an empty role', ['']],
    ['an unknown role', ['SYSTEM']],
    ['a role in lower case', ['responder']],
  ])('may do nothing: %s', (_, roles) => {
    const principal = somebody(roles, { tenantId, scopes: ['read:provider-feed'] });
    for (const operation of operations) {
      expect([operation, refusalOf(principal, operation, { memberAs: Role.options, tenantId })]).toEqual([
        operation,
        'FORBIDDEN',
      ]);
    }
  });
});

describe('the relation "member"', () => {
  it('asks for a present membership in a role that opens the operation and that the principal has', () => {
    const manager = somebody(['INCIDENT_MANAGER']);
    expect(can(manager, 'assign', { memberAs: ['INCIDENT_MANAGER'] })).toBe(true);
    expect(can(manager, 'assign', { memberAs: ['LEGAL'] })).toBe(false);
  });

  it('does not mix one role of the token with another role of the membership', () => {
    const both = somebody(['INCIDENT_MANAGER', 'LEGAL']);
    expect(can(both, 'approveNotice', { memberAs: ['INCIDENT_MANAGER'] })).toBe(false);
    expect(can(both, 'approveNotice', { memberAs: ['LEGAL'] })).toBe(true);
    // A membership that outlived the role.
    expect(can(somebody(['RESPONDER']), 'approveNotice', { memberAs: ['LEGAL'] })).toBe(false);
  });
});

describe('the relation "tenant"', () => {
  it('never matches two unknown tenants', () => {
    const lost = somebody(['CUSTOMER_ADMIN']);
    expect(can(lost, 'read:ownContact', {})).toBe(false);
    expect(can(lost, 'read:ownContact', { tenantId: null })).toBe(false);
  });
});

describe("the provider's own partner", () => {
  const reads = operations.filter((operation) => rolesOf(operation).includes('PARTNER'));

  it('reads without a membership', () => {
    for (const operation of reads) expect([operation, can(inRole('PARTNER'), operation)]).toEqual([operation, true]);
  });

  it('needs the scope, and must not have a tenant', () => {
    const scopes = ['read:provider-feed'];
    for (const operation of reads) {
      expect(mayAtAll(somebody(['PARTNER']), operation)).toBe(false);
      expect(mayAtAll(somebody(['PARTNER'], { scopes: ['read:incident'] }), operation)).toBe(false);
      expect(mayAtAll(somebody(['PARTNER'], { scopes, tenantId }), operation)).toBe(false);
      expect(mayAtAll(somebody(['AUDITOR'], { scopes }), operation)).toBe(false);
    }
  });
});
