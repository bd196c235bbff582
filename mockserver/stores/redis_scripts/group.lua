-- Do several steps of a sandbox that is there, one after the other. ARGV: the expected version; now; the document after
-- them ('': it did not change), whether it is disposable, the digests of its parts; the token of the process; then id,
-- size, kind and itself of each entry, of which there is one at least. Answers the version, and '1' where others wait.
local expected, now, document, disposable, parts = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local token = ARGV[11]
local version, weight, was_disposable, held = current()
local answer = settled(version, expected, ARGV[#ARGV - 3])
if answer then
  return answer
end
if version == '0' then
  return {'old', version}
end
if document ~= '' and parts ~= held then
  return {'parts'}
end

-- The first write: what Redis may refuse, as it is full or may only be read, it refuses here, and nothing is half done.
local count = (#ARGV - 11) / 4
local first = next_number()
local last = count == 1 and first or call('INCRBY', prefix .. 'number', count - 1)
local its_entries, its_places, its_ids, its_numbers, size = {}, {}, {}, {}, 0
for index = 1, count do
  local at = 8 + 4 * index
  local id = ARGV[at]
  size = size + tonumber(ARGV[at + 1])
  its_ids[index] = id
  its_entries[2 * index - 1], its_entries[2 * index] = id, ARGV[at + 3]
  its_places[2 * index - 1], its_places[2 * index] = id, ARGV[at + 1] .. ' ' .. name .. ' ' .. ARGV[at + 2]
  its_numbers[2 * index - 1], its_numbers[2 * index] = string.format('%.0f', first + index - 1), id
end
call('HSET', entries, unpack(its_entries))
call('HSET', places, unpack(its_places))
call('RPUSH', journal, unpack(its_ids))
call('ZADD', numbers, unpack(its_numbers))
weight = weight + size
if document ~= '' then
  version = string.format('%.0f', last)
  call('HSET', sandbox, 'v', version, 'd', document, 'i', disposable, 'b', weight, 'u', now)
else
  disposable = was_disposable and '1' or '0'
  call('HSET', sandbox, 'b', weight, 'u', now)
end
bound_journals(size, weight)
if disposable == '1' then
  touch()
elseif was_disposable then
  call('ZREM', idle, name)
  call('PERSIST', sandbox)
  call('PERSIST', entries)
end

-- The turn goes to the next one, which gets the document along.
local holder = call('GET', turn)
if holder == token then
  holder = call('LPOP', queue)
  if holder then
    call('SET', turn, holder, 'PX', lease)
    local kept = call('HMGET', sandbox, 'd', 'u')
    call('XADD', prefix .. 'w:' .. holder, '*', 'v', version, 'd', kept[1], 'u', kept[2])
    call('PEXPIRE', prefix .. 'w:' .. holder, 10 * lease)
  else
    call('DEL', turn)
  end
end
return {'done', version, holder and '1' or '0'}
