-- What the steps of a sandbox share: compare versions, add entries, keep the journals within their bounds, note the use.

-- What is kept of the sandbox: its version ('0': none), the bytes of its journal and how many entries were dropped,
-- whether it is disposable, its parts.
local function current()
  local kept = call('HMGET', sandbox, 'v', 'b', 'n', 'i', 'p')
  return kept[1] or '0', tonumber(kept[2] or 0), tonumber(kept[3] or 0), kept[4] == '1', kept[5] or ''
end

-- Whether a run that is sent again came the first time, too.
local function is_kept(about)
  for _, label in ipairs(call('LRANGE', journal, 0, -1)) do
    if string.match(label, '^%d+ %S+ %d+ (.*)$') == about then
      return true
    end
  end
  return false
end

-- The answer to a step that is done: with the version there is now ('0': who asks is to look for it), and '1' where
-- others wait for their turn. It is one text, as a client reads that sooner than a list.
local function done(version, is_awaited)
  return 'done ' .. version .. (is_awaited and ' 1' or ' 0')
end

-- The answer to a step that was meant for another version, or was done before, as its last run tells ('': it has none).
local function settled(version, expected, about)
  local is_other = version ~= expected and expected ~= ''
  if is_again and about ~= '' and is_kept(about) then
    return done(is_other and '0' or version)
  end
  return is_other and {'old', version, call('HGET', sandbox, 'd'), call('HGET', sandbox, 'u')} or nil
end

-- A run as it is sent: how many entries there are, their size, the least of their ids, what the label tells of them, and
-- themselves. ``number`` is that of the last one.
local function add_run(number, size, id, about, run)
  local label = string.format('%.0f', number) .. ' ' .. name .. ' ' .. size .. ' ' .. about
  call('HSET', entries, id, run)
  call('RPUSH', journal, label)
  call('ZADD', labels, number, label)
end

-- Drop the oldest runs of this journal, which weighs so much, where that is too much, but for the newest one. Answers
-- the bytes and how many entries went.
local function shorten(weight)
  if weight <= journal_bytes then
    return 0, 0
  end
  local excess, freed, dropped = weight - journal_bytes + math.floor(journal_bytes / 16), 0, 0
  while freed < excess do
    local oldest, going = call('LRANGE', journal, 0, 16), {}
    for index = 1, #oldest - 1 do
      if freed >= excess then break end
      freed = freed + size_of(oldest[index])
      going[index] = oldest[index]
    end
    if #going == 0 then break end
    dropped = dropped + take(name, going, prefix .. 'c:' .. name)
  end
  return freed, dropped
end

-- The same for all journals together, after they grew by so many bytes.
local function shorten_all(grown)
  local total = call('INCRBY', bytes, grown)
  if total <= journal_total then
    return
  end
  local excess = total - journal_total + math.floor(journal_total / 16)
  while excess > 0 do
    local oldest = call('ZRANGE', labels, 0, 1)
    if #oldest < 2 then return end
    local one, size = string.match(oldest[1], '^%d+ (%S+) (%d+)')
    if call('EXISTS', prefix .. 's:' .. one) == 1 then
      local dropped = take(one, {oldest[1]}, prefix .. 'c:' .. one)
      call('DECRBY', bytes, size)
      call('HINCRBY', prefix .. 's:' .. one, 'b', -size)
      call('HINCRBY', prefix .. 's:' .. one, 'n', dropped)
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

-- A sandbox that comes to remember something stays.
local function stay()
  call('ZREM', idle, name)
  call('PERSIST', sandbox)
  call('PERSIST', entries)
end
