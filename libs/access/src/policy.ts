import { customerRoles, isProviderPartner, staffRoles, type Principal, type Role } from './principal.ts';

/** What the object of a request has to do with the principal; the service finds it out, the policy uses it. */
export interface Relation {
  /** The roles in which the principal is a present member of the incident. */
  readonly memberAs?: readonly Role[];
  /** The tenant the object belongs to. */
  readonly tenantId?: string | null;
}

/** Who may do one thing: `roles` opens it; `membership` asks for one of these roles in the incident as well. */
export interface PolicyRow {
  readonly roles: readonly Role[];
  /** `member`: a present member of the incident in one of `roles`; `tenant`: the object's own tenant; `none`: the role is enough. */
  readonly relation: 'member' | 'tenant' | 'none';
  /** The provider's own integration (scope `read:provider-feed`) may read it too. */
  readonly providerPartner?: true;
}

const row = (
  roles: readonly Role[],
  relation: PolicyRow['relation'],
  extra: { providerPartner?: true } = {},
): PolicyRow => ({
  roles,
  relation,
  ...extra,
});

const team = staffRoles;
const judges = team.filter((role) => role !== 'COMMUNICATIONS');
const managers = ['INCIDENT_MANAGER'] as const;
/** Who judge what a breach means in law. */
const officers = ['PRIVACY_OFFICER', 'LEGAL'] as const;
/** The few who may know what went wrong, and how. */
const reviewers = ['INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER', 'LEGAL', 'PRIVACY_OFFICER'] as const;
/** Who may let an auditor in. */
const grantors = ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'] as const;
/** Who may let what is owed to customers wait (I-17). */
const holders = ['LEGAL', 'EXECUTIVE_INCIDENT_MANAGER'] as const;
const readers = { providerPartner: true } as const;

/**
 * The one table of permissions (`security.md` section 2). A name that is not here is denied to everybody (S-1).
 * Commands are named as their GraphQL mutations, reads as `read:<type>`.
 */
