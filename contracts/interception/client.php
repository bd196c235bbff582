<?php
// Gets a URL by curl: `php client.php URL`. Prints the status; ends with 3 where there is none.
$call = curl_init($argv[1]);
curl_setopt_array($call, [CURLOPT_HTTPHEADER => ['X-API-KEY: pp_live_built_in'], CURLOPT_RETURNTRANSFER => true]);
if (curl_exec($call) === false) {
    fwrite(STDERR, curl_error($call) . "\n");
    exit(3);
}
echo curl_getinfo($call, CURLINFO_HTTP_CODE), "\n";
