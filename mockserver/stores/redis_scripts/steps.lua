-- What the steps of a sandbox share: compare versions, add an entry, keep the journals within their bounds, note the use.

-- What is kept of the sandbox: its version ('0': none), the bytes of its journal, whether it is disposable, its parts.
local function current()
  local kept = call('HMGET', sandbox, 'v', 'b', 'i', 'p')
  return kept[1] or '0', tonumber(kept[2] or 0), kept[3] == '1', kept[4] or ''
end

-- The answer to a step that was meant for another version, or was done before: its answer got lost then.
local function settled(version, expected, id)
  local is_done = id ~= '' and call('HEXISTS', entries, id) == 1
  if version ~= expected and expected ~= '' then
    if is_done then
      return {'done', '0'}
    end
    return {'old', version, call('HGET', sandbox, 'd'), call('HGET', sandbox, 'u')}
  end
  return is_done and {'done', version} or nil
end

local function add_entry(number, id, size, kind, entry)
  call('HSET', entries, id, entry)
  call('HSET', places, id, size .. ' ' .. name .. ' ' .. kind)
  call('RPUSH', journal, id)
  call('ZADD', numbers, number, id)
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

-- After an entry of this size, with which the sandbox's journal weighs so much: let the oldest entries make room.
local function bound_journals(size, weight)
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

-- Use a disposable sandbox.
local function touch()
  local now = milliseconds()
  local until_then = string.format('%.0f', math.floor(now) + idle_for)
  call('ZADD', idle, string.format('%.3f', now), name)
  call('PEXPIREAT', sandbox, until_then)
  call('PEXPIREAT', entries, until_then)
end