export const policy = {
  // detection
  recordSignal: row(['DETECTOR', ...staffRoles, 'CUSTOMER_ADMIN'], 'none'),
  'read:signal': row(['RESPONDER', 'SERVICE_ENGINEER', 'INCIDENT_MANAGER'], 'none', readers),
  'read:detection': row(['RESPONDER', 'SERVICE_ENGINEER', 'INCIDENT_MANAGER'], 'none', readers),
  'read:detector': row(['RESPONDER', 'SERVICE_ENGINEER', 'INCIDENT_MANAGER'], 'none', readers),
  promoteDetection: row(['RESPONDER'], 'none'),
  dismissDetection: row(['RESPONDER'], 'none'),
  reopenDetection: row(['RESPONDER'], 'none'),
  'read:tuningTask': row(['RESPONDER', 'SERVICE_ENGINEER', 'INCIDENT_MANAGER'], 'none'),
  startTuningTask: row(['SERVICE_ENGINEER'], 'none'),
  closeTuningTask: row(['SERVICE_ENGINEER'], 'none'),
  'read:suppression': row(['RESPONDER', 'SERVICE_ENGINEER', 'INCIDENT_MANAGER'], 'none'),
  proposeSuppression: row(['SERVICE_ENGINEER'], 'none'),
  reviseSuppression: row(['SERVICE_ENGINEER'], 'none'),
  replaySuppression: row(['SERVICE_ENGINEER'], 'none'),
  activateSuppression: row(['SERVICE_ENGINEER'], 'none'),
  rejectSuppression: row(['SERVICE_ENGINEER'], 'none'),
  revokeSuppression: row(['SERVICE_ENGINEER'], 'none'),
  // incident
  saveStaffMember: row(['PLATFORM_ADMIN'], 'none'),
  'read:staffMember': row(['PLATFORM_ADMIN', 'INCIDENT_MANAGER'], 'none'),
  savePageContact: row(['PLATFORM_ADMIN'], 'none'),
  saveOwnPageContact: row(team, 'none'),
  'read:pageContact': row(['PLATFORM_ADMIN'], 'none'),
  'read:ownPageContact': row(team, 'none'),
  'read:page': row(team, 'member', readers),
  acknowledgePage: row(team, 'member'),
  'read:incident': row(team, 'member', readers),
  assign: row(managers, 'member'),
  decideResponsibility: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  addEvidence: row(team, 'member'),
  uploadEvidence: row(team, 'member'),
  openEvidence: row(team, 'member'),
  recordCustody: row(team, 'member'),
  'read:transfer': row(team, 'member'),
  requestTransfer: row(team, 'member'),
  approveTransfer: row(managers, 'member'),
  rejectTransfer: row(managers, 'member'),
  executeTransfer: row(team, 'member'),
  advanceStage: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  recordAction: row(team, 'member'),
  startAction: row(team, 'member'),
  completeAction: row(team, 'member'),
  cancelAction: row(team, 'member'),
  reviewAction: row(team, 'member'),
  verifyContainment: row(team, 'member'),
  closeIncident: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  reopenIncident: row(managers, 'member'),
  relateIncidents: row(team, 'member'),
  mergeIncidents: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  splitIncident: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  setPlanRef: row(managers, 'member'),
  'read:postMortem': row(reviewers, 'member'),
  'read:postMortemSummary': row(team, 'member'),
  savePostMortem: row(reviewers, 'member'),
  submitPostMortem: row(reviewers, 'member'),
  returnPostMortem: row(reviewers, 'member'),
  approvePostMortem: row(managers, 'member'),
  recordSopVersion: row(reviewers, 'member'),
  completePostMortem: row(managers, 'member'),
  saveSummary: row(reviewers, 'member'),
  approveSummary: row(['LEGAL'], 'member'),
  saveExercise: row(managers, 'none'),
  approveRulesOfEngagement: row(['INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER'], 'none'),
  startExercise: row(managers, 'none'),
  endExercise: row(managers, 'none'),
  recordRedAction: row(team, 'none'),
  forkRealIncident: row(managers, 'member'),
  'read:exercise': row(team, 'none'),
  'read:everyExercise': row(['INCIDENT_MANAGER', 'EXECUTIVE_INCIDENT_MANAGER'], 'none'),
  addTimelineEntry: row(team, 'member'),
  correctTimelineEntry: row(team, 'member'),
  renameIncident: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  setTlp: row(managers, 'member'),
  'read:rota': row(['PLATFORM_ADMIN', ...team], 'none'),
  saveRota: row(['PLATFORM_ADMIN', 'INCIDENT_MANAGER'], 'none'),
  overrideOnCall: row(['PLATFORM_ADMIN', 'INCIDENT_MANAGER'], 'none'),
  removeOverride: row(['PLATFORM_ADMIN', 'INCIDENT_MANAGER'], 'none'),
  retireRota: row(['PLATFORM_ADMIN', 'INCIDENT_MANAGER'], 'none'),
  grantAudit: row(grantors, 'member'),
  revokeAuditGrant: row(grantors, 'member'),
  'read:auditGrant': row([...grantors, ...managers], 'member'),
  // A grant in force makes its holder a member in the role AUDITOR, for these reads alone (I-33).
  'read:auditRecord': row(['AUDITOR', 'LEGAL', 'PRIVACY_OFFICER'], 'member'),
  exportAudit: row(['AUDITOR', ...grantors], 'member'),
  // classification
  'read:classification': row(team, 'member', readers),
  'read:verdictPreview': row(judges, 'none'),
  'read:severityPreview': row(judges, 'none'),
  'read:lookAlikeCase': row(judges, 'none'),
  assess: row(['RESPONDER', 'INCIDENT_MANAGER'], 'member'),
  classify: row(['INCIDENT_MANAGER', 'SERVICE_ENGINEER'], 'member'),
  recordSuspicion: row(team, 'member'),
  standDown: row(team, 'member'),
  declareCrspi: row(managers, 'member'),
  declineCrspi: row(managers, 'member'),
  retractDeclaration: row(managers, 'member'),
  authorizeExecution: row(managers, 'member'),
  setScope: row(team, 'member'),
  recordAwareness: row(officers, 'member'),
  decidePersonalDataBreach: row(officers, 'member'),
  decideVerdict: row(officers, 'member'),
  // notification
  saveTenant: row(['PLATFORM_ADMIN'], 'none'),
  saveContact: row(['PLATFORM_ADMIN'], 'none'),
  saveOwnContact: row(['CUSTOMER_ADMIN'], 'tenant'),
  'read:tenant': row(['PLATFORM_ADMIN', ...staffRoles], 'none'),
  'read:ownTenant': row(customerRoles, 'tenant'),
  'read:contact': row(['PLATFORM_ADMIN', 'COMMUNICATIONS'], 'none'),
  'read:ownContact': row(['CUSTOMER_ADMIN'], 'tenant'),
  'read:notification': row(team, 'member', readers),
  draftNotice: row(['COMMUNICATIONS'], 'member'),
  approveNotice: row(['LEGAL'], 'member'),
  sendNotice: row(['COMMUNICATIONS', 'INCIDENT_MANAGER'], 'member'),
  placeHold: row(managers, 'member'),
  approveHold: row(holders, 'member'),
  rejectHold: row([...holders, ...managers], 'member'),
  renewHold: row(managers, 'member'),
  releaseHold: row(managers, 'member'),
  'read:advisory': row(customerRoles, 'tenant'),
  'read:handOver': row(customerRoles, 'tenant'),
  // gateway
  'subscribe:incidentEvents': row(team, 'none', readers),
} as const satisfies Record<string, PolicyRow>;

export type Operation = keyof typeof policy;

/** Decides role and relation together. Unknown, empty or missing means no (S-2). */
export function can(principal: Principal, operation: Operation, relation: Relation = {}): boolean {
  return mayAtAll(principal, operation) && isRelated(principal, policy[operation], relation);
}

/** Whether the role alone opens the operation; if not, the refusal is FORBIDDEN and tells nothing about the object. */
export function mayAtAll(principal: Principal, operation: Operation): boolean {
  // `policy[operation]` alone would find `constructor` too.
  if (!Object.hasOwn(policy, operation)) return false;
  const rule: PolicyRow = policy[operation];
  return rule.roles.some((role) => principal.roles.includes(role)) || isPartnerAllowed(principal, rule);
}

function isRelated(principal: Principal, rule: PolicyRow, relation: Relation): boolean {
  if (isPartnerAllowed(principal, rule)) return true;
  switch (rule.relation) {
    case 'none':
      return true;
    case 'member':
      return rule.roles.some((role) => principal.roles.includes(role) && relation.memberAs?.includes(role) === true);
    case 'tenant':
      return principal.tenantId !== undefined && principal.tenantId === relation.tenantId;
  }
}

const isPartnerAllowed = (principal: Principal, rule: PolicyRow): boolean =>
  rule.providerPartner === true && isProviderPartner(principal);
