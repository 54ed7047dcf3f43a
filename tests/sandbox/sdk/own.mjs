// What postbud's SDK has and npm's has not: lazy sources, the log of changes, layers of scopes.

import assert from 'node:assert/strict';
import * as S from '../../../src/script/js/sdk/index.js';

const tests = {
  'a response asks for its body only when it is needed, and once for its text'() {
    let texts = 0;
    let bytes = 0;
    const response = new S.Response({
      code: 200, status: 'OK', header: [{ key: 'A', value: '1' }], responseTime: 3, responseSize: 7, downloadedBytes: 99,
      sizes: { body: 7, header: 20, total: 27 }, textOf: () => { texts++; return '{"a":1}'; },
      bytesOf: () => { bytes++; return new TextEncoder().encode('{"a":1}').buffer; }, makeBuffer: (buffer) => Buffer.from(buffer),
    });
    assert.equal(response.code, 200);
    assert.equal(response.headers.get('a'), '1');
    assert.deepEqual([texts, bytes], [0, 0]);
    assert.deepEqual(response.json(), { a: 1 });
    assert.equal(response.text(), '{"a":1}');
    assert.deepEqual([texts, bytes], [1, 0]);
    assert.equal(response.stream.toString(), '{"a":1}');
    assert.ok(Buffer.isBuffer(response.stream));
    assert.equal(bytes, 1);
    assert.equal(response.body, undefined);
    assert.equal(response.dataURI(), 'data:text/plain;base64, eyJhIjoxfQ==');
    assert.deepEqual(response.size(), { body: 7, header: 20, total: 27 });
    assert.equal(response.downloadedBytes, 99);
    assert.deepEqual(Object.keys(response), ['id', '_details', 'status', 'code', 'headers', 'stream', 'cookies', 'responseTime', 'responseSize']);
    assert.match(response.id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(response.id, response.id);
  },

  'after a request error a response has neither code nor body'() {
    for (const response of [new S.Response({}), new S.Response({ textOf: () => undefined, bytesOf: () => undefined }), new S.Response()]) {
      assert.deepEqual(Object.keys(response), ['id', '_details', 'headers', 'cookies']);
      assert.equal(response.text(), undefined);
      assert.equal(response.code, undefined);
      assert.throws(() => response.json(), { name: 'JSONError', message: '"undefined" is not valid JSON' });
      assert.equal(response.headers.get('a'), undefined);
    }
  },

  'json() of a response says where the body is broken'() {
    const response = new S.Response({ code: 200, textOf: () => '{\n  "a": 1,\n}' });
    assert.throws(() => response.json(), { name: 'JSONError', message: 'Trailing comma in object at 3:1\n}\n^', row: 3, column: 1 });
    assert.throws(() => response.json(), SyntaxError);
  },

  'a scope asks its source once, keeps the very values, and tells its changes'() {
    let asked = 0;
    const scope = new S.VariableScope(undefined, undefined, {
      source: () => { asked++; return [{ key: 'a', value: 1 }, { key: 'n', value: '12', type: 'number' }, { key: 'a', value: 2, disabled: true }, null]; },
      meta: () => ({ id: 'I', name: 'N' }), dynamic: (name) => (name === '$guid' ? 'G' : undefined),
    });
    S.VariableScope.track(scope);
    assert.equal(asked, 0);
    assert.deepEqual([scope.id, scope.name], ['I', 'N']);
    assert.equal(scope.get('a'), 1);
    assert.equal(scope.get('n'), 12);
    assert.equal(scope.replaceIn('{{a}} {{$guid}} {{$nope}} {{$guid}}'), '1 G {{$nope}} G');
    const held = { x: 1 };
    scope.set('o', held);
    assert.equal(scope.get('o'), held);
    scope.set('n', '7');
    assert.equal(scope.get('n'), 7);
    scope.unset('a');
    assert.equal(scope.has('a'), false);
    scope.clear();
    scope.set('z', null);
    assert.equal(asked, 1);
    assert.deepEqual({ ...S.VariableScope.mutations(scope).compacted }, { o: ['o'], n: ['n'], a: ['a'], z: ['z', null] });
    assert.deepEqual(scope.toObject(), { z: null });
    assert.deepEqual(S.VariableScope.entries(scope).map(({ key, value }) => [key, value]), [['z', null]]);
  },

  'a scope goes on in its list once a script has asked for it'() {
    const scope = new S.VariableScope(undefined, undefined, { source: () => [{ key: 'a', value: 1 }] });
    scope.set('b', 2);
    const { values } = scope;
    assert.equal(values.count(), 2);
    values.add({ key: 'c', value: 3 });
    assert.equal(scope.get('c'), 3);
    scope.set('a', 5);
    assert.equal(values.get('a'), 5);
    scope.unset('b');
    assert.deepEqual(scope.toObject(), { a: 5, c: 3 });
    assert.deepEqual(JSON.parse(JSON.stringify(scope.values)), [{ type: 'any', value: 5, key: 'a' }, { type: 'any', value: 3, key: 'c' }]);
  },

  'layers are read from the first to the last, and not written to'() {
    const make = (values) => new S.VariableScope(undefined, undefined, { source: () => values });
    const high = make({ a: 'high' });
    const low = make([{ key: 'a', value: 'low' }, { key: 'b', value: 'low' }, { key: 'c', value: 'x', disabled: true }]);
    const local = new S.VariableScope(undefined, [high, low]);
    assert.equal(local.get('a'), 'high');
    assert.equal(local.get('b'), 'low');
    assert.equal(local.has('c'), false);
    assert.equal(local.replaceIn('{{a}}-{{b}}-{{c}}'), 'high-low-{{c}}');
    local.set('b', 'local');
    assert.equal(local.get('b'), 'local');
    assert.equal(low.get('b'), 'low');
    local.unset('b');
    assert.equal(local.get('b'), 'low');
    assert.deepEqual(local.toObject(true), { a: 'high', b: 'low' });
  },

  'a request becomes its collection form whether its parts were touched or not'() {
    const definition = {
      url: { raw: 'x', protocol: 'http', host: ['h'], path: [':id', 'x'], query: [{ key: 'q', value: '1' }, { key: 'd', value: '2', disabled: true }], variable: [{ key: 'id', value: '5' }] },
      method: 'post', header: [{ key: 'A', value: '1', type: 'text' }, { key: 'B', value: '2', disabled: true, description: 'x' }, { key: 'C', value: '3', system: true }],
      body: { mode: 'formdata', formdata: [{ key: 'f', type: 'file', src: '/x' }] }, auth: { type: 'basic', basic: { username: 'u' } },
    };
    const copy = () => new S.Request(JSON.parse(JSON.stringify(definition)));
    const touched = copy();
    for (const part of [touched.url.query, touched.url.variables, touched.headers, touched.body.formdata]) void part.members.length;
    assert.equal(JSON.stringify(copy()), JSON.stringify(touched));
    assert.equal(copy().url.toString(), 'http://h/5/x?q=1');
    assert.equal(copy().headers.has('b'), true);
    assert.equal(copy().headers.get('c'), '3');
    assert.equal(copy().headers.count(), 3);
  },

  'a list that is not made yet answers as the made one'() {
    const entries = [{ key: 'A', value: '1' }, { key: 'a', value: '2' }, { key: '', value: 'x' }, { key: 'B', value: 5 }];
    const lazily = () => new S.HeaderList(null, entries.map((entry) => ({ ...entry })), true);
    const made = new S.HeaderList(null, entries);
    for (const key of ['a', 'A', 'B', 'b', '', 'zz', 5, undefined]) {
      assert.equal(lazily().get(key), made.get(key));
      assert.equal(lazily().has(key), made.has(key));
    }
    assert.deepEqual(lazily().toJSON(), made.toJSON());
    assert.equal(lazily().count(), made.count());
    assert.deepEqual(Object.keys(lazily()), Object.keys(made));
    const list = lazily();
    list.add('C: 1');
    assert.equal(list.count(), 5);
  },

  'every class has the name that failure texts show'() {
    const names = { Request: 'PostmanRequest', Response: 'PostmanResponse', HeaderList: 'a', CookieList: 'a', Url: 'PostmanUrl', VariableScope: 'PostmanVariableScope' };
    for (const name of Object.keys(names)) assert.equal(S[name].name, names[name]);
    assert.ok(S.isPostmanRequest(new S.Request('h')) && !S.isPostmanRequest({}));
    assert.ok(S.isPostmanResponse(new S.Response()) && !S.isPostmanResponse({}));
  },
};

let failed = 0;
for (const name of Object.keys(tests)) {
  try { tests[name](); } catch (error) {
    failed++;
    console.log(`FAIL ${name}\n${error.stack}`);
  }
}
console.log(`${Object.keys(tests).length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed ? 1 : 0;
