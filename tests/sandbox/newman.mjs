// `NEWMAN=…/newman/bin/newman.js node newman.mjs [FILE …]` runs the cases through newman itself and prints where newman's answers
// are no longer the kept ones. Cases that need more than one script, scopes or cookies to begin with are left to the kept answers.

import http from 'node:http';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
if (!process.env.NEWMAN || !existsSync(process.env.NEWMAN)) {
  console.log('skipped: NEWMAN does not name newman.js');
  process.exit(0);
}
const newman = createRequire(process.env.NEWMAN)(resolve(dirname(process.env.NEWMAN), '..'));
const BODY = '{"method":"GET","url":"/r","headers":{"a":"b"},"rawHeaders":[],"body":""}';
const HEADERS = [{ key: 'Content-Type', value: 'application/json' }, { key: 'X-One', value: '1' }];
const files = process.argv.slice(2).map((file) => resolve(file));
if (files.length === 0) {
  for (const name of readdirSync(join(here, 'cases')).sort()) if (name.endsWith('.json')) files.push(join(here, 'cases', name));
}
// What newman answers otherwise on purpose: each file name → case name → reason.
const differs = JSON.parse(readFileSync(join(here, 'differs.json'), 'utf8'));

/** Whether a case is one script that needs nothing before it but a response. */
function simple(test) {
  const extra = ['steps', 'environment', 'globals', 'collectionVariables', 'data', 'request', 'cookies', 'iteration'];
  // Cases that jump or skip would leave out those after them.
  return extra.every((key) => !(key in test)) && test.response !== null && !/setNextRequest|skipRequest/.test(test.script);
}

function answer(test, res) {
  const given = test?.response ?? {};
  const headers = (given.header ?? HEADERS).flatMap((header) => [header.key, header.value]);
  res.writeHead(given.code ?? 200, given.status ?? 'OK', headers);
  res.end(given.body === undefined ? BODY : typeof given.body === 'string' ? given.body : JSON.stringify(given.body));
}

/** Runs cases as one collection: one realm, as postbud does. */
async function run(cases) {
  const server = http.createServer((req, res) => answer(cases[Number(/item=(\d+)/.exec(req.url)?.[1])], res)).listen(0, '127.0.0.1');
  await new Promise((ready) => server.once('listening', ready));
  const url = `http://127.0.0.1:${server.address().port}/r`;
  const item = cases.map((test, i) => ({
    name: String(i),
    request: { method: 'GET', header: [], url: `${url}?item=${i}` },
    event: [{ listen: test.phase === 'prerequest' ? 'prerequest' : 'test', script: { exec: test.script.split('\n') } }],
  }));
  const got = cases.map(() => ({ assertions: [], error: null }));
  const collection = { info: { name: 'cases', schema: 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json' }, item };
  await new Promise((done) => {
    const events = newman.run({ collection, reporters: [] }, () => done());
    // The first argument is the error as reports show it; the other one has what was thrown.
    events.on('assertion', (error, { item: at, assertion, skipped }) => {
      const shown = error ? [assertion, 'fail', `${error.name}: ${error.message}`] : [assertion, 'pass'];
      got[Number(at.name)].assertions.push(skipped ? [assertion, 'skip'] : shown);
    });
    events.on('script', (error, { item: at }) => {
      if (error) got[Number(at.name)].error = `${error.name}: ${error.message}`.replace('undefined: undefined', 'undefined');
    });
  });
  server.close();
  return got;
}

process.on('unhandledRejection', () => {});
let checked = 0;
let wrong = 0;
for (const file of files) {
  const name = file.split('/').pop();
  const known = differs[name] ?? {};
  const cases = JSON.parse(readFileSync(file, 'utf8')).filter((test) => simple(test) && !(test.name in known));
  if (cases.length === 0 || known['*']) continue;
  const got = await run(cases);
  cases.forEach((test, i) => {
    checked += 1;
    // A kept message may leave the name of the error out, or be left out itself.
    const same = (kept, seen) => kept[0] === seen[0] && kept[1] === seen[1]
      && (kept[2] === undefined || seen[2] === kept[2] || seen[2] === `AssertionError: ${kept[2]}`);
    const wanted = test.expect?.assertions ?? [];
    const seen = got[i].assertions;
    const error = test.expect?.error?.replace('undefined: undefined', 'undefined') ?? null;
    if (wanted.length === seen.length && wanted.every((row, at) => same(row, seen[at])) && error === got[i].error) return;
    wrong += 1;
    console.log(`${name}: ${test.name}\n  kept   ${JSON.stringify([wanted, error])}\n  newman ${JSON.stringify([seen, got[i].error])}`);
  });
}
console.log(`${checked - wrong} passed, ${wrong} failed`);
process.exit(wrong ? 1 : 0);
