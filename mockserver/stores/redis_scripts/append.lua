-- Add an entry to a sandbox. ARGV: the expected version, if any; now; the entry's id, size, kind, and itself.
local expected, now = ARGV[6], ARGV[7]
local id, size, kind, entry = ARGV[8], tonumber(ARGV[9]), ARGV[10], ARGV[11]
local version, weight, is_disposable = current()
local answer = settled(version, expected, id)
if answer then
  return answer
end
if version == '0' then
  return {'old', version}
end
add_entry(next_number(), id, ARGV[9], kind, entry)
call('HSET', sandbox, 'b', weight + size, 'u', now)
bound_journals(size, weight + size)
if is_disposable then
  touch()
end
return {'done', version, tostring(call('EXISTS', turn))}
