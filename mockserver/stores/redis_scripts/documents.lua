-- Version, document and last use of each of the sandboxes named; or an error alone, of one that is something else.
local found = {}
for index = 6, #ARGV do
  local kept = redis.pcall('HMGET', prefix .. 's:' .. ARGV[index], 'v', 'd', 'u')
  found[#found + 1] = kept.err and {kept.err} or kept
end
return found
