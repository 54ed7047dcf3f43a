// The web's globals that the engine lacks, made from what the host gives.

import { encoders } from './encoding.js';
import { URL, URLSearchParams } from './url.js';
import { structuredClone } from './clone.js';
import { cryptoOf } from './crypto.js';
import { blobs } from './blob.js';
import { AbortController, AbortSignal, DOMException, Event, EventTarget } from './events.js';
import { streamsOf } from './streams.js';
import { intl } from './intl/index.js';

let made = null;

/** All names by what stands behind them; `web(host, loadStreams)` is what the sandbox calls. */
export default function web(host, loadStreams) {
  if (made) return made;
  const codecs = encoders(host);
  let found;
  const streams = () => (found ??= streamsOf(host, loadStreams(), codecs));
  made = {
    ...codecs, URL, URLSearchParams, structuredClone, ...cryptoOf(host), AbortController, AbortSignal, ...blobs(codecs, streams),
    DOMException, Event, EventTarget, ...intl(host), streams,
  };
  return made;
}
