/* Loaded by Node before a program's own code: lead its connections to the vendors' hosts to the mock server.

   Node 20's fetch and https know no proxy. They connect through net.Socket, and this is where they are led; the
   certificates come by NODE_EXTRA_CA_CERTS, except for programs that name their own. */
'use strict'

const fs = require('node:fs')
const net = require('node:net')
const path = require('node:path')
const tls = require('node:tls')

const settings = JSON.parse(fs.readFileSync(path.join(__dirname, 'preload.json'), 'utf8'))
const hosts = new Set(settings.hosts)
const [host, port] = settings.address
const passes = settings.others === 'pass'

const named = (text) => String(text ?? '').toLowerCase().replace(/\.$/, '').replace(/^\[(.*)\]$/, '$1')

function isLoopback(name) {
  return name === '' || name === 'localhost' || name.endsWith('.localhost') || name === '0.0.0.0' ||
    name === '::' || name === '::1' || /^(::ffff:)?127\./.test(name)
}

const shown = (name, where) => ([80, 443].includes(Number(where)) ? name : `${name}:${where}`)

const notes = path.join(__dirname, 'others')
const MOST = 4 * 1024 * 1024 // bytes of notes: a loop that asks for ever fills no disk

/* Note a connection to another host: at once, since a program may end before anything could be sent. */
function note(place) {
  try {
    if ((fs.statSync(notes, { throwIfNoEntry: false })?.size ?? 0) > MOST) return
    fs.appendFileSync(notes, `${place.replace(/\s/g, '')}\n`)
  } catch {
    // the mock server has ended
  }
}

function refused(place, name, where) {
  const text = `mockserver: ${place} is not one of the intercepted hosts (--others pass lets it through)`
  return Object.assign(new Error(text), { code: 'ECONNREFUSED', syscall: 'connect', address: name, port: where })
}

const connect = net.Socket.prototype.connect

net.Socket.prototype.connect = function (...given) {
  const [options, listener] = net._normalizeArgs(Array.isArray(given[0]) ? given[0] : given)
  if (options.path || options.port === undefined) return connect.apply(this, given)
  const name = named(options.host)
  if (hosts.has(name)) {
    const led = { ...options, host, port, lookup: undefined, family: undefined, localAddress: undefined }
    return listener ? connect.call(this, led, listener) : connect.call(this, led)
  }
  if (isLoopback(name)) return connect.apply(this, given)
  const place = shown(name, options.port)
  note(place)
  if (passes) return connect.apply(this, given)
  this.connecting = true
  process.nextTick(() => this.destroy(refused(place, name, options.port)))
  return this
}

/* A program that names the roots it trusts trusts ours for these hosts as well. */
const connectTls = tls.connect

tls.connect = function (...given) {
  const [options] = net._normalizeArgs(given)
  const isOurs = hosts.has(named(options.servername)) || hosts.has(named(options.host))
  if (!isOurs || !options.ca) return connectTls.apply(this, given)
  const own = fs.readFileSync(settings.ca, 'utf8')
  const trusting = { ...options, ca: [].concat(options.ca, own) }
  const listener = given.find((one) => typeof one === 'function')
  return connectTls.call(this, trusting, listener)
}
