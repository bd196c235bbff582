// Runs jobs through @linkedapi/node: `node linkedapi.cjs BASE_URL`, a JSON list of
// {token, method, params?} on stdin; prints a JSON list of {value} or {error}.
'use strict';

const { readFileSync } = require('node:fs');
const { LinkedApiAdmin, LinkedApiError } = require('@linkedapi/node');
const { buildAdminHttpClient } = require('@linkedapi/node/dist/admin/admin-http-client.js');

async function run({ token, method, params }) {
  const http = buildAdminHttpClient({ linkedApiToken: token }, 'node', process.argv[2]);
  const { subscription } = new LinkedApiAdmin(http);
  try {
    return { value: await subscription[method](params) };
  } catch (error) {
    const { type, message, details } = error;
    return { error: { class: error.constructor.name, typed: error instanceof LinkedApiError, type, message, details } };
  }
}

Promise.all(JSON.parse(readFileSync(0, 'utf8')).map(run)).then((outcomes) => console.log(JSON.stringify(outcomes)));
