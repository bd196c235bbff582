-- Sandboxes: the parts that they hold, and how they go.

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
