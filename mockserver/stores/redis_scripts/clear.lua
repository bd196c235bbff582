-- Empty a sandbox's journal.
if call('EXISTS', sandbox) == 1 then
  clear(name)
  call('HSET', sandbox, 'n', '0', 'b', '0')
end
return 'OK'
