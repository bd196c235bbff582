-- One step of a sandbox: compare, save, append. Redis runs it alone, so it is atomic. What Redis may refuse (it is full,
-- it may only be read) it refuses at the first write, so nothing is ever done by half.
--
-- KEYS[1] is the prefix of all keys:
--   number           the last one given out: of versions, and of entries in their order
--   names            sorted set of sandboxes, by the number at which they came into being
--   idle             sorted set of the disposable ones, by when they were last used
--   s:NAME           hash: v version, d document, u last used, b bytes of its journal, n entries dropped of it
--   j:NAME           list of a journal's places, oldest first; a place is "ID SIZE NAME"
--   places           sorted set of the places of all journals, by number
--   entries          hash of entries by id
--   bytes            of all journals
local prefix = KEYS[1]
local action, name, expected, now = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local document, disposable = ARGV[5], ARGV[6]
local id, size, entry = ARGV[7], tonumber(ARGV[8]), ARGV[9]
local most, journal_bytes, journal_total = tonumber(ARGV[10]), tonumber(ARGV[11]), tonumber(ARGV[12])
local idle_since = now - tonumber(ARGV[13])

local call = redis.call
local sandbox = prefix .. 's:' .. name
local names, idle, places = prefix .. 'names', prefix .. 'idle', prefix .. 'places'

local function text(number)
  return string.format('%.0f', number)
end

-- Numbers begin with the time in microseconds: those given out before a Redis that lost its data never come again.
local function next_number()
  local number = call('INCR', prefix .. 'number')
  if number == 1 then
    local time = call('TIME')
    number = tonumber(time[1]) * 1000000 + tonumber(time[2])
    call('SET', prefix .. 'number', text(number))
  end
  return number
end

-- Drop the oldest entry of a journal.
local function drop(one)
  local place = call('LPOP', prefix .. 'j:' .. one)
  local its_id, its_size = string.match(place, '^(%S+) (%d+) ')
  call('HDEL', prefix .. 'entries', its_id)
  call('ZREM', places, place)
  call('DECRBY', prefix .. 'bytes', its_size)
  call('HINCRBY', prefix .. 's:' .. one, 'n', 1)
  return call('HINCRBY', prefix .. 's:' .. one, 'b', text(0 - tonumber(its_size)))
end

local function clear(one)
  while call('LLEN', prefix .. 'j:' .. one) > 0 do
    drop(one)
  end
end

local function remove(one)
  clear(one)
  call('DEL', prefix .. 's:' .. one)
  call('ZREM', names, one)
  call('ZREM', idle, one)
end

-- Drop the sandboxes with nothing to lose that were idle too long, and, if need be, the twentieth that was longest.
local function make_room()
  for _, one in ipairs(call('ZRANGEBYSCORE', idle, '-inf', '(' .. text(idle_since), 'LIMIT', 0, 100)) do
    remove(one)
  end
  if call('ZCARD', names) < most then
    return true
  end
  local going = call('ZRANGE', idle, 0, math.max(1, math.floor(most / 20)) - 1)
  for _, one in ipairs(going) do
    remove(one)
  end
  return #going > 0
end

local function append(number)
  if call('HSETNX', prefix .. 'entries', id, entry) == 0 then
    return
  end
  local place = id .. ' ' .. text(size) .. ' ' .. name
  call('RPUSH', prefix .. 'j:' .. name, place)
  call('ZADD', places, text(number), place)
  call('HSET', sandbox, 'u', text(now))
  local bytes = call('HINCRBY', sandbox, 'b', text(size))
  while bytes > journal_bytes and call('LLEN', prefix .. 'j:' .. name) > 1 do
    bytes = drop(name)
  end
  local total = call('INCRBY', prefix .. 'bytes', text(size))
  while total > journal_total and call('ZCARD', places) > 1 do
    drop(string.match(call('ZRANGE', places, 0, 0)[1], '^%S+ %d+ (.*)$'))
    total = tonumber(call('GET', prefix .. 'bytes'))
  end
end

if action == 'clear' then
  if call('EXISTS', sandbox) == 1 then
    clear(name)
    call('HSET', sandbox, 'n', '0')
  end
  return {'done', '0'}
end

local held = call('HGET', sandbox, 'v') or '0'
if held ~= expected and expected ~= '' then
  if id ~= '' and call('HEXISTS', prefix .. 'entries', id) == 1 then
    return {'done', '0'} -- it was this very step, whose answer got lost
  end
  return {'old', held, call('HGET', sandbox, 'd'), call('HGET', sandbox, 'u')}
end

if action == 'append' then
  if held == '0' then
    return {'old', held}
  end
  append(next_number())
  call('ZADD', idle, 'XX', text(now), name)
  return {'done', held}
end

if action == 'remove' then
  remove(name)
  return {'done', call('GET', prefix .. 'number') or '1'}
end

local number = next_number()
if held == '0' then
  if not make_room() then
    return {'full'}
  end
  call('ZADD', names, text(number), name)
  call('HSET', sandbox, 'u', text(now), 'b', '0', 'n', '0')
end
call('HSET', sandbox, 'v', text(number), 'd', document)
if id ~= '' then
  append(number)
end
if disposable == '1' then
  call('ZADD', idle, call('HGET', sandbox, 'u'), name)
else
  call('ZREM', idle, name)
end
return {'done', text(number)}
