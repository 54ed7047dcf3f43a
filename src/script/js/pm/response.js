// `pm.response`, and the responses of requests that scripts send themselves.

import { host } from '../boot/host.js';
import { buffer } from '../boot/require.js';
import { Response } from '../sdk/index.js';
import { addTo } from './expect.js';

const { parse } = JSON;

const makeBuffer = (bytes) => buffer().Buffer.from(bytes);

/** The response of the script's item; after a request error an object without code, status and body. */
export function makeResponse(script) {
  const text = script.responseText ??= host.response();
  const found = text ? parse(text) : null;
  return addTo(found ? new Response({
    ...found, cookies: undefined, textOf: host.bodyText, bytesOf: host.bodyBytes, makeBuffer,
  }) : new Response({}));
}

/** The response of `pm.sendRequest`: its body came with it. */
export function sentResponse(found) {
  const { text = '', base64 = found.body } = found;
  return new Response({
    ...found,
    cookies: undefined,
    textOf: () => text,
    bytesOf: () => (base64 === undefined ? host.utf8Encode(text) : host.base64Decode(base64)),
    makeBuffer,
  });
}
