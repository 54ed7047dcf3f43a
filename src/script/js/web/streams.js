// The streams that turn text and compressed data, over the library's stream classes.

import { DOMException } from './events.js';

const FORMATS = ['deflate', 'deflate-raw', 'gzip'];

/** All stream classes; `library` has the plain ones. */
export function streamsOf(host, library, { TextDecoder, TextEncoder }) {
  const { TransformStream } = library;

  class Pair {
    #stream;

    constructor(transformer) {
      this.#stream = new TransformStream(transformer);
    }

    get readable() { return this.#stream.readable; }

    get writable() { return this.#stream.writable; }
  }

  class TextEncoderStream extends Pair {
    constructor() {
      const encoder = new TextEncoder();
      let half = ''; // the first half of a pair, whose other half is in the next chunk
      super({
        transform(chunk, controller) {
          const text = half + String(chunk);
          half = /[\ud800-\udbff]$/.test(text) ? text.slice(-1) : '';
          const whole = half ? text.slice(0, -1) : text;
          if (whole) controller.enqueue(encoder.encode(whole.toWellFormed()));
        },
        flush(controller) { if (half) controller.enqueue(encoder.encode('\ufffd')); },
      });
    }

    get encoding() { return 'utf-8'; }
  }

  class TextDecoderStream extends Pair {
    #decoder;

    constructor(label, options) {
      const decoder = new TextDecoder(label, options);
      super({
        transform(chunk, controller) {
          const text = decoder.decode(chunk, { stream: true });
          if (text) controller.enqueue(text);
        },
        flush(controller) {
          const text = decoder.decode();
          if (text) controller.enqueue(text);
        },
      });
      this.#decoder = decoder;
    }

    get encoding() { return this.#decoder.encoding; }

    get fatal() { return this.#decoder.fatal; }

    get ignoreBOM() { return this.#decoder.ignoreBOM; }
  }

  // Data is kept until its end: what scripts have fits in memory.
  const whole = (act) => {
    const chunks = [];
    return {
      transform(chunk) {
        if (!(chunk instanceof ArrayBuffer) && !ArrayBuffer.isView(chunk)) {
          throw new TypeError('The "chunk" argument must be an instance of ArrayBuffer, Buffer, TypedArray, or DataView.');
        }
        chunks.push(chunk instanceof ArrayBuffer ? new Uint8Array(chunk) : new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength));
      },
      flush(controller) {
        const all = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
        let at = 0;
        for (const chunk of chunks) {
          all.set(chunk, at);
          at += chunk.length;
        }
        const made = act(all.buffer);
        if (made === undefined) throw new TypeError('The compressed data was not valid.');
        if (made.byteLength) controller.enqueue(new Uint8Array(made));
      },
    };
  };
  const known = (format) => {
    if (!FORMATS.includes(format)) throw new TypeError(`Unsupported compression format: '${format}'`);
    return format;
  };

  class CompressionStream extends Pair {
    constructor(format) {
      known(format);
      super(whole((data) => host.compress(format, data)));
    }
  }

  class DecompressionStream extends Pair {
    constructor(format) {
      known(format);
      super(whole((data) => host.decompress(format, data)));
    }
  }
  const own = { TextEncoderStream, TextDecoderStream, CompressionStream, DecompressionStream };
  for (const name of Object.keys(own)) Object.defineProperty(own[name], 'name', { value: name });
  return { ...library, ...own, DOMException };
}
