-- One step of a sandbox: compare, save, append. Redis runs it alone, so it is atomic. What Redis may refuse (it is full,
-- it may only be read) it refuses at the first write, so nothing is ever done by half.
--
-- KEYS[1] is the prefix of all keys:
--   number           the last one given out: of versions, and of entries in their order
--   names            sorted set of sandboxes, by the number at which they came into being
--   idle             sorted set of the disposable ones, by Redis's time in milliseconds when they were last used
--   s:NAME           hash: v version, d document, p the digests of its parts, u last used, b bytes of its journal,
--                    n entries dropped of it, i 1 where it is disposable
--   e:NAME           hash of its entries by id
--   j:NAME           list of the ids of its entries, oldest first
--   c:NAME           hash: how many entries of each kind were dropped
--   gone             the same for cleared journals, and sandboxes that are gone
--   numbers          sorted set of the ids of all entries, by number
--   places           hash of all entries by id: "SIZE NAME KIND"
--   bytes            of all journals
--   parts, holders   hashes by digest: what documents have in common, and how many of them have it
--   holds            hash by sandbox: the digests of its parts, where it has any
-- Of a disposable sandbox s:NAME and e:NAME, which weigh the most, expire by themselves. What else is left of it then
-- is removed by the next one that meets it.
local call = redis.call
local prefix, action, name = KEYS[1], ARGV[1], ARGV[2]
local most, journal_bytes, journal_total = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local idle_for = tonumber(ARGV[6])
local sandbox, entries, journal = prefix .. 's:' .. name, prefix .. 'e:' .. name, prefix .. 'j:' .. name
local names, idle, gone = prefix .. 'names', prefix .. 'idle', prefix .. 'gone'
local numbers, places, bytes = prefix .. 'numbers', prefix .. 'places', prefix .. 'bytes'

-- Numbers begin with the time in microseconds: those given out before a Redis that lost its data never come again.
local function next_number()
  local number = call('INCR', prefix .. 'number')
  if number == 1 then
    local time = call('TIME')
    number = tonumber(time[1]) * 1000000 + tonumber(time[2])
    call('SET', prefix .. 'number', string.format('%.0f', number))
  end
  return number
end

local function milliseconds()
  local time = call('TIME')
  return tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end

-- The disposable sandboxes that were last used before this have expired.
local function expired()
  return string.format('(%.0f', math.floor(milliseconds()) - idle_for)
end

