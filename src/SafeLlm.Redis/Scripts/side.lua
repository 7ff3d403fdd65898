-- In front of every script beside the ledger's. ARGV[2]: now in microseconds, below 0 for the server's clock.

local function whole(number) return string.format('%.0f', number) end

local now = tonumber(ARGV[2])
if now < 0 then
  local clock = redis.call('TIME')
  -- since 2020, as everywhere in a ledger
  now = (tonumber(clock[1]) - 1577836800) * 1000000 + tonumber(clock[2])
end

