-- How many entries of each kind made room in a sandbox, and the labels of its runs; without a name, of what is gone.
if name == '' then
  sweep()
  return {call('HGETALL', gone), {}}
end
if call('EXISTS', sandbox) == 0 then
  return {{}, {}}
end
return {call('HGETALL', prefix .. 'c:' .. name), call('LRANGE', journal, 0, -1)}
