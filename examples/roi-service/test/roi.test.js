// SPDX-License-Identifier: Apache-2.0
'use strict';

const test = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const jwt = require('jsonwebtoken');
const pino = require('pino');
const { calculate, InputError } = require('../lib/roi');
const { render } = require('../lib/page');
const { createService } = require('../lib/service');

test('12,000 invested, 1,000 a month for three years', () => {
  assert.deepStrictEqual(calculate({ investment: 12000, monthly: 1000, months: 36, start: '2026-01-31' }), {
    investment: 12000,
    net_return: 24000,
    roi_percent: 200,
    yearly_percent: 44.22,
    payback_months: 12,
    payback_date: '2027-01-31',
    ends: '2029-01-31',
  });
});

test('what costs more than it returns is never paid back', () => {
  const result = calculate({ investment: '100', monthly: '5', costs: '6', months: '12', start: '2026-01-01' });
  assert.strictEqual(result.payback_date, null);
  assert.strictEqual(result.roi_percent, -112);
  assert.strictEqual(result.yearly_percent, null);
});

test('numbers that are none are refused', () => {
  for (const investment of [undefined, '', 'x', '-1', '0', '1e13', ['1', '2'], { a: 1 }]) {
    assert.throws(() => calculate({ investment, monthly: 1 }), InputError);
  }
  assert.throws(() => calculate({ investment: 1, monthly: 1, start: '2026-02-30' }), InputError);
});

test('the page escapes what it is given', () => {
  assert.doesNotMatch(render({ query: { investment: '"><script>' } }), /<script>/);
});

test('over HTTP: health, metrics, calculation, token', async (t) => {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'roi-'));
  const keyFile = path.join(folder, 'key');
  const server = createService({ log: pino({ level: 'silent' }), keyFile }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
    fs.rmSync(folder, { recursive: true });
  });
  const url = `http://127.0.0.1:${server.address().port}`;
  const post = (token) =>
    fetch(`${url}/scenarios`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify([{ investment: 100, monthly: 10, months: 20 }]),
    });

  assert.strictEqual((await fetch(`${url}/healthz`)).status, 200);
  assert.strictEqual((await (await fetch(`${url}/roi?investment=100&monthly=10&months=20`)).json()).roi_percent, 100);
  assert.strictEqual((await fetch(`${url}/roi?investment=abc`)).status, 400);
  assert.strictEqual((await fetch(`${url}/`)).status, 200);
  assert.strictEqual((await fetch(`${url}/nothing`)).status, 404);
  assert.match(await (await fetch(`${url}/metrics`)).text(), /roi_calculations_total 1\n/);
  assert.strictEqual((await post()).status, 503);
  fs.writeFileSync(keyFile, 'made for this test\n');
  assert.strictEqual((await post()).status, 401);
  assert.strictEqual((await post(jwt.sign({}, 'another', { algorithm: 'HS256' }))).status, 401);
  assert.strictEqual((await post(jwt.sign({}, null, { algorithm: 'none' }))).status, 401);
  assert.strictEqual((await (await post(jwt.sign({}, 'made for this test', { algorithm: 'HS256' }))).json())[0].payback_months, 10);
});
