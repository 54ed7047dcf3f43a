// `require('postman-collection')` gives the SDK itself, whose classes must know the sandbox's own objects for theirs.

import * as own from './index.js';

const { hasInstance } = Symbol;
const ordinary = Function.prototype[hasInstance];

/** Makes `instanceof` of the SDK's classes hold for the objects that stand in for them; returns the SDK. */
export function adopt(sdk) {
  for (const name of Object.keys(own)) {
    const [type, standIn] = [sdk[name], own[name]];
    if (typeof type !== 'function' || typeof standIn !== 'function' || !standIn.prototype) continue;
    Object.defineProperty(type, hasInstance, {
      value(value) { return ordinary.call(this, value) || (this === type && ordinary.call(standIn, value)); },
      writable: true, configurable: true,
    });
  }
  return sdk;
}
