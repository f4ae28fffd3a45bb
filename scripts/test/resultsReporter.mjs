// mocha's spec reporter, which also says why a test was tried again, and leaves a report in the file that AGENT_TEAM_TEST_RESULTS names.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL, EVENT_TEST_PASS, EVENT_TEST_PENDING, EVENT_TEST_RETRY } =
  Mocha.Runner.constants;

export default class ResultsReporter extends Mocha.reporters.Spec {
  /**
   * @param {Mocha.Runner} runner
   * @param {Mocha.MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    const counts = { passed: 0, failed: 0, skipped: 0 };
    /** @type {{ title: string, message: string }[]} */
    const failed = [];
    /** @type {Map<string, string>} */
    const attempts = new Map();
    runner.on(EVENT_TEST_PASS, () => void counts.passed++);
    // Failing hooks come here too; they are no tests, but a suite with one is not sound.
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      counts.failed++;
      failed.push({ title: test.fullTitle(), message: error?.message ?? String(error) });
    });
    runner.on(EVENT_TEST_PENDING, () => void counts.skipped++);
    runner.on(EVENT_TEST_RETRY, (test, error) => {
      attempts.set(test.fullTitle(), error?.message ?? String(error));
      Mocha.reporters.Base.consoleLog(`    … ${test.title}: is tried again after ${error?.stack ?? String(error)}`);
    });
    const report = () => {
      const lost = new Set(failed.map(({ title }) => title));
      const retried = [...attempts].filter(([title]) => !lost.has(title));
      return { counts, failed, retried: retried.map(([title, message]) => ({ title, message })) };
    };
    const file = process.env['AGENT_TEAM_TEST_RESULTS'];
    if (file) runner.once(EVENT_RUN_END, () => writeFileSync(file, JSON.stringify(report())));
  }
}
