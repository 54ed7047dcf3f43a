// Reads a TAP report with tap-parser and prints what it found as JSON.
import { readFileSync } from 'node:fs';
import { Parser } from 'tap-parser';

const parser = new Parser((results) => {
  const { ok, count, pass, fail, skip, bailout, failures } = results;
  console.log(JSON.stringify({ ok, count, pass, fail, skip, bailout, names: failures.map((f) => f.name), messages: failures.map((f) => f.diag && f.diag.message) }));
});
parser.end(readFileSync(process.argv[2], 'utf8'));
