// The legacy globals' values: plain copies, as they were before `pm` existed.

import { host } from '../boot/host.js';
import { makeScope } from '../pm/scope.js';

const { parse } = JSON;

/** A plain copy of a scope as it was when the script began; `postman.set…` writes to it too. */
export function variables(script, name) {
  return ((script.legacyCopies ??= {})[name] ??= makeScope(name).toObject());
}

/** The data row. */
export function row() {
  return makeScope('iterationData').toObject(true);
}

/** The response's data, parsed once a script; null after a request error. */
export function response(script) {
  script.responseText ??= host.response();
  return (script.responseData ??= script.responseText ? parse(script.responseText) : null);
}

/** The body as text. */
export function responseBody(script) {
  return response(script) ? host.bodyText() : undefined;
}

/** `{name, detail, code, standardName}`. */
export function responseCode(script) {
  return response(script) ? script.pm.response.details() : {};
}

/** Keys as they were sent, the last of duplicates. */
export function responseHeaders(script) {
  const out = {};
  for (const { key, value } of response(script)?.header || []) out[key] = value;
  return out;
}

/** The request as Postman's first scripts knew it. */
export function request(script) {
  const { pm, job, info } = script;
  const { id = info.requestId, name = info.requestName, description } = job.legacyRequest || {};
  const found = script.own.request ?? pm.request;
  const headers = {};
  found.headers.each((header) => {
    if (!header.disabled && header.key) headers[String(header.key).toLowerCase()] = header.value;
  });
  return { id, name, description: description || undefined, headers, method: found.method, url: found.url.toString(), data: data(found.body) };
}

function data(body) {
  if (!body || body.disabled) return {};
  if (body.mode === 'raw') return body.raw;
  if (body.mode !== 'urlencoded' && body.mode !== 'formdata') return {};
  return body[body.mode] ? body[body.mode].toObject(true, false, true) : {};
}