-- Take so many entries from the beginning of a journal, and count them as dropped or gone. Answers their bytes.
local function take(one, ids, into)
  local size, kinds = 0, {}
  for _, place in ipairs(call('HMGET', places, unpack(ids))) do
    local its_size, kind = string.match(place, '^(%d+) %S+ (.*)$')
    size = size + tonumber(its_size)
    kinds[kind] = (kinds[kind] or 0) + 1
  end
  call('HDEL', places, unpack(ids))
  call('ZREM', numbers, unpack(ids))
  call('HDEL', prefix .. 'e:' .. one, unpack(ids))
  call('LTRIM', prefix .. 'j:' .. one, #ids, -1)
  call('DECRBY', bytes, size)
  for kind, count in pairs(kinds) do
    call('HINCRBY', into, kind, count)
  end
  return size
end

local function clear(one)
  local ids = call('LRANGE', prefix .. 'j:' .. one, 0, 499)
  while #ids > 0 do
    take(one, ids, gone)
    ids = call('LRANGE', prefix .. 'j:' .. one, 0, 499)
  end
  local counts = call('HGETALL', prefix .. 'c:' .. one)
  for index = 1, #counts, 2 do
    call('HINCRBY', gone, counts[index], counts[index + 1])
  end
  call('DEL', prefix .. 'c:' .. one)
end

-- Hold a document's parts, and let go of those that it held before; both are digests with a space between.
local function hold(one, parts, before, contents)
  for digest in string.gmatch(parts, '%S+') do
    if call('HINCRBY', prefix .. 'holders', digest, 1) == 1 then
      call('HSET', prefix .. 'parts', digest, contents[digest])
    end
  end
  for digest in string.gmatch(before, '%S+') do
    if call('HINCRBY', prefix .. 'holders', digest, -1) == 0 then
      call('HDEL', prefix .. 'holders', digest)
      call('HDEL', prefix .. 'parts', digest)
    end
  end
  if parts ~= '' then
    call('HSET', prefix .. 'holds', one, parts)
  else
    call('HDEL', prefix .. 'holds', one)
  end
end

local function remove(one)
  clear(one)
  hold(one, '', call('HGET', prefix .. 'holds', one) or '', {})
  call('DEL', prefix .. 's:' .. one, prefix .. 'e:' .. one)
  call('ZREM', names, one)
  call('ZREM', idle, one)
end

-- Remove what is left of sandboxes that have expired.
local function sweep()
  for _, one in ipairs(call('ZRANGEBYSCORE', idle, '-inf', expired(), 'LIMIT', 0, 1000)) do
    remove(one)
  end
end

-- Drop the disposable sandboxes that have expired, and, if need be, the twentieth that was longest unused.
local function make_room()
  sweep()
  if call('ZCARD', names) < most then
    return true
  end
  local going = call('ZRANGE', idle, 0, math.max(1, math.floor(most / 20)) - 1)
  for _, one in ipairs(going) do
    remove(one)
  end
  return #going > 0
end

-- Drop the oldest entries of this journal until so many bytes are gone, but for the newest: how many bytes went.
local function shorten(excess)
  local freed, dropped = 0, 0
  while freed < excess do
    local left = call('LLEN', journal) - 1
    if left < 1 then break end
    local ids = call('LRANGE', journal, 0, math.min(left, 100) - 1)
    local size, going = 0, {}
    for index, place in ipairs(call('HMGET', places, unpack(ids))) do
      if freed + size >= excess then break end
      size = size + tonumber(string.match(place, '^%d+'))
      going[index] = ids[index]
    end
    freed = freed + take(name, going, prefix .. 'c:' .. name)
    dropped = dropped + #going
  end
  call('HINCRBY', sandbox, 'n', dropped)
  return freed
end

-- The same for all journals together.
local function shorten_all(excess)
  while excess > 0 do
    local left = call('ZCARD', numbers) - 1
    if left < 1 then return end
    local id = call('ZRANGE', numbers, 0, 0)[1]
    local one = string.match(call('HGET', places, id), '^%d+ (%S+) ')
    if call('EXISTS', prefix .. 's:' .. one) == 1 then
      local size = take(one, {id}, prefix .. 'c:' .. one)
      call('HINCRBY', prefix .. 's:' .. one, 'b', -size)
      call('HINCRBY', prefix .. 's:' .. one, 'n', 1)
      excess = excess - size
    else
      local before = tonumber(call('GET', bytes))
      remove(one)
      excess = excess - before + tonumber(call('GET', bytes))
    end
  end
end

-- Use a disposable sandbox.
local function touch()
  local now = milliseconds()
  local until_then = string.format('%.0f', math.floor(now) + idle_for)
  call('ZADD', idle, string.format('%.3f', now), name)
  call('PEXPIREAT', sandbox, until_then)
  call('PEXPIREAT', entries, until_then)
end

if action == 'names' then
  local past, found = {}, {}
  for _, one in ipairs(call('ZRANGEBYSCORE', idle, '-inf', expired())) do
    past[one] = true
  end
  for _, one in ipairs(call('ZRANGE', names, 0, -1)) do
    if not past[one] then
      found[#found + 1] = one
    end
  end
  return found
end

if action == 'count' then
  return call('ZCARD', names) - call('ZCOUNT', idle, '-inf', expired())
end

if action == 'counts' then
  if name == '' then
    sweep()
    return call('HGETALL', gone)
  end
  if call('EXISTS', sandbox) == 0 then
    return {}
  end
  local found = call('HGETALL', prefix .. 'c:' .. name)
  local ids = call('LRANGE', journal, 0, -1)
  for first = 1, #ids, 500 do
    for _, place in ipairs(call('HMGET', places, unpack(ids, first, math.min(first + 499, #ids)))) do
      found[#found + 1] = string.match(place, '^%d+ %S+ (.*)$')
      found[#found + 1] = '1'
    end
  end
  return found
end

if action == 'since' then
  local found = {ARGV[7]}
  local newer = call('ZRANGEBYSCORE', numbers, '(' .. ARGV[7], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[8])
  for index = 1, #newer, 2 do
    local one = string.match(call('HGET', places, newer[index]), '^%d+ (%S+) ')
    found[1] = string.format('%.0f', tonumber(newer[index + 1]))
    found[#found + 1] = call('HGET', prefix .. 'e:' .. one, newer[index]) or nil
  end
  return found
end

if action == 'entry' then
  local place = call('HGET', places, ARGV[7])
  return place and call('HGET', prefix .. 'e:' .. string.match(place, '^%d+ (%S+) '), ARGV[7])
end

if action == 'amend' then
  local place = call('HGET', places, ARGV[7])
  if place and call('HEXISTS', entries, ARGV[7]) == 1 then
    call('HSET', entries, ARGV[7], ARGV[9])
    call('HSET', places, ARGV[7], string.match(place, '^%d+') .. ' ' .. name .. ' ' .. ARGV[8])
  end
  return {'done', '0'}
end

if action == 'clear' then
  if call('EXISTS', sandbox) == 1 then
    clear(name)
    call('HSET', sandbox, 'n', '0', 'b', '0')
  end
  return {'done', '0'}
end

local expected, now, document, disposable, parts = ARGV[7], ARGV[8], ARGV[9], ARGV[10], ARGV[11]
local id, size, kind, entry = ARGV[12], tonumber(ARGV[13]), ARGV[14], ARGV[15]

local held = call('HMGET', sandbox, 'v', 'b', 'i', 'p')
local version, weight, was_disposable, holds = held[1] or '0', tonumber(held[2] or 0), held[3] == '1', held[4] or ''
if version ~= expected and expected ~= '' then
  if id ~= '' and call('HEXISTS', entries, id) == 1 then
    return {'done', '0'} -- it was this very step, whose answer got lost
  end
  return {'old', version, call('HGET', sandbox, 'd'), call('HGET', sandbox, 'u')}
end

if action == 'remove' then
  remove(name)
  return {'done', call('GET', prefix .. 'number') or '1'}
end
if action == 'append' and version == '0' then
  return {'old', version}
end
if id ~= '' and call('HEXISTS', entries, id) == 1 then
  return {'done', version}
end

local number = next_number()
local number_text = string.format('%.0f', number)
if version == '0' then
  if call('ZSCORE', names, name) then
    remove(name)
  end
  if not make_room() then
    return {'full'}
  end
end
local contents = {}
if action == 'put' and parts ~= holds then
  for index = 16, #ARGV, 2 do
    contents[ARGV[index]] = ARGV[index + 1]
  end
  for digest in string.gmatch(parts, '%S+') do
    if not contents[digest] and call('HEXISTS', prefix .. 'parts', digest) == 0 then
      return {'parts'}
    end
  end
end
if version == '0' then
  call('ZADD', names, number, name)
end
if id ~= '' then
  weight = weight + size
  call('HSET', entries, id, entry)
  call('HSET', places, id, ARGV[13] .. ' ' .. name .. ' ' .. kind)
  call('RPUSH', journal, id)
  call('ZADD', numbers, number, id)
end
if action == 'put' then
  if parts ~= holds then
    hold(name, parts, holds, contents)
  end
  if id ~= '' or version == '0' then
    call('HSET', sandbox, 'v', number_text, 'd', document, 'p', parts, 'i', disposable, 'b', weight, 'u', now)
  else
    call('HSET', sandbox, 'v', number_text, 'd', document, 'p', parts, 'i', disposable)
  end
  version = number_text
else
  call('HSET', sandbox, 'b', weight, 'u', now)
  disposable = was_disposable and '1' or '0'
end
if id ~= '' then
  local total = call('INCRBY', bytes, size)
  if weight > journal_bytes then
    local freed = shorten(weight - journal_bytes + math.floor(journal_bytes / 16))
    call('HINCRBY', sandbox, 'b', -freed)
    total = total - freed
  end
  if total > journal_total then
    shorten_all(total - journal_total + math.floor(journal_total / 16))
  end
end
if disposable == '1' then
  if id ~= '' or not was_disposable then
    touch()
  end
elseif was_disposable then
  call('ZREM', idle, name)
  call('PERSIST', sandbox)
  call('PERSIST', entries)
end
return {'done', version}
