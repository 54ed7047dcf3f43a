// Events, abort signals, blobs: small, because scripts have little to use them with.

/** An error with a name of its own. */
export class DOMException extends Error {
  constructor(message = '', name = 'Error') {
    super(message);
    Object.defineProperty(this, 'name', { value: typeof name === 'object' ? name.name : name, configurable: true });
  }
}

/** Something that happened. */
export class Event {
  constructor(type, init = {}) {
    this.type = String(type);
    this.cancelable = Boolean(init.cancelable);
    this.defaultPrevented = false;
    this.target = null;
  }

  preventDefault() { if (this.cancelable) this.defaultPrevented = true; }

  stopPropagation() {}

  stopImmediatePropagation() { this.stopped = true; }
}

/** Something with listeners. */
export class EventTarget {
  #listeners = [];

  addEventListener(type, listener, options) {
    const once = Boolean(options && options.once);
    if (!this.#listeners.some((known) => known.type === type && known.listener === listener)) {
      this.#listeners.push({ type, listener, once });
    }
  }

  removeEventListener(type, listener) {
    this.#listeners = this.#listeners.filter((known) => known.type !== type || known.listener !== listener);
  }

  dispatchEvent(event) {
    event.target = this;
    const own = this[`on${event.type}`];
    if (typeof own === 'function') own.call(this, event);
    for (const { type, listener, once } of this.#listeners.slice()) {
      if (type !== event.type || event.stopped) continue;
      if (once) this.removeEventListener(type, listener);
      if (typeof listener === 'function') listener.call(this, event);
      else listener.handleEvent(event);
    }
    return !event.defaultPrevented;
  }
}

/** Tells that something should stop. */
export class AbortSignal extends EventTarget {
  aborted = false;
  reason = undefined;

  throwIfAborted() { if (this.aborted) throw this.reason; }

  static abort(reason) {
    const controller = new AbortController();
    controller.abort(reason);
    return controller.signal;
  }
}

/** The other side of a signal. */
export class AbortController {
  signal = new AbortSignal();

  abort(reason = new DOMException('This operation was aborted', 'AbortError')) {
    const { signal } = this;
    if (signal.aborted) return;
    signal.aborted = true;
    signal.reason = reason;
    signal.dispatchEvent(new Event('abort'));
  }
}

/** Bytes with a type. */
export class Blob {
  #bytes;

  constructor(parts = [], { type = '' } = {}) {
    const chunks = parts.map((part) => {
      if (part instanceof Blob) return part.#bytes;
      if (part instanceof ArrayBuffer) return new Uint8Array(part);
      if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
      return new TextEncoder().encode(String(part));
    });
    this.#bytes = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      this.#bytes.set(chunk, at);
      at += chunk.length;
    }
    this.type = String(type).toLowerCase();
  }

  get size() { return this.#bytes.length; }

  async arrayBuffer() { return this.#bytes.slice().buffer; }

  async text() { return new TextDecoder().decode(this.#bytes); }

  slice(start, end, type) { return new Blob([this.#bytes.slice(start, end)], { type }); }
}
