import { describeEventBackend } from '../../../support/eventBackendContract';
import { openTeamWindow, type TeamWindow } from '../../../support/teamWindow';
import { useTemporaryFolder } from '../../../support/temporaryFolder';

describe('The embedded backend', function () {
  this.timeout(30_000);
  const folder = useTemporaryFolder();
  const windows: TeamWindow[] = [];
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });

  describeEventBackend('The log of a window', () => {
    const alive = new Set<string>();
    return Promise.resolve({
      isShared: false,
      open: (origin) => {
        const window = openTeamWindow({ folder: folder(), origin, alive });
        windows.push(window);
        return Promise.resolve(window);
      },
      cut: () => Promise.resolve(),
      restore: () => Promise.resolve(),
    });
  });
});
