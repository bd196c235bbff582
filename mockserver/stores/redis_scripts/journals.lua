-- Journals: runs taken from their beginning, and counted on.

local function size_of(label)
  return tonumber(string.match(label, '^%d+ %S+ (%d+)'))
end

-- Take the runs with these labels from the beginning of a journal, and count their entries as dropped or gone. Answers
-- how many entries those are. Who calls it sees to the bytes.
local function take(one, its_labels, into)
  local ids, kinds, count = {}, {}, 0
  for index, label in ipairs(its_labels) do
    local about = cjson.decode(string.match(label, '^%d+ %S+ %d+ (.*)$'))
    ids[index] = about[1]
    for kind, its_count in pairs(about[3]) do
      kinds[kind] = (kinds[kind] or 0) + its_count
      count = count + its_count
    end
  end
  call('ZREM', labels, unpack(its_labels))
  call('HDEL', prefix .. 'e:' .. one, unpack(ids))
  call('LTRIM', prefix .. 'j:' .. one, #its_labels, -1)
  for kind, its_count in pairs(kinds) do
    call('HINCRBY', into, kind, its_count)
  end
  return count
end

local function clear(one)
  local its_labels, size = call('LRANGE', prefix .. 'j:' .. one, 0, 499), 0
  while #its_labels > 0 do
    for _, label in ipairs(its_labels) do
      size = size + size_of(label)
    end
    take(one, its_labels, gone)
    its_labels = call('LRANGE', prefix .. 'j:' .. one, 0, 499)
  end
  call('DECRBY', bytes, size)
  local counts = call('HGETALL', prefix .. 'c:' .. one)
  for index = 1, #counts, 2 do
    call('HINCRBY', gone, counts[index], counts[index + 1])
  end
  call('DEL', prefix .. 'c:' .. one)
end
