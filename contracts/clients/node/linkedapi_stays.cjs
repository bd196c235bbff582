// @linkedapi/node for the fuzzer (`mockserver fuzz-client --stay`): `node linkedapi_stays.cjs METHOD`. For each line
// {case, base_url, key} on stdin one call, and a line {value} or {error}.
'use strict';

const { createInterface } = require('node:readline');
const { LinkedApiAdmin, LinkedApiError } = require('@linkedapi/node');
const { buildAdminHttpClient } = require('@linkedapi/node/dist/admin/admin-http-client.js');

const SEATS = { quantity: 5, billingPeriod: 'year', seatType: 'plus' };

async function outcome({ base_url, key }) {
  const http = buildAdminHttpClient({ linkedApiToken: key }, 'node', base_url);
  try {
    return { value: await new LinkedApiAdmin(http).subscription[process.argv[2]](SEATS) };
  } catch (error) {
    const { type, message, details } = error;
    const typed = error instanceof LinkedApiError;
    return { error: { name: error.constructor.name, typed, type, message, details } };
  }
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  console.log(JSON.stringify(await outcome(JSON.parse(line))));
});
