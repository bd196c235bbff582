-- Do one step of a sandbox that is there, or several one after the other. ARGV: the expected version, if any; now; the
-- document after them ('': it did not change), whether it is disposable, the digests of its parts; the token of the
-- process; then the runs of entries, of which there is one at least: five arguments each, those of add_run, but for the
-- count in place of the number.
local expected, now, document, disposable, parts = ARGV[6], ARGV[7], ARGV[8], ARGV[9], ARGV[10]
local token, first, each = ARGV[11], 12, 5
local version, weight, dropped, was_disposable, held = current()
local answer = settled(version, expected, ARGV[#ARGV - 1])
if answer then
  return answer
end
if version == '0' then
  return {'old', version}
end
if document ~= '' and parts ~= held then
  return 'parts'
end

-- The first write: what Redis may refuse, as it is full or may only be read, it refuses here, and nothing is half done.
local count, size = 0, 0
for at = first, #ARGV, each do
  count, size = count + ARGV[at], size + ARGV[at + 1]
end
local last = next_numbers(count)
local number = last - count
for at = first, #ARGV, each do
  number = number + ARGV[at]
  add_run(number, ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 4])
end
local freed, gone_now = shorten(weight + size)
weight, dropped = weight + size - freed, dropped + gone_now
if document ~= '' then
  version = string.format('%.0f', last)
  call('HSET', sandbox, 'v', version, 'd', document, 'i', disposable, 'b', weight, 'n', dropped, 'u', now)
else
  disposable = was_disposable and '1' or '0'
  call('HSET', sandbox, 'b', weight, 'n', dropped, 'u', now)
end
shorten_all(size - freed)
if disposable == '1' then
  touch()
elseif was_disposable then
  stay()
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
return done(version, holder)
