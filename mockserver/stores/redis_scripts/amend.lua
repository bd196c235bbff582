-- Exchange a run of this sandbox, unless it is another one by now, and count an entry of it as another kind. ARGV: the
-- least of its ids; the run before and after; the kind before and after. Answers whether it is done.
if call('HGET', entries, ARGV[6]) ~= ARGV[7] then
  return 0
end
call('HSET', entries, ARGV[6], ARGV[8])
call('HINCRBY', prefix .. 'c:' .. name, ARGV[9], -1)
call('HINCRBY', prefix .. 'c:' .. name, ARGV[10], 1)
return 1
