// mocha's spec reporter, which also says why a test was tried again, and leaves the counts in the file that AGENT_TEAM_TEST_RESULTS names.
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
    runner.on(EVENT_TEST_PASS, () => void counts.passed++);
    // Failing hooks come here too; they are no tests, but a suite with one is not sound.
    runner.on(EVENT_TEST_FAIL, () => void counts.failed++);
    runner.on(EVENT_TEST_PENDING, () => void counts.skipped++);
    runner.on(EVENT_TEST_RETRY, (test, error) => {
      Mocha.reporters.Base.consoleLog(`    … ${test.title}: is tried again after ${error?.stack ?? String(error)}`);
    });
    const file = process.env['AGENT_TEAM_TEST_RESULTS'];
    if (file) runner.once(EVENT_RUN_END, () => writeFileSync(file, JSON.stringify(counts)));
  }
}
