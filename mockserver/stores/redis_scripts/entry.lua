-- An entry by its id, ARGV[6], of whichever sandbox.
local place = call('HGET', places, ARGV[6])
return place and call('HGET', prefix .. 'e:' .. string.match(place, '^%d+ (%S+) '), ARGV[6])
