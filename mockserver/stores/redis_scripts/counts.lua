-- How many entries of each kind a sandbox had, those that made room included; without a name, of what is gone.
if name == '' then
  sweep()
  return call('HGETALL', gone)
end
if call('EXISTS', sandbox) == 0 then
  return {}
end
local found = call('HGETALL', prefix .. 'c:' .. name)
local ids = call('LRANGE', journal, 0, -1)
for first = 1, #ids, 500 do
  for _, place in ipairs(call('HMGET', places, unpack(ids, first, math.min(first + 499, #ids)))) do
    found[#found + 1] = string.match(place, '^%d+ %S+ (.*)$')
    found[#found + 1] = '1'
  end
end
return found
