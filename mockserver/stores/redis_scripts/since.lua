-- The number of the last one, and the entries of all sandboxes after a number: ARGV[6], ARGV[7] of them at most.
local found = {ARGV[6]}
local newer = call('ZRANGEBYSCORE', numbers, '(' .. ARGV[6], '+inf', 'WITHSCORES', 'LIMIT', 0, ARGV[7])
for index = 1, #newer, 2 do
  local one = string.match(call('HGET', places, newer[index]), '^%d+ (%S+) ')
  found[1] = string.format('%.0f', tonumber(newer[index + 1]))
  found[#found + 1] = call('HGET', prefix .. 'e:' .. one, newer[index]) or nil
end
return found
