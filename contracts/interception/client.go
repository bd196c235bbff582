// Gets a URL: `client URL`. Prints the status; ends with 3 where there is none.
package main

import (
	"fmt"
	"net/http"
	"os"
)

func main() {
	request, _ := http.NewRequest("GET", os.Args[1], nil)
	request.Header.Set("X-API-KEY", "pp_live_built_in")
	if len(os.Args) > 2 { // a client that knows no proxy
		http.DefaultTransport.(*http.Transport).Proxy = nil
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	fmt.Println(answer.StatusCode)
}
