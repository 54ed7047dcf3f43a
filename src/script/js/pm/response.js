// `pm.response`, and the responses of requests that scripts send themselves.

import { host } from '../boot/host.js';
import { Response } from '../sdk/index.js';
import { addTo } from './expect.js';

const { parse } = JSON;

/** The response of the script's item; after a request error an object without code, status and body. */
export function makeResponse(script) {
  const text = script.responseText ??= host.response();
  const found = text ? parse(text) : null;
  if (!found) return addTo(new Response({ text: () => undefined, bytes: () => undefined }));
  return addTo(new Response({
    ...found, cookies: undefined, text: () => host.bodyText(), bytes: () => host.bodyBytes(),
  }));
}

/** The response of `pm.sendRequest`: its body came with it. */
export function sentResponse(found) {
  const { text, base64 } = found;
  return new Response({
    ...found,
    cookies: undefined,
    text: () => text ?? '',
    bytes: () => (base64 === undefined ? host.utf8Encode(text ?? '') : host.base64Decode(base64)),
  });
}
