// Runs chai-postman over postbud's SDK classes and over npm's, and compares verdicts and failure texts.
//
// Needs the packages chai, chai-postman, lodash, ajv and postman-collection; MODULES names a node_modules folder that has
// them (several folders are separated by `:`), else Node looks for them. Without them it says so and passes.

import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as mine from '../../../src/script/js/sdk/index.js';

const require = createRequire(import.meta.url);
const folders = (process.env.MODULES || '').split(':').filter(Boolean);

function find(name) {
  for (const folder of folders) {
    try { return require(join(folder, name)); } catch { /* the next one */ }
  }
  try { return require(name); } catch { return undefined; }
}

const libraries = Object.fromEntries(['chai', 'chai-postman', 'lodash', 'ajv', 'postman-collection'].map((name) => [name, find(name)]));
const missing = Object.keys(libraries).filter((name) => libraries[name] === undefined);
if (missing.length) {
  console.log(`SKIP assertions: not installed here: ${missing.join(', ')}\n0 passed, 0 failed, 1 skipped`);
  process.exit(0);
}

const BODIES = ['{"a":1,"b":[1,2,{"c":"d"}]}', '', 'plain text', '<html>', '[]', '{"a":1,}', 'null'];
const RESPONSES = [
  { code: 200, status: 'OK', header: [{ key: 'Content-Type', value: 'application/json' }, { key: 'X-One', value: '1' }, { key: 'x-one', value: '2' }], responseTime: 166 },
  { code: 404, header: [{ key: 'Content-Type', value: 'text/html' }], responseTime: 5 },
  { code: 201, status: 'CREATED', header: [], responseTime: 0 }, { code: 503, header: [] }, { code: 200, status: 'FINE', header: [] },
  { code: 401, status: 'Unauthorized', header: [] }, { code: 406, header: [] }, { code: 301, header: [] }, { code: 429, header: [] }, {},
];
const REQUESTS = [
  { url: 'http://h/x?y=1', method: 'POST', header: [{ key: 'A', value: '1' }, { key: 'a', value: '2' }], body: { mode: 'raw', raw: '{"a":1}' }, description: 'd' },
  { url: 'h' }, { url: 'h', auth: { type: 'basic', basic: [{ key: 'username', value: 'u' }] }, name: 'n', id: 'i' },
];
const CHECKS = [
  'have.status(200)', 'have.status("OK")', 'have.status("200")', 'have.status(404)', 'not.have.status(200)', 'not.have.status("OK")', 'have.statusCode("200")',
  'have.statusReason("OK")', 'have.statusCodeClass(2)', 'not.have.statusCodeClass(4)', 'be.info', 'be.success', 'be.redirection', 'be.clientError', 'be.serverError', 'be.error', 'not.be.error',
  'be.ok', 'not.be.ok', 'be.accepted', 'be.withoutContent', 'be.badRequest', 'be.unauthorized', 'be.unauthorised', 'be.forbidden', 'be.notFound', 'be.notAcceptable', 'be.rateLimited',
  'have.header("Content-Type")', 'have.header("x-ONE")', 'have.header("X-One", "2")', 'have.header("X-One", "1")', 'not.have.header("X-One", "1")', 'not.have.header("nope")', 'have.header("A")', 'have.header("a", "2")',
  'be.withBody', 'have.body()', 'have.body("plain text")', 'have.body(/a/)', 'have.body({a: 1, b: [1, 2, {c: "d"}]})', 'not.have.body("x")', 'be.json', 'not.be.json', 'have.jsonBody()', 'have.jsonBody("a")', 'have.jsonBody("b[2].c", "d")',
  'have.jsonBody("b.zz")', 'have.jsonBody("a", 2)', 'have.jsonBody({a: 1})', 'not.have.jsonBody("zz")', 'have.jsonSchema({type: "object", required: ["a"]})', 'have.jsonSchema({type: "array"})', 'not.have.jsonSchema({type: "array"})',
  'have.responseTime', 'have.responseTime(166)', 'have.responseTime.below(200)', 'have.responseTime.above(200)', 'have.responseSize.below(10)', 'have.responseSize.above(0)',
  'be.a.postmanRequest', 'be.a.postmanResponse', 'be.a.postmanRequestOrResponse', 'not.be.a.postmanResponse', 'have.property("code")', 'have.property("code", 200)', 'have.property("nope")', 'have.nested.property("headers.members[0].key", "X")',
  'be.an("object")', 'be.an("array")', 'equal(1)', 'eql({})', 'be.empty', 'have.keys("a")', 'be.undefined', 'deep.include({code: 200})', 'have.any.keys("code", "zz")', 'respondTo("json")', 'be.instanceof(Error)',
];

// chai is loaded once a side: plugins stay with it.
function load(sdk) {
  for (const key of Object.keys(require.cache)) if (/[\\/]chai[\\/]/.test(key)) delete require.cache[key];
  const chai = find('chai');
  chai.use(libraries['chai-postman'](sdk, libraries.lodash, libraries.ajv));
  return chai;
}

function subjects(sdk, own) {
  const made = [];
  for (const definition of RESPONSES) {
    for (const body of BODIES) {
      const stream = Buffer.from(body);
      const bytes = stream.buffer.slice(stream.byteOffset, stream.byteOffset + stream.length);
      const given = definition.code === undefined ? {} : own
        ? { ...definition, id: 'i', responseSize: bytes.byteLength, textOf: () => body, bytesOf: () => bytes, makeBuffer: (buffer) => Buffer.from(buffer) }
        : { ...definition, id: 'i', stream };
      made.push([`response ${JSON.stringify(definition)} ${body}`, new sdk.Response(given)]);
    }
  }
  for (const definition of REQUESTS) made.push([`request ${JSON.stringify(definition)}`, new sdk.Request(definition)]);
  const [, response] = made[0];
  made.push(['headers', response.headers], ['cookies', response.cookies], ['url', made[made.length - 3][1].url], ['number', 5]);
  return made;
}

// Names and descriptions that differ on purpose or by each object.
const plain = (text) => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '<uuid>').replace(/detail: '(?:[^'\\]|\\.)*'/g, 'detail: …');

function verdict(chai, subject, check) {
  try {
    new Function('expect', 'subject', `expect(subject).to.${check}`)(chai.expect, subject);
    return 'passes';
  } catch (error) {
    return plain(`${error.name}: ${error.message}`);
  }
}

const sides = [
  { chai: load(libraries['postman-collection']), list: subjects(libraries['postman-collection'], false) },
  { chai: load(mine), list: subjects(mine, true) },
];
let passed = 0;
let failed = 0;
sides[0].list.forEach(([title, theirs], index) => {
  for (const check of CHECKS) {
    const wanted = verdict(sides[0].chai, theirs, check);
    const got = verdict(sides[1].chai, sides[1].list[index][1], check);
    if (got === wanted) { passed++; continue; }
    failed++;
    console.log(`FAIL ${title}: ${check}\n  wanted ${wanted}\n  got    ${got}`);
  }
});
console.log(`${passed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed ? 1 : 0;
