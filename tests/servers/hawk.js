// Verifies Hawk with its reference implementation. Prints one line of JSON with its port, then serves on loopback until its
// standard input ends. The folder of the package is the argument.
'use strict';

const http = require('http');
const { createRequire } = require('module');

const load = createRequire(`${process.argv[2]}/`);
const Hawk = load('@hapi/hawk');

const credentials = (id) => {
  const [name, algorithm] = id.split('-');
  return name === 'id' ? { id, key: 'the hawk key', algorithm, user: 'somebody' } : null;
};

const server = http.createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', async () => {
    const end = (code, told) => {
      response.writeHead(code, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(told));
    };
    try {
      const body = Buffer.concat(chunks).toString();
      const type = request.headers['content-type'] || '';
      const options = request.url.startsWith('/payload') ? { payload: body, contentType: type } : {};
      const { artifacts } = await Hawk.server.authenticate(request, credentials, options);
      end(200, { ok: true, found: artifacts });
    } catch (error) {
      end(401, { ok: false, why: error.message });
    }
  });
});

server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.on('end', () => process.exit(0)).resume();
