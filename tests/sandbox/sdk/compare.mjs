// Compares postbud's SDK classes with what npm's postman-collection answers.
//
//   node tests/sandbox/sdk/compare.mjs            kept answers; live ones too where the package is installed
//   node tests/sandbox/sdk/compare.mjs --record   keeps the package's answers in expected.json
//
// POSTMAN_COLLECTION may name the package's folder (LIQUID_JSON that of its JSON parser); else Node looks for them.
// SEED and ROUNDS steer the random part.

import { createRequire } from 'node:module';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as mine from '../../../src/script/js/sdk/index.js';
import { outcome } from './outcome.mjs';
import { randomCases, randomTexts } from './random.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

function find(name, folder) {
  try { return require(folder || name); } catch { return undefined; }
}

const oracle = find('postman-collection', process.env.POSTMAN_COLLECTION);
const liquid = find('liquid-json', process.env.LIQUID_JSON
  || (process.env.POSTMAN_COLLECTION && join(process.env.POSTMAN_COLLECTION, '..', 'liquid-json')));

const sides = { mine: { ...mine, json: mine.parseJson }, npm: oracle && { ...oracle, json: liquid && liquid.parse } };

// One expression a line; `#` begins a comment. `differs.json` holds what is answered otherwise on purpose, with the reason.
const cases = [];
for (const file of readdirSync(join(here, 'cases')).sort()) {
  if (!file.endsWith('.txt')) continue;
  for (const line of readFileSync(join(here, 'cases', file), 'utf8').split('\n')) {
    if (line.trim() && !line.startsWith('#')) cases.push(line);
  }
}
const kept = join(here, 'expected.json');
const differs = JSON.parse(readFileSync(join(here, 'differs.json'), 'utf8'));
const counts = { passed: 0, failed: 0, skipped: 0 };

function check(title, expression, got, wanted) {
  if (got === wanted) { counts.passed++; return; }
  counts.failed++;
  console.log(`FAIL ${title}: ${expression}\n  wanted ${wanted}\n  got    ${got}`);
}

if (process.argv.includes('--record')) {
  if (!oracle || !liquid) throw new Error('postman-collection and liquid-json are needed to record');
  const answers = {};
  for (const line of cases) answers[line] = outcome(line, sides.npm);
  writeFileSync(kept, `${JSON.stringify(answers, null, 1)}\n`);
}

const answers = JSON.parse(readFileSync(kept, 'utf8'));
for (const line of cases) {
  const wanted = differs[line]?.answer ?? answers[line];
  if (wanted === undefined) {
    counts.skipped++;
    console.log(`SKIP no kept answer: ${line}`);
  } else check('kept', line, outcome(line, sides.mine), wanted);
}

if (!oracle || !liquid) {
  counts.skipped++;
  console.log('SKIP live comparison: npm\'s postman-collection is not installed here (set POSTMAN_COLLECTION to its folder)');
} else {
  for (const line of cases) {
    const live = outcome(line, sides.npm);
    if (live !== answers[line]) check('live', line, answers[line], live);
  }
  const seed = Number(process.env.SEED) || 1;
  const rounds = Number(process.env.ROUNDS) || 400;
  for (const expression of randomCases(seed, rounds)) {
    check(`random ${seed}`, expression, outcome(expression, sides.mine), outcome(expression, sides.npm));
  }
  for (const text of randomTexts(seed, rounds * 5)) {
    const expression = `S.json(${JSON.stringify(text)})`;
    const wanted = outcome(expression, sides.npm);
    const got = outcome(expression, sides.mine);
    // Where its own reader has no objection the package shows the engine's words.
    if (/in JSON|is not valid JSON/.test(wanted)) check('engine', expression, /^throws (JSONError|SyntaxError)/.test(got), true);
    else check(`random ${seed}`, expression, got, wanted);
  }
}

console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
process.exitCode = counts.failed ? 1 : 0;
