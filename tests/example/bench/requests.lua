-- The requests of one turn, out of a file that the bench wrote; "########" becomes a number that no other request has.
local threads = 0

function setup(thread)
  thread:set("id", threads)
  threads = threads + 1
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  requests = {}
  for request in file:read("*a"):gmatch("[^%z]+") do
    requests[#requests + 1] = request
  end
  file:close()
  number = 10000000 + id * 1000000
  at = id
  if args[2] == "etag" then
    follow_etag()
  end
end

function request()
  number = number + 1
  at = at % #requests + 1
  return (requests[at]:gsub("########", number))
end

-- Each thread has one connection and a pair of requests: a GET for the ETag, then the change, again and again.
function follow_etag()
  local read, change = requests[2 * id + 1], requests[2 * id + 2]
  local etag

  function request()
    number = number + 1
    return etag and (change:gsub("########", number):gsub("@ETAG@", etag)) or read
  end

  function response(_, headers)
    etag = headers["etag"] or headers["ETag"]
  end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests": %d, "seconds": %f, "p50": %f, "p99": %f, "refused": %d, "broken": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
