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
    #ignoreBOM;
    #kept = new Uint8Array(0); // bytes of a character that is not whole yet
    #begun = false;

    constructor(label = 'utf-8', { fatal = false, ignoreBOM = false } = {}) {
      const given = String(label).trim().toLowerCase();
      this.#label = { utf8: 'utf-8', latin1: 'windows-1252', ascii: 'windows-1252', 'us-ascii': 'windows-1252', 'iso-8859-1': 'windows-1252', 'utf-16': 'utf-16le' }[given] ?? given;
      host.utf8Decode(new ArrayBuffer(0), this.#label, false); // an unknown label is an error now
      this.#fatal = Boolean(fatal);
      this.#ignoreBOM = Boolean(ignoreBOM);
    }

    get encoding() { return this.#label; }

    get fatal() { return this.#fatal; }

    get ignoreBOM() { return this.#ignoreBOM; }

    decode(input, { stream = false } = {}) {
      let bytes = input === undefined ? new Uint8Array(0)
        : ArrayBuffer.isView(input) ? new Uint8Array(input.buffer, input.byteOffset, input.byteLength) : new Uint8Array(input);
      if (this.#kept.length) bytes = Uint8Array.from([...this.#kept, ...bytes]);
      const keep = stream && this.#label === 'utf-8' ? unfinished(bytes) : 0;
      this.#kept = bytes.slice(bytes.length - keep);
      const whole = keep ? bytes.slice(0, -keep) : bytes;
      let text = host.utf8Decode(whole.slice().buffer, this.#label, this.#fatal);
      if (!this.#begun && !this.#ignoreBOM && text.charCodeAt(0) === 0xfeff) text = text.slice(1);
      this.#begun = stream && (this.#begun || whole.length > 0);
      return text;
    }
  }
  return { TextEncoder, TextDecoder };
}

// How many bytes at the end begin a character that they do not end.
function unfinished(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if ((byte & 0xc0) === 0x80) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1;
    return needed > back ? back : 0;
  }
  return 0;
}
