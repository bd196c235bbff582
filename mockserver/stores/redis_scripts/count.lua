-- How many sandboxes there are.
return call('ZCARD', names) - call('ZCOUNT', idle, '-inf', expired())
