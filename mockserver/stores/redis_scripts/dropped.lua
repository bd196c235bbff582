-- How many entries of a sandbox made room for others; none where something else has its key.
local dropped = redis.pcall('HGET', sandbox, 'n')
return type(dropped) == 'string' and dropped or '0'
