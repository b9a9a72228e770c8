// SPDX-License-Identifier: Apache-2.0
// node server.js [--host 0.0.0.0] [--port 8080] [--key-file FILE] [--log-level info]
'use strict';

const minimist = require('minimist');
const pino = require('pino');
const { createService } = require('./lib/service');

const options = minimist(process.argv.slice(2), {
  string: ['host', 'key-file', 'log-level'],
  default: {
    host: process.env.HOST || '0.0.0.0',
    port: process.env.PORT || 8080,
    'key-file': '/run/secrets/roi_token_key',
    'log-level': process.env.LOG_LEVEL || 'info',
  },
});

// One JSON object a line on standard output: what the container's log driver collects.
const log = pino({ level: options['log-level'], base: { service: 'roi-service' }, timestamp: pino.stdTimeFunctions.isoTime });
const server = createService({ log, keyFile: options['key-file'] }).listen(Number(options.port), options.host, () => {
  log.info({ address: server.address() }, 'listening');
});

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    log.info({ signal }, 'stopping');
    server.close(() => process.exit(0));
    setTimeout(() => process.exit(0), 5000).unref();
  });
}
