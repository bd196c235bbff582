// Get a URL as Node's clients do: `node client.cjs CLIENT URL`. Prints the status; ends with 3 where there is none.
'use strict';

const https = require('node:https');

const headers = { 'X-API-KEY': 'pp_live_built_in' };
const modules = require('node:module').createRequire(`${process.env.CLIENTS}/`);

const clients = {
  fetch: async (url) => (await fetch(url, { headers })).status,
  https: (url) =>
    new Promise((resolve, reject) => {
      https.get(url, { headers }, (answer) => resolve(answer.resume().statusCode)).on('error', reject);
    }),
  axios: async (url) => (await modules('axios').get(url, { headers, validateStatus: null })).status,
  got: async (url) => {
    const { default: got } = await import(modules.resolve('got'));
    return (await got(url, { headers, retry: { limit: 0 }, throwHttpErrors: false })).statusCode;
  },
};

clients[process.argv[2]](process.argv[3]).then(
  (status) => console.log(status),
  (error) => {
    console.error(error.message, error.cause?.message ?? '');
    process.exitCode = 3;
  },
);
