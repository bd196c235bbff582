-- Take the turn at a sandbox that several processes change all the time, or stand in the queue for it. ARGV: the token
-- of the process, the version that it knows. Answers 'wait' (what wakes it then is in the stream), else the turn is its
-- own: 'go', with the version that is there, and the document and its use where that is another one.
--
-- A turn is a courtesy: who doesn't ask for one may be first all the same, and a version is compared in any case.
local token, known = ARGV[6], ARGV[7]
local holder = call('GET', turn)
call('LREM', queue, 0, token)
call('DEL', prefix .. 'w:' .. token)
if holder and holder ~= token then
  call('RPUSH', queue, token)
  call('PEXPIRE', queue, 10 * lease)
  return {'wait'}
end
call('SET', turn, token, 'PX', lease)
local version = call('HGET', sandbox, 'v')
if not version or version == known then
  return {'go', version}
end
return {'go', version, call('HGET', sandbox, 'd'), call('HGET', sandbox, 'u')}
