import { eventually, must } from './actors.ts';
import type { Story } from './story.ts';

/** In this order for each aggregate; between aggregates there is none. */
const expectedTypes = [
  'incident.IncidentOpened',
  'incident.PageChanged',
  'incident.StageChanged',
  'incident.EvidenceAdded',
  'classification.ImpactAssessed',
  'incident.ResponsibilityDecided',
  'incident.AssignmentChanged',
  'incident.TransferChanged',
  'classification.SuspicionChanged',
  'classification.ScopeChanged',
  'notification.CinChanged',
  'notification.NoticeChanged',
  'classification.IncidentClassified',
  'classification.CrspiDeclared',
  'notification.ObligationOpened',
  'classification.ExecutionAuthorized',
  'notification.DeliveryChanged',
  'notification.ObligationChanged',
  'incident.ActionChanged',
  'incident.ContainmentVerified',
  'incident.IncidentClosed',
];

export async function checkWatch({ stage, watch, incidentId }: Story): Promise<void> {
  await eventually('the subscription has seen each step', async () => {
    const ended = watch.ended();
    if (ended !== undefined && stage.hasFaults === true) {
      // Events may be missed while parts are away, but never silently: the stream says so and ends.
      must(ended.includes('events were missed'), `the subscription was told of the gap (${ended})`);
      return true;
    }
    must(ended === undefined, `the subscription is still open (${String(ended)})`);
    const types = watch.seen.filter(({ incident }) => incident?.id === incidentId).map(({ type }) => type);
    const missing = expectedTypes.filter((wanted) => !types.some((type) => type.startsWith(`tocsin.${wanted}.v`)));
    return Promise.resolve(missing.length === 0 ? true : undefined);
  });
  must(new Set(watch.seen.map(({ id }) => id)).size === watch.seen.length, 'no event came twice');
}
