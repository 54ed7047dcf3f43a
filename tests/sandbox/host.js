// A stand-in for the Rust half, run in the same engine as the sandbox. `drive(cases, boot, native)` is a generator: the
// outside drains the job queue at each `yield`. Time is virtual: timers fire in order, at once.

function makeHost(world, native) {
  const host = {
    scope(name) {
      return JSON.stringify(name === 'iterationData' ? world.row : world.scopes[name] ?? []);
    },
    scopeMeta: (name) => JSON.stringify({ id: `id-of-${name}`, name: name === 'environment' ? 'test environment' : undefined }),
    request: () => JSON.stringify(world.request),
    response: () => (world.response ? JSON.stringify(world.response.meta) : null),
    bodyText: () => world.response.body,
    bodyBytes: () => utf8(world.response.body),
    emit(kind, json) { world.events.push([kind, JSON.parse(json)]); },
    call(kind, json) {
      const id = ++world.lastCall;
      const payload = JSON.parse(json);
      world.pending.push({ id, kind, payload, at: kind === 'timer' ? world.time + (payload.immediate ? -1 : payload.ms) : world.time + 0.5, order: id });
      world.calls.push([kind, payload]);
      return id;
    },
    cancel(id) { world.pending = world.pending.filter((call) => call.id !== id); },
    dynamic: (name) => (/^\$(guid|randomUUID|randomInt|timestamp)$/.test(name)
      ? { $guid: '6fa459ea-ee8a-4ca4-894e-db77e160355e', $randomUUID: '6fa459ea-ee8a-4ca4-894e-db77e160355e', $randomInt: '7', $timestamp: '1700000000' }[name] : undefined),
    library: (name) => native.library(name),
    compile: native.compile,
    base64Encode: (buffer) => base64(new Uint8Array(buffer)),
    base64Decode: (text) => unbase64(text),
    utf8Encode: (text) => utf8(text),
    utf8Decode: (buffer) => decodeURIComponent([...new Uint8Array(buffer)].map((b) => `%${b.toString(16).padStart(2, '0')}`).join('')),
    randomBytes: (n) => new Uint8Array(n).fill(7).buffer,
    digest: () => new Uint8Array([1, 2, 3]).buffer,
    hmac: () => new Uint8Array([1, 2, 3]).buffer,
    localZone: () => 'UTC',
    zoneOffset: () => 0,
    now: () => native.now(),
  };
  return host;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes) {
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i] << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    out += ALPHABET[n >> 18] + ALPHABET[(n >> 12) & 63] + (i + 1 < bytes.length ? ALPHABET[(n >> 6) & 63] : '=') + (i + 2 < bytes.length ? ALPHABET[n & 63] : '=');
  }
  return out;
}

function unbase64(text) {
  const bytes = [];
  let bits = 0;
  let n = 0;
  for (const c of text.replace(/=+$/, '')) {
    n = ((n << 6) | ALPHABET.indexOf(c)) & 0xffffff;
    bits += 6;
    if (bits >= 8) bytes.push((n >> (bits -= 8)) & 255);
  }
  return new Uint8Array(bytes).buffer;
}

function utf8(text) {
  const bytes = [];
  encodeURIComponent(text).replace(/%(..)|./g, (all, hex) => bytes.push(hex ? parseInt(hex, 16) : all.charCodeAt(0)));
  return new Uint8Array(bytes).buffer;
}

const ECHO = 'http://127.0.0.1:8000/r';

function defaultResponse() {
  return {
    meta: {
      code: 200, status: 'OK', responseTime: 12, responseSize: 30, downloadedBytes: 30, cookies: [],
      header: [{ key: 'Content-Type', value: 'application/json' }, { key: 'X-One', value: '1' }],
      sizes: { body: 30, header: 100, total: 130 },
    },
    body: '{"method":"GET","url":"/r","headers":{"a":"b"},"rawHeaders":[],"body":""}',
  };
}

function perform(world, call) {
  const { kind, payload } = call;
  if (kind === 'timer') return {};
  if (kind === 'sendRequest') {
    const url = typeof payload.url === 'string' ? payload.url : payload.url.raw ?? '';
    if (/:1\b/.test(url)) {
      return { error: { name: 'Error', message: 'connect ECONNREFUSED 127.0.0.1:1', code: 'ECONNREFUSED', errno: -111, syscall: 'connect', address: '127.0.0.1', port: 1 } };
    }
    const headers = {};
    for (const { key, value } of payload.header ?? []) headers[key.toLowerCase()] = value;
    const { meta } = defaultResponse();
    return { response: { ...meta, text: JSON.stringify({ method: payload.method, url, headers, body: payload.body?.raw ?? '' }) } };
  }
  if (kind === 'cookie.set') {
    const [, name, value] = payload.text ? /^([^=]*)=([^;]*)/.exec(payload.text) : [0, payload.cookie.name, payload.cookie.value];
    const cookie = { name, value, path: '/', domain: '127.0.0.1' };
    world.cookies[name] = cookie;
    return { value: cookie };
  }
  if (kind === 'cookie.get') return { value: world.cookies[payload.name] ?? null };
  if (kind === 'cookie.getAll') return { value: Object.values(world.cookies) };
  if (kind === 'cookie.unset') { delete world.cookies[payload.name]; return { value: null }; }
  if (kind === 'cookie.clear') { world.cookies = {}; return { value: null }; }
  if (kind.startsWith('vault.')) return { error: { name: 'Error', message: 'Vault access denied' } };
  return { error: { name: 'Error', message: `no ${kind} here` } };
}

