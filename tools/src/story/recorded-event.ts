import type { Stage } from './actors.ts';

export interface IntakeResult {
  readonly status: string;
  readonly signalId: string;
  readonly detectionIds: readonly string[];
}

/** A process-creation event as Sysmon records it: somebody dumps the memory of LSASS. The host is new in each run. */
const recordedEvent = (mark: string) => ({
  Event: {
    System: {
      Provider_Name: 'Microsoft-Windows-Sysmon',
      EventID: 1,
      Channel: 'Microsoft-Windows-Sysmon/Operational',
      Computer: `storage-${mark}.provider.example`,
    },
    EventData: {
      Image: 'C:\\Windows\\System32\\rundll32.exe',
      OriginalFileName: 'RUNDLL32.EXE',
      CommandLine: 'rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 C:\\Windows\\Temp\\out.dmp full',
      ParentImage: 'C:\\Windows\\System32\\cmd.exe',
      User: 'PROVIDER\\svc-backup',
    },
  },
});

/** POSTs the event as a CloudEvent, as a detector does; the same mark is the same event. */
export async function reportEvent(
  { intakeUrl, tokens }: Stage,
  traceparent: string,
  mark: string,
): Promise<readonly IntakeResult[]> {
  const response = await fetch(intakeUrl, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${tokens['DETECTOR'] ?? ''}`,
      'content-type': 'application/cloudevents+json',
      traceparent,
    },
    body: JSON.stringify({
      specversion: '1.0',
      type: 'tocsin.signals.EventObserved.v1',
      source: '/edr/demo',
      id: `demo-${mark}`,
      time: '2026-11-22T03:14:15.000Z',
      data: recordedEvent(mark),
    }),
  });
  const { results, code, message } = (await response.json()) as {
    results?: IntakeResult[];
    code?: string;
    message?: string;
  };
  if (results === undefined)
    throw new Error(`The intake answered ${String(response.status)} ${String(code)}: ${String(message)}`);
  return results;
}
