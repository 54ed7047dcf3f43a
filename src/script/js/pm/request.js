// `pm.request`.

import { host } from '../boot/host.js';
import { Request } from '../sdk/index.js';
import { addTo } from './expect.js';

const { parse } = JSON;

/** The request of the script's item; what becomes of it is carried to the next script. */
export function makeRequest(script) {
  const text = host.request();
  const request = new Request(text ? parse(text) : {});
  return addTo(request);
}
