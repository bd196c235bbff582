-- Journals: entries taken from their beginning, and counted on.

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
