// TextEncoder and TextDecoder over the host's codecs.

/** The two classes, bound to a host. */
export function encoders(host) {
  class TextEncoder {
    get encoding() { return 'utf-8'; }

    encode(text = '') { return new Uint8Array(host.utf8Encode(String(text))); }

    encodeInto(text, target) {
      const bytes = this.encode(text);
      const written = Math.min(bytes.length, target.length);
      target.set(bytes.subarray(0, written));
      return { read: written === bytes.length ? String(text).length : written, written };
    }
  }

  class TextDecoder {
    #label;
    #fatal;

    constructor(label = 'utf-8', { fatal = false } = {}) {
      this.#label = String(label).trim().toLowerCase();
      this.#fatal = Boolean(fatal);
    }

    get encoding() { return this.#label === 'utf8' ? 'utf-8' : this.#label; }

    get fatal() { return this.#fatal; }

    decode(input) {
      if (input === undefined) return '';
      const bytes = ArrayBuffer.isView(input)
        ? input.buffer.slice(input.byteOffset, input.byteOffset + input.byteLength) : input;
      return host.utf8Decode(bytes, this.#label, this.#fatal);
    }
  }
  return { TextEncoder, TextDecoder };
}
