-- The keys of everything that is kept, and the clock. Begins every script: Redis runs each one alone, so each is atomic.
--
-- KEYS[1] is the prefix of all keys:
--   number           the last one given out: of versions, and of entries in their order
--   names            sorted set of sandboxes, by the number at which they came into being
--   idle             sorted set of the disposable ones, by Redis's time in milliseconds when they were last used
--   s:NAME           hash: version v, document d, p the digests of its parts, u last used, b bytes of its journal,
--                    n entries dropped of it, i 1 where it is disposable
--   e:NAME           hash of its runs, which are entries that came together, by the least of their ids
--   j:NAME           list of the labels of its runs, oldest first: "NUMBER NAME SIZE ABOUT". The number is the last
--                    entry's, ABOUT is JSON: [least id, greatest id, {kind: how many}]
--   c:NAME           hash: how many entries of each kind were dropped; and how many more there are than labels say
--   gone             the same for cleared journals, and sandboxes that are gone
--   labels           sorted set of the labels of all runs, by number
--   bytes            of all journals
--   parts, holders   hashes by digest: what documents have in common, and how many of them have it
--   holds            hash by sandbox: the digests of its parts, where it has any
--   t:NAME, q:NAME   whose turn it is, and a list of who comes next, where several change a sandbox all the time
--   w:TOKEN          stream that wakes who waits for a turn
-- Of a disposable sandbox s:NAME and e:NAME, which weigh the most, expire by themselves. What else is left of it then
-- is removed by the next one that meets it.
--
-- KEYS[2] is there where a script is sent again, as the connection broke before its answer came.
-- ARGV: the sandbox's name, the bounds of the store, then what the script is about.
local call = redis.call
local prefix, name, is_again = KEYS[1], ARGV[1], KEYS[2] ~= nil
local most, journal_bytes, journal_total = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local idle_for = tonumber(ARGV[5])
local sandbox, entries, journal = prefix .. 's:' .. name, prefix .. 'e:' .. name, prefix .. 'j:' .. name
local names, idle, gone = prefix .. 'names', prefix .. 'idle', prefix .. 'gone'
local turn, queue, lease = prefix .. 't:' .. name, prefix .. 'q:' .. name, 100 -- milliseconds that a turn lasts at most
local labels, bytes = prefix .. 'labels', prefix .. 'bytes'

-- So many numbers that were never given out; answers the last one. They begin with the time in microseconds: those
-- before a Redis that lost its data never come again.
local function next_numbers(count)
  local number = call('INCRBY', prefix .. 'number', count)
  if number == count then
    local time = call('TIME')
    number = tonumber(time[1]) * 1000000 + tonumber(time[2]) + count
    call('SET', prefix .. 'number', string.format('%.0f', number))
  end
  return number
end

local function milliseconds()
  local time = call('TIME')
  return tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
end

-- The disposable sandboxes that were last used before this have expired.
local function expired()
  return string.format('(%.0f', math.floor(milliseconds()) - idle_for)
end
