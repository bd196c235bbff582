-- Put a document in the place of a version, and add the entry that comes with it. ARGV: the expected version, '0' for
-- none; now; the document, whether it is disposable, the digests of its parts; the entry as a run: 1 ('0': there is
-- none) and what add_run takes; then digest and content of each part that is sent along.
local expected, now, document, disposable, parts = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local has_entry, size, id, about, run = ARGV[11] == '1', tonumber(ARGV[12]), ARGV[13], ARGV[14], ARGV[15]
local version, weight, dropped, was_disposable, held = current()
local answer = settled(version, expected, about)
if answer then
  return answer
end

-- The first write: what Redis may refuse, as it is full or may only be read, it refuses here, and nothing is half done.
local number = next_numbers(1)
local is_new, number_text = version == '0', string.format('%.0f', number)
if is_new then
  if call('ZSCORE', names, name) then
    remove(name)
  end
  if not make_room() then
    return 'full'
  end
end
if parts ~= held then
  local contents = {}
  for index = 16, #ARGV, 2 do
    contents[ARGV[index]] = ARGV[index + 1]
  end
  for digest in string.gmatch(parts, '%S+') do
    if not contents[digest] and call('HEXISTS', prefix .. 'parts', digest) == 0 then
      return 'parts'
    end
  end
  hold(name, parts, held, contents)
end
if is_new then
  call('ZADD', names, number, name)
end
call('HSET', sandbox, 'v', number_text, 'd', document, 'p', parts, 'i', disposable)
if has_entry then
  add_run(number, size, id, about, run)
  local freed, gone_now = shorten(weight + size)
  call('HSET', sandbox, 'b', weight + size - freed, 'n', dropped + gone_now, 'u', now)
  shorten_all(size - freed)
elseif is_new then
  call('HSET', sandbox, 'b', '0', 'u', now)
end
if disposable == '1' then
  if has_entry or not was_disposable then
    touch()
  end
elseif was_disposable then
  stay()
end
return done(number_text, call('EXISTS', turn) == 1)
