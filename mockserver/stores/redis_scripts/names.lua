-- The names of the sandboxes there are, in the order in which they came into being.
local past, found = {}, {}
for _, one in ipairs(call('ZRANGEBYSCORE', idle, '-inf', expired())) do
  past[one] = true
end
for _, one in ipairs(call('ZRANGE', names, 0, -1)) do
  if not past[one] then
    found[#found + 1] = one
  end
end
return found