function apply(world, result) {
  for (const name of Object.keys(result.scopes ?? {})) {
    const log = result.scopes[name];
    if (name === 'variables') { world.scopes.variables = log.replace; continue; }
    for (const [step, key, value] of log) {
      const list = world.scopes[name];
      const live = list.filter((entry) => entry.key === key && !entry.disabled);
      if (step === 'clear') world.scopes[name] = [];
      else if (step === 'unset') world.scopes[name] = list.filter((entry) => !live.includes(entry));
      else if (live.length) live[live.length - 1].value = value;
      else list.push({ key, value });
    }
  }
  if (result.request) world.request = result.request;
}

const entries = (object) => Object.entries(object ?? {}).map(([key, value]) => (
  value !== null && typeof value === 'object' && 'value' in value && !Array.isArray(value) ? { key, ...value } : { key, value }));

/** Runs cases; yields whenever the job queue should be drained; returns the differences. */
function* drive(cases, boot, native) {
  const problems = [];
  const world = {};
  const controller = boot(makeHost(world, native));
  for (const test of cases) {
    Object.assign(world, {
      row: test.data ?? {}, pending: [], calls: [], lastCall: 0, time: 0, cookies: {},
      scopes: {
        environment: Array.isArray(test.environment) ? test.environment : entries(test.environment), globals: entries(test.globals),
        collectionVariables: entries(test.collectionVariables), variables: [],
      },
      request: test.request ?? { method: 'GET', url: ECHO, header: [] },
    });
    const steps = test.steps ?? [test];
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i];
      world.events = [];
      const given = step.response ?? test.response;
      world.response = given === null ? null : response(given);
      const phase = step.phase ?? 'test';
      controller.start(JSON.stringify({
        phase, source: step.script, location: ['Collection', 'Folder', 'Request'], current: 'Request',
        info: { eventName: phase, iteration: test.iteration ?? 0, iterationCount: 2, requestName: 'Request', requestId: 'request-id' },
        legacyRequest: { id: 'request-id', name: 'Request', description: '' }, failed: given === null, ...test.job,
      }));
      yield;
      let guard = 0;
      while (!step.abort && (controller.status() === 'running' || world.pending.length)) {
        if (!world.pending.length || guard++ > 1000) { problems.push(`${test.name}: does not end`); break; }
        world.pending.sort((a, b) => a.at - b.at || a.order - b.order);
        const call = world.pending.shift();
        world.time = Math.max(world.time, call.at);
        controller.settle(call.id, JSON.stringify(perform(world, call)));
        yield;
      }
      const result = JSON.parse(step.abort ? controller.abort(JSON.stringify(step.abort)) : controller.finish());
      apply(world, result);
      const label = test.steps ? `${test.name} [${i + 1}]` : test.name;
      compare(label, step.expect ?? {}, result, world, problems);
    }
  }
  return problems;
}

function response(given) {
  const base = defaultResponse();
  if (!given) return base;
  const { body, ...meta } = given;
  return { meta: { ...base.meta, ...meta }, body: body === undefined ? base.body : typeof body === 'string' ? body : JSON.stringify(body) };
}

function compare(label, expect, result, world, problems) {
  const check = (what, wanted, got) => {
    if (JSON.stringify(wanted) !== JSON.stringify(got)) problems.push(`${label}: ${what}\n    wanted ${JSON.stringify(wanted)}\n    got    ${JSON.stringify(got)}`);
  };
  const of = (kind) => world.events.filter((event) => event[0] === kind).map((event) => event[1]);
  const shown = (error) => (error ? `${error.name}: ${error.message}` : null);
  const assertions = of('assertion').map(({ name, skipped, error }) => (skipped ? [name, 'skip'] : error ? [name, 'fail', shown(error)] : [name, 'pass']));
  const wanted = (expect.assertions ?? []).map((row) => (row[1] === 'fail' && row.length > 2 ? row : row.slice(0, 2)));
  // A failure's message may be given without the name of its error, or not at all.
  const got = assertions.map((row, i) => {
    const message = wanted[i] && wanted[i][2];
    if (row[1] !== 'fail') return row;
    if (message === undefined) return row.slice(0, wanted[i] && wanted[i][1] === 'fail' ? 2 : 3);
    return /^\w*Error: /.test(message) ? row : [row[0], row[1], row[2].replace(/^AssertionError: /, '')];
  });
  check('assertions', wanted, got);
  check('error', expect.error ?? null, shown(result.error));
  if (expect.at) check('place', expect.at, [result.error?.line, result.error?.column]);
  check('exceptions', expect.exceptions ?? [], of('exception').map(shown));
  if (expect.console) check('console', expect.console, of('console').map(({ text }) => text));
  if (expect.deprecated) check('deprecated', expect.deprecated, of('deprecated').map(({ name }) => name));
  if ('nextRequest' in expect) check('nextRequest', expect.nextRequest, result.nextRequest);
  if ('skipped' in expect) check('skipped', expect.skipped, result.skipped);
  if (expect.indices) check('indices', expect.indices, of('assertion').map(({ index }) => index));
  if (expect.request) for (const key of Object.keys(expect.request)) check(`request ${key}`, expect.request[key], result.request?.[key]);
  if (expect.sent) check('sent', expect.sent, world.calls.filter((call) => call[0] === 'sendRequest').map((call) => call[1]));
  for (const name of ['environment', 'globals', 'collectionVariables']) {
    if (!expect[name]) continue;
    const now = {};
    for (const { key, value } of world.scopes[name]) now[key] = value;
    for (const key of Object.keys(expect[name])) check(`${name} ${key}`, expect[name][key], now[key]);
  }
}
