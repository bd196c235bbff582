import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/** Gets a URL: {@code java Client.java URL}. Prints the status; ends with 3 where there is none. */
class Client {
    public static void main(String[] arguments) throws InterruptedException {
        var request = HttpRequest.newBuilder(URI.create(arguments[0])).header("X-API-KEY", "pp_live_built_in").build();
        try {
            System.out.println(HttpClient.newHttpClient().send(request, BodyHandlers.discarding()).statusCode());
        } catch (java.io.IOException error) {
            System.err.println(error);
            System.exit(3);
        }
    }
}
