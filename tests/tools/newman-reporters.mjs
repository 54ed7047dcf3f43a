// Gives a JSON report of postbud's to reporters made for newman, as newman would have: the events, and a summary of the
// collection SDK's objects. Writes what each makes of it to `<folder>/<reporter>`.
import { EventEmitter } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const sdk = require('postman-collection');
const [file, folder] = process.argv.slice(2);
const report = JSON.parse(readFileSync(file, 'utf8'));

const collection = new sdk.Collection(report.collection);
const run = structuredClone(report.run);
for (const execution of run.executions) {
  execution.item = collection.oneDeep(execution.item.id);
  if (!execution.item) throw new Error(`an execution of an item that the collection does not have: ${execution.id}`);
  execution.request = new sdk.Request(execution.request);
  if (execution.response) execution.response = new sdk.Response(execution.response);
}
const newman = Object.assign(new EventEmitter(), {
  exports: [],
  summary: { collection, environment: new sdk.VariableScope(report.environment), globals: new sdk.VariableScope(report.globals), run },
});
const reporters = ['htmlextra', 'junitfull'];
for (const name of reporters) {
  require(`newman-reporter-${name}`)(newman, { logs: true }, { reporters, reporter: {}, newmanVersion: '6.2.1' });
}
newman.emit('start', null, { cursor: { length: 1, cycles: 1 } });
for (const { cursor, item, assertions = [] } of run.executions) {
  for (const { assertion, skipped, error } of assertions) newman.emit('assertion', null, { cursor, assertion, skipped, error, item });
}
newman.emit('beforeDone', null, { summary: newman.summary });
newman.emit('done', null, newman.summary);
newman.exports.forEach((made, i) => writeFileSync(join(folder, reporters[i]), made.content));
