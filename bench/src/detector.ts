import { randomUUID } from 'node:crypto';
import type { Platform } from '@tocsin/tools';

/** A detector that reports what matches a rule of the starter pack, from another host each time. */
export interface Detector {
  /** POSTs one event; the id of the detection that it raised. */
  report(): Promise<string>;
}

export function createDetector({ intakeUrl, tokens }: Platform): Detector {
  const headers = {
    authorization: `Bearer ${tokens['DETECTOR'] ?? ''}`,
    'content-type': 'application/cloudevents+json',
  };
  return {
    report: async () => {
      const response = await fetch(intakeUrl, { method: 'POST', headers, body: JSON.stringify(event(randomUUID())) });
      const text = await response.text();
      const answer = JSON.parse(text) as { results?: readonly { detectionIds?: readonly string[] }[] };
      const detectionId = answer.results?.[0]?.detectionIds?.[0];
      if (detectionId === undefined) throw new Error(`The intake answered ${response.status}: ${text}`);
      return detectionId;
    },
  };
}

/** Somebody dumps the memory of LSASS: Sysmon's record of the process. */
const event = (id: string) => ({
  specversion: '1.0',
  type: 'tocsin.signals.EventObserved.v1',
  source: '/edr/bench',
  id,
  time: new Date().toISOString(),
  data: {
    Event: {
      System: {
        Provider_Name: 'Microsoft-Windows-Sysmon',
        EventID: 1,
        Channel: 'Microsoft-Windows-Sysmon/Operational',
        Computer: `host-${id}.provider.example`,
      },
      EventData: {
        Image: 'C:\\Windows\\System32\\rundll32.exe',
        OriginalFileName: 'RUNDLL32.EXE',
        CommandLine: 'rundll32.exe C:\\Windows\\System32\\comsvcs.dll, MiniDump 624 C:\\Windows\\Temp\\out.dmp full',
        ParentImage: 'C:\\Windows\\System32\\cmd.exe',
        User: 'PROVIDER\\svc-backup',
      },
    },
  },
});
