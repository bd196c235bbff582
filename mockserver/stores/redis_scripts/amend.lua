-- Put an entry in the place of the one with its id. ARGV: id, kind, entry.
local place = call('HGET', places, ARGV[6])
if place and call('HEXISTS', entries, ARGV[6]) == 1 then
  call('HSET', entries, ARGV[6], ARGV[8])
  call('HSET', places, ARGV[6], string.match(place, '^%d+') .. ' ' .. name .. ' ' .. ARGV[7])
end
return 'OK'
