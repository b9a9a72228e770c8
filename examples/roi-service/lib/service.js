// SPDX-License-Identifier: Apache-2.0
// The HTTP service: / (page), /roi (JSON), /scenarios (JSON, with a token), /healthz, /metrics.
'use strict';

const fs = require('node:fs');
const express = require('express');
const jwt = require('jsonwebtoken');
const prometheus = require('prom-client');
const { calculate, InputError } = require('./roi');
const { render } = require('./page');

const MAX_SCENARIOS = 100;

/** The key that signs tokens of /scenarios; without the mounted file that endpoint answers 503. */
function readKey(path) {
  try {
    return fs.readFileSync(path, 'utf8').trim() || null;
  } catch {
    return null;
  }
}

function createService({ log, keyFile = '/run/secrets/roi_token_key' }) {
  const app = express();
  const registry = new prometheus.Registry();
  prometheus.collectDefaultMetrics({ register: registry });
  const duration = new prometheus.Histogram({
    name: 'roi_http_request_duration_seconds',
    help: 'Duration of HTTP requests',
    labelNames: ['route', 'status'],
    registers: [registry],
  });
  const calculations = new prometheus.Counter({
    name: 'roi_calculations_total',
    help: 'Scenarios calculated',
    registers: [registry],
  });

  app.disable('x-powered-by');
  app.use((request, response, next) => {
    const end = duration.startTimer();
    response.on('finish', () => {
      const route = request.route ? request.route.path : 'none';
      const seconds = end({ route, status: response.statusCode });
      log.info({ method: request.method, route, status: response.statusCode, seconds }, 'request');
    });
    next();
  });

  const count = (input) => {
    const result = calculate(input);
    calculations.inc();
    return result;
  };

  app.get('/healthz', (request, response) => response.json({ status: 'ok' }));
  app.get('/metrics', async (request, response) => {
    response.type(registry.contentType).send(await registry.metrics());
  });
  app.get('/', (request, response) => {
    const asked = request.query.investment !== undefined;
    try {
      response.type('html').send(render({ query: request.query, result: asked ? count(request.query) : null }));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      response.status(400).type('html').send(render({ query: request.query, error: error.message }));
    }
  });
  app.get('/roi', (request, response) => response.json(count(request.query)));
  app.post('/scenarios', express.json({ limit: '64kb' }), (request, response) => {
    const key = readKey(keyFile);
    if (key === null) return response.status(503).json({ error: 'no token key is mounted' });
    const token = /^Bearer (\S+)$/.exec(request.get('authorization') || '');
    try {
      jwt.verify(token ? token[1] : '', key, { algorithms: ['HS256'] });
    } catch {
      return response.status(401).json({ error: 'a valid token is required' });
    }
    if (!Array.isArray(request.body) || request.body.length > MAX_SCENARIOS) {
      throw new InputError(`send a list of at most ${MAX_SCENARIOS} scenarios`);
    }
    return response.json(request.body.map(count));
  });
  app.use((request, response) => response.status(404).json({ error: 'not found' }));
  // Express tells an error handler by its four parameters.
  // eslint-disable-next-line no-unused-vars
  app.use((error, request, response, next) => {
    const status = error instanceof InputError ? 400 : error.status || 500;
    if (status >= 500) log.error({ err: error }, 'request failed');
    response.status(status).json({ error: status >= 500 ? 'internal error' : error.message });
  });
  return app;
}

module.exports = { createService };
