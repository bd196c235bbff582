-- Sends the requests of a file in turn, or each thread one of them; ends with a line of JSON that benchmarks/load.py reads.
local requests, last, threads = {}, 0, 0
own = 0 -- as setup() gives a thread its number

function setup(thread)
  threads = threads + 1
  thread:set("own", threads)
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for request in file:read("*a"):gmatch("(.-\r\n\r\n)") do
    requests[#requests + 1] = request
  end
  file:close()
  if args[2] == "1" then
    requests = {requests[(own - 1) % #requests + 1]}
  end
end

function request()
  last = last % #requests + 1
  return requests[last]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers": %d, "seconds": %.6f, "p50": %.9f, "p99": %.9f, "failures": ' ..
    '{"non-2xx": %d, "connect": %d, "read": %d, "write": %d, "timeout": %d}}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e6, latency:percentile(99) / 1e6,
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
