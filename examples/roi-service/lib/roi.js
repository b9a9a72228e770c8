// SPDX-License-Identifier: Apache-2.0
// The calculation, without HTTP: money in, money out, when it is paid back.
'use strict';

const moment = require('moment');

class InputError extends Error {}

function positive(value, name, { zero = false, max = 1e12 } = {}) {
  const number = typeof value === 'number' ? value : Number(String(value ?? '').trim() || NaN);
  if (!Number.isFinite(number) || number < 0 || (!zero && number === 0) || number > max) {
    throw new InputError(`${name} must be a number ${zero ? 'of at least 0' : 'above 0'} and at most ${max}`);
  }
  return number;
}

/**
 * Return on investment of one scenario.
 *
 * investment  paid at the start
 * monthly     returned every month
 * costs       paid every month (default 0)
 * months      how long (default 36)
 * start       first day, YYYY-MM-DD (default today)
 */
function calculate({ investment, monthly, costs = 0, months = 36, start } = {}) {
  const paid = positive(investment, 'investment');
  const gained = positive(monthly, 'monthly', { zero: true });
  const running = positive(costs, 'costs', { zero: true });
  const duration = Math.trunc(positive(months, 'months', { max: 600 }));
  const first = start === undefined ? moment.utc().startOf('day') : moment.utc(start, 'YYYY-MM-DD', true);
  if (!first.isValid()) {
    throw new InputError('start must be a date YYYY-MM-DD');
  }
  const net = gained - running;
  const total = net * duration - paid;
  const payback = net > 0 ? Math.ceil(paid / net) : null;
  const left = (paid + total) / paid;
  return {
    investment: paid,
    net_return: round(total),
    roi_percent: round((total / paid) * 100),
    // More lost than was paid has no yearly rate.
    yearly_percent: left >= 0 ? round((left ** (12 / duration) - 1) * 100) : null,
    payback_months: payback,
    payback_date: payback === null ? null : first.clone().add(payback, 'months').format('YYYY-MM-DD'),
    ends: first.clone().add(duration, 'months').format('YYYY-MM-DD'),
  };
}

function round(value) {
  return Math.round(value * 100) / 100;
}

module.exports = { calculate, InputError };
