// Events and abort signals: small, because scripts have little to use them with.

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
