// `pm.sendRequest`: newman's callback form and the newer promise form.

import { CookieList, Response } from '../sdk/index.js';
import { sentResponse } from './response.js';

const FILES = 'uploading files from scripts is not allowed';

/** Starts the request; returns `pm` where there is a callback, else a promise of the response. */
export function sendRequest(script, request, callback) {
  const { pm } = script;
  if (typeof callback === 'function') {
    begin(script, request, (error, response, history) => {
      if (error) callback.call(pm, error, new Response({}));
      else callback.call(pm, null, response, history);
    });
    return pm;
  }
  return new Promise((resolve, reject) => {
    begin(script, request, (error, response) => {
      if (!error) resolve(response);
      else reject(Object.assign(new Error(error.message), error, { name: error.name }));
    });
  });
}

function begin(script, request, done) {
  const payload = asCollectionRequest(request, script);
  if (!payload) {
    const error = new Error('sendrequest: nothing to request');
    script.start('timer', { ms: 0, immediate: true }, () => done(error));
    return;
  }
  script.start('sendRequest', payload, (outcome) => {
    if (outcome.error) {
      done(failure(outcome.error));
      return;
    }
    const { response } = outcome;
    done(null, sentResponse(response), { cookies: new CookieList(undefined, response.cookies || []) });
  });
}

// newman's error has the fields of the system's error alone. Newer runtimes add `name` and `message`, which are inherited here so
// that the object looks the same as in newman.
function failure({ name, message, ...fields }) {
  return Object.assign(Object.create({ name, message, constructor: Object }), fields);
}

/** The request in the collection's form, or null where there is nothing to send. */
function asCollectionRequest(request, script) {
  if (!request) return null;
  if (typeof request === 'string') return { url: request, method: 'GET' };
  const plain = typeof request.toJSON === 'function' ? request.toJSON() : request;
  // A URL object of the SDK may stand for the request.
  const url = plain.url === undefined && plain.host !== undefined ? request : plain.url ?? '';
  const out = { url: plainUrl(url), method: plain.method ? String(plain.method).toUpperCase() : 'GET' };
  const header = headers(plain.header);
  if (header.length) out.header = header;
  const body = bodyOf(plain.body, script);
  if (body) out.body = body;
  for (const name of ['auth', 'proxy', 'certificate', 'name', 'id']) {
    if (plain[name] !== undefined) out[name] = json(plain[name]);
  }
  return out;
}

const json = (value) => (value && typeof value.toJSON === 'function' ? value.toJSON() : value);

function plainUrl(url) {
  if (url && typeof url === 'object') return json(url);
  return String(url);
}

function headers(header) {
  if (!header) return [];
  if (typeof header === 'string') {
    return header.split(/\r?\n/).filter(Boolean).map((line) => {
      const colon = line.indexOf(':');
      return colon < 0 ? { key: line.trim(), value: '' } : { key: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() };
    });
  }
  if (typeof header.toJSON === 'function') header = header.toJSON();
  if (Array.isArray(header)) {
    return header.map((item) => (typeof item === 'string' ? headers(item)[0] : json(item))).filter(Boolean)
      .map((item) => ({ ...item, value: text(item.value) }));
  }
  // Measured: of an object only the texts are sent.
  return Object.keys(header).filter((key) => typeof header[key] === 'string').map((key) => ({ key, value: header[key] }));
}

function text(value) {
  return value === undefined ? '' : String(value);
}

function bodyOf(body, script) {
  if (body === undefined || body === null || body === '') return undefined;
  if (typeof body === 'string') return { mode: 'raw', raw: body };
  const plain = json(body);
  if (typeof plain !== 'object') return undefined;
  const made = { ...plain };
  if (made.mode === 'file') {
    warn(script);
    return undefined;
  }
  for (const mode of ['urlencoded', 'formdata']) {
    if (made[mode] === undefined) continue;
    made[mode] = pairs(made[mode]);
    if (mode === 'formdata' && made.formdata.some((part) => part.type === 'file')) {
      warn(script);
      made.formdata = made.formdata.filter((part) => part.type !== 'file');
    }
  }
  if (made.mode === 'raw' && made.raw !== null && typeof made.raw === 'object') made.raw = JSON.stringify(made.raw);
  return made;
}

function pairs(given) {
  if (typeof given === 'string') {
    return given.split('&').filter(Boolean).map((pair) => {
      const [key, ...value] = pair.split('=');
      return { key, value: value.join('=') };
    });
  }
  if (typeof given.toJSON === 'function') given = given.toJSON();
  if (Array.isArray(given)) return given.map(json);
  return [json(given)]; // measured: an object is one parameter
}

function warn(script) {
  script.emit('console', { level: 'warn', text: `'${FILES}'` });
}
