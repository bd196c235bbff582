-- Put a document in the place of a version, and add the entry that comes with it. ARGV: the expected version, '0' for
-- none; now; the document, whether it is disposable, the digests of its parts; the entry's id ('': there is none), size,
-- kind, and itself; then digest and content of each part that is sent along.
local expected, now, document, disposable, parts = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local id, size, kind, entry = ARGV[11], tonumber(ARGV[12]), ARGV[13], ARGV[14]
local version, weight, was_disposable, held = current()
local answer = settled(version, expected, id)
if answer then
  return answer
end

-- The first write: what Redis may refuse, as it is full or may only be read, it refuses here, and nothing is half done.
local number = next_number()
local is_new, number_text = version == '0', string.format('%.0f', number)
if is_new then
  if call('ZSCORE', names, name) then
    remove(name)
  end
  if not make_room() then
    return {'full'}
  end
end
if parts ~= held then
  local contents = {}
  for index = 15, #ARGV, 2 do
    contents[ARGV[index]] = ARGV[index + 1]
  end
  for digest in string.gmatch(parts, '%S+') do
    if not contents[digest] and call('HEXISTS', prefix .. 'parts', digest) == 0 then
      return {'parts'}
    end
  end
  hold(name, parts, held, contents)
end
if is_new then
  call('ZADD', names, number, name)
end
call('HSET', sandbox, 'v', number_text, 'd', document, 'p', parts, 'i', disposable)
if id ~= '' or is_new then
  weight = weight + size
  call('HSET', sandbox, 'b', weight, 'u', now)
end
if id ~= '' then
  add_entry(number, id, ARGV[12], kind, entry)
  bound_journals(size, weight)
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
return {'done', number_text, tostring(call('EXISTS', turn))}
