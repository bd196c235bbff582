# Get a URL as Perl's LWP does: client.pl URL. Prints the status; ends with 3 where there is none.
use strict;
use warnings;
use LWP::UserAgent;

my $agent = LWP::UserAgent->new(env_proxy => 1);
my $answer = $agent->get($ARGV[0], 'X-API-KEY' => 'pp_live_built_in');
if ($answer->header('Client-Warning')) {
    print STDERR $answer->status_line, "\n", $answer->decoded_content, "\n";
    exit 3;
}
print $answer->code, "\n";
exit($answer->is_success ? 0 : 3);
