-- Write something and take it away again: what Redis would refuse to a step, it refuses here.
call('SET', prefix .. 'probe', string.rep('x', 16384))
call('DEL', prefix .. 'probe')
return 'OK'
