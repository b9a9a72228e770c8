// SPDX-License-Identifier: Apache-2.0
// The image has no shell and no curl: Node itself asks /healthz.
'use strict';

const http = require('node:http');

const request = http.get({ host: '127.0.0.1', port: process.env.PORT || 8080, path: '/healthz', timeout: 2000 }, (response) => {
  response.resume();
  process.exitCode = response.statusCode === 200 ? 0 : 1;
});
request.on('timeout', () => request.destroy(new Error('timeout')));
request.on('error', () => {
  process.exitCode = 1;
});
