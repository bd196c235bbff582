// @linkedapi/node with its own host: prints what it makes of the answer, as JSON.
'use strict';

const modules = require('node:module').createRequire(`${process.env.CLIENTS}/`);
const { LinkedApiAdmin } = modules('@linkedapi/node');

new LinkedApiAdmin({ linkedApiToken: 'linked_live_built_in' }).subscription
  .getStatus()
  .then((value) => console.log(JSON.stringify(value)));
