// The words of the page.
import type { ReportStringKey } from '../../src/protocol/report/reportStrings';

export type ReportText = (key: ReportStringKey, ...values: (string | number)[]) => string;
