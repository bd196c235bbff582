# Gets a URL: `ruby client.rb URL`. Prints the status; ends with 3 where there is none.
require 'net/http'
require 'uri'

begin
  puts Net::HTTP.get_response(URI(ARGV[0]), { 'X-API-KEY' => 'pp_live_built_in' }).code
rescue StandardError => e
  warn e.message
  exit 3
end
