import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseTestOutput, type TestRunnerName } from '../../../../src/core/testing/parseTestOutput';

const output = (name: string) => readFileSync(resolve('test/unit/core/testing/outputs', name), 'utf8');

interface Case {
  file: string;
  runner: TestRunnerName;
  counts: [passed: number, failed: number, skipped: number];
  /** `file:line name: first line of the message` */
  failures: string[];
}

const SHOP = '/home/me/shop';

const CASES: Case[] = [
  {
    file: 'mocha.txt',
    runner: 'mocha',
    counts: [1, 2, 1],
    failures: [
      'math.test.cjs:6 math › division › divides by zero: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      'math.test.cjs:7 math › division › throws: TypeError: broken thing',
    ],
  },
  {
    file: 'nodeSpec.txt',
    runner: 'node:test',
    counts: [1, 2, 1],
    failures: [
      'math.test.cjs:6 divides by zero: AssertionError [ERR_ASSERTION]: Expected values to be strictly equal:',
      'math.test.cjs:7 throws: TypeError: broken thing',
    ],
  },
  {
    file: 'nodeTap.txt',
    runner: 'node:test',
    counts: [1, 2, 1],
    failures: [
      `${SHOP}/math.test.cjs:6 math › division › divides by zero: Expected values to be strictly equal:`,
      `${SHOP}/math.test.cjs:7 math › division › throws: broken thing`,
    ],
  },
  {
    file: 'vitest.txt',
    runner: 'vitest',
    counts: [1, 3, 1],
    failures: [
      `v/bad.test.js:1 v/bad.test.js: Error: Cannot find module './missing' imported from ${SHOP}/v/bad.test.js`,
      'v/math.test.js:5 math › division › divides by zero: AssertionError: expected Infinity to be +0 // Object.is equality',
      'v/math.test.js:6 math › division › throws: TypeError: broken thing',
    ],
  },
  {
    file: 'jest.txt',
    runner: 'jest',
    counts: [2, 7, 2],
    failures: [
      'math.test.cjs:6 math › division › divides by zero: assert.strictEqual(received, expected)',
      'math.test.cjs:7 math › division › throws: TypeError: broken thing',
      'v/math.test.js:undefined Test suite failed to run: Jest encountered an unexpected token',
      'j/math.test.js:4 math › division › divides by zero: expect(received).toBe(expected) // Object.is equality',
      'j/math.test.js:5 math › division › throws: TypeError: broken thing',
      "j/bad.test.js:1 Test suite failed to run: Cannot find module './missing' from 'j/bad.test.js'",
      'v/bad.test.js:undefined Test suite failed to run: Jest encountered an unexpected token',
    ],
  },
  {
    file: 'pytestShort.txt',
    runner: 'pytest',
    counts: [2, 4, 1],
    failures: [
      'test_math.py:4 TestDivision › test_zero: assert (1 // 1) == 0',
      'test_math.py:10 test_throws: TypeError: broken thing',
      'test_math.py:18 test_param[2]: assert 2 == 1',
      "test_bad.py:1 test_bad.py: ModuleNotFoundError: No module named 'missing_module_x'",
    ],
  },
  {
    file: 'pytest.txt',
    runner: 'pytest',
    counts: [2, 3, 1],
    failures: [
      'test_math.py:4 TestDivision › test_zero: assert (1 // 1) == 0',
      'test_math.py:10 test_throws: TypeError: broken thing',
      'test_math.py:18 test_param[2]: assert 2 == 1',
    ],
  },
  {
    file: 'cargo.txt',
    runner: 'cargo test',
    counts: [1, 2, 1],
    failures: [
      'src/lib.rs:6 tests › fails: assertion `left == right` failed: sum',
      'tests/shop.rs:1 integration: broken thing',
    ],
  },
  {
    file: 'go.txt',
    runner: 'go test',
    counts: [2, 2, 1],
    failures: [
      'math_test.go:18 TestDivision › by_zero: expected 0',
      'undefined:undefined example.com/shop/orders: The package could not be built.',
    ],
  },
  {
    file: 'maven.txt',
    runner: 'maven',
    counts: [1, 2, 1],
    failures: [
      'MathTest.java:12 MathTest › dividesByZero: expected: <0> but was: <1>',
      'MathTest.java:15 MathTest › throwing: IllegalState broken thing',
    ],
  },
  {
    file: 'gradle.txt',
    runner: 'gradle',
    counts: [2, 1, 1],
    failures: [
      'MathTest.java:12 MathTest › dividesByZero(): org.opentest4j.AssertionFailedError: expected: <0> but was: <1>',
    ],
  },
];

describe('the output of test runners', () => {
  for (const { file, runner, counts, failures } of CASES) {
    it(`gives counts and failures: ${file}`, () => {
      const report = parseTestOutput(runner, output(file));
      assert.ok(report);
      assert.deepEqual([report.passed, report.failed, report.skipped], counts);
      const lines = report.failures.map(
        (failed) => `${failed.file}:${failed.line} ${failed.name}: ${failed.message.split('\n')[0]}`,
      );
      assert.deepEqual(lines, failures);
    });

    it(`is recognised without knowing the runner: ${file}`, () => {
      assert.deepEqual(parseTestOutput('script', output(file)), parseTestOutput(runner, output(file)));
    });
  }

  it('is no report where nothing was tested', () => {
    for (const text of [
      '',
      'error TS2304: Cannot find name',
      'BUILD SUCCESSFUL in 2s',
      'npm error Missing script: "test"',
    ]) {
      assert.equal(parseTestOutput('script', text), undefined);
    }
  });

  it('keeps messages short', () => {
    const long = output('mocha.txt').replace(
      'broken thing',
      Array.from({ length: 100 }, (_, n) => `line ${n}`).join('\n'),
    );
    const message = parseTestOutput('mocha', long)?.failures[1]?.message ?? '';
    assert.equal(message.split('\n').length, 13);
    assert.ok(message.endsWith('…'));
  });
});
