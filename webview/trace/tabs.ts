// The tabs of the page, in their order. Each comes with its element; the page around them knows nothing else of them.
import { compareTab } from './compareTab';
import { eventsTab } from './eventsTab';
import { graphTab } from './graphTab';
import { metricsTab } from './metricsTab';
import { spansTab } from './spansTab';
import type { PageTab } from './tabElement';

export const TABS: readonly PageTab[] = [eventsTab, spansTab, graphTab, metricsTab, compareTab];
