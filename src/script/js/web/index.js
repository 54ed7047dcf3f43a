// The web's globals that the engine lacks, made from what the host gives.

import { encoders } from './encoding.js';
import { URL, URLSearchParams } from './url.js';
import { structuredClone } from './clone.js';
import { cryptoOf } from './crypto.js';
import { AbortController, AbortSignal, Blob, DOMException, Event, EventTarget } from './events.js';
import { Intl } from './intl.js';

let made = null;

/** All names by what stands behind them; `web(host)` is what the sandbox calls. */
export default function web(host) {
  return (made ??= {
    ...encoders(host), URL, URLSearchParams, structuredClone, ...cryptoOf(host), AbortController, AbortSignal, Blob,
    DOMException, Event, EventTarget, Intl,
  });
}
