/*
 * Writes Jest's true totals to the file that TOCSIN_TEST_TOTALS names, for the last line of `npm test`. A suite that
 * could not run has no test that failed; it is counted on its own. CommonJS, since Jest loads reporters so.
 */
const { writeFileSync } = require('node:fs');

module.exports = class SummaryReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.TOCSIN_TEST_TOTALS;
    if (file === undefined) return;
    writeFileSync(
      file,
      JSON.stringify({
        passed: results.numPassedTests,
        failed: results.numFailedTests,
        skipped: results.numPendingTests + results.numTodoTests,
        brokenSuites: results.numRuntimeErrorTestSuites,
        wasInterrupted: results.wasInterrupted === true,
      }),
    );
  }
};
