// One script while it runs: what it was started with, what it did, and when it is over.

import { host } from './host.js';
import { compile } from './compile.js';
import { describe } from './errors.js';
import { Timers } from './timers.js';
import { Scopes } from '../pm/scopes.js';
import { Postman } from '../pm/index.js';
import { scriptThis, valueOf } from '../legacy/index.js';
import { settleTests } from '../legacy/tests.js';

const { stringify } = JSON;

/** The state of one script; a new one for each. */
export class Script {
  constructor(job) {
    this.job = job;
    this.phase = job.phase;
    this.info = job.info;
    this.assertions = 0;
    this.running = false;
    this.over = false;
    this.muted = false; // after skipRequest nothing of the script counts
    this.error = null;
    this.nextRequest = undefined;
    this.pm = new Postman(this);
    this.scopes = new Scopes(this);
    this.own = Object.create(null); // values made on first use, by name
    this.effects = null; // number → what to do when it is over
    this.timers = null;
    this.told = null; // deprecated names already mentioned
    this.skippedResult = null;
    this.waiting = null; // tests whose `done` was not called yet, by index
  }

  /** Runs the synchronous part. */
  run() {
    let compiled;
    try {
      compiled = compile(this.job.source, this.phase);
    } catch (error) {
      this.fail(error);
      return;
    }
    const { fn, names, awaits } = compiled;
    this.running = true;
    try {
      const args = new Array(names.length);
      for (let i = 0; i < names.length; i++) args[i] = valueOf(names[i], this);
      const result = fn.apply(scriptThis(this), args);
      if (awaits) {
        result.then(() => this.settled(), (error) => { this.fail(error); this.settled(); });
        return;
      }
    } catch (error) {
      this.fail(error);
    }
    this.settled();
  }

  settled() {
    if (this.over) return;
    this.running = false;
    try {
      settleTests(this);
    } catch (error) {
      this.fail(error);
    }
  }

  fail(thrown) {
    if (this.error || this.muted) return;
    this.error = describe(thrown);
  }

  /** An error in a callback: newman reports it without failing the script. */
  exception(thrown) {
    const error = describe(thrown);
    if (error) this.emit('exception', error);
  }

  emit(kind, value) {
    if (!this.muted && !this.over) host.emit(kind, stringify(value));
  }

  /** Tells once a script that a name is old. Rust decides how often a user is told. */
  deprecated(name, alternative) {
    const told = (this.told ??= new Set());
    if (told.has(name)) return;
    told.add(name);
    this.emit('deprecated', { name, alternative, text: `Using "${name}" is deprecated. Use "${alternative}" instead.` });
  }

  /** Starts an effect; `done(outcome)` runs when it is over. */
  start(kind, payload, done) {
    if (this.muted || this.over) return 0;
    const id = host.call(kind, stringify(payload));
    (this.effects ??= new Map()).set(id, done);
    return id;
  }

  settle(id, outcome) {
    const done = this.effects && this.effects.get(id);
    if (!done || this.over) return;
    this.effects.delete(id);
    this.guard(done, outcome);
  }

  /** Calls a callback of the script; what it throws is reported. */
  guard(fn, argument) {
    try {
      fn(argument);
    } catch (error) {
      this.exception(error);
    }
  }

  timersOf() {
    return (this.timers ??= new Timers(this));
  }

  /** Freezes the outcome: the rest of the script runs, but nothing it does counts. */
  skip() {
    if (this.muted) return;
    this.skippedResult = this.result(true);
    this.muted = true;
    this.running = false;
  }

  /** The outcome as text; ends the script. */
  finish(error) {
    if (error) this.error = error;
    const text = this.skippedResult ?? this.result(false);
    this.over = true;
    this.effects = null;
    return text;
  }

  result(skipped) {
    const scopes = this.carry(() => this.scopes.changes()) || 'null';
    const { request } = this.own;
    const sent = request && this.carry(() => stringify(request.toJSON())) || 'null';
    const left = this.waiting && this.waiting.size ? `,"unsettled":${stringify([...this.waiting.values()])}` : '';
    const next = this.nextRequest ? `,"nextRequest":${stringify(this.nextRequest)}` : '';
    return `{"error":${stringify(this.error)},"skipped":${skipped},"scopes":${scopes},"request":${sent}${next}${left}}`;
  }

  // A value that cannot cross fails the script instead of the run.
  carry(make) {
    try {
      return make();
    } catch (error) {
      this.error = describe(error);
      return undefined;
    }
  }
}
