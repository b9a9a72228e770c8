// SPDX-License-Identifier: Apache-2.0
// The one HTML page. The template is a constant of this file and `variable` is set here: nothing that a visitor sends
// becomes part of either, which is what the accepted exception SEC-2041 rests on. Values are escaped by <%- %>.
'use strict';

const _ = require('underscore');

const page = _.template(
  `<!doctype html>
<html lang="en">
<title>Return on investment</title>
<meta name="viewport" content="width=device-width">
<h1>Return on investment</h1>
<form action="/" method="get">
<label>Investment <input name="investment" value="<%- p.query.investment %>" inputmode="decimal" required></label>
<label>Return a month <input name="monthly" value="<%- p.query.monthly %>" inputmode="decimal" required></label>
<label>Costs a month <input name="costs" value="<%- p.query.costs %>" inputmode="decimal"></label>
<label>Months <input name="months" value="<%- p.query.months %>" inputmode="numeric"></label>
<button>Calculate</button>
</form>
<% if (p.error) { %><p role="alert"><%- p.error %></p><% } %>
<% if (p.result) { %><dl>
<% Object.keys(p.result).forEach(function (key) { %><dt><%- key.replace(/_/g, ' ') %><dd><%- p.result[key] === null ? 'never' : p.result[key] %>
<% }) %></dl><% } %>
</html>
`,
  { variable: 'p' },
);

function render({ query = {}, result = null, error = null }) {
  const text = (name, otherwise) => (typeof query[name] === 'string' ? query[name] : otherwise);
  return page({
    query: { investment: text('investment', ''), monthly: text('monthly', ''), costs: text('costs', '0'), months: text('months', '36') },
    result,
    error,
  });
}

module.exports = { render };
