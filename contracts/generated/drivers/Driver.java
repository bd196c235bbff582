import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import org.openapitools.client.ApiClient;

/** Calls every operation through openapi-generator's Java client, compiled into the folder that is named. */
public class Driver {
  static final ObjectMapper JSON = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    JsonNode jobs = JSON.readTree(System.in);
    ApiClient client = new ApiClient();
    client.updateBaseUri(jobs.get("url").asText());
    String header = jobs.get("header").asText(), key = jobs.get("key").asText();
    client.setRequestInterceptor(request -> request.setHeader(header, key));
    ArrayNode outcomes = JSON.createArrayNode();
    for (JsonNode job : jobs.get("calls")) outcomes.add(call(client, new File(arguments[0]), job));
    System.out.println(outcomes);
  }

  static JsonNode call(ApiClient client, File classes, JsonNode job) throws Exception {
    ObjectNode outcome = JSON.createObjectNode().put("operation", job.get("operation").asText());
    try {
      Object value = invoke(client, classes, job);
      return outcome.put("value", value.getClass().getSimpleName());
    } catch (InvocationTargetException error) {
      return outcome.put("error", String.valueOf(error.getCause()));
    }
  }

  static Object invoke(ApiClient client, File classes, JsonNode job) throws Exception {
    String name = camel(job.get("operation").asText());
    for (String file : new File(classes, "org/openapitools/client/api").list()) {
      if (!file.endsWith("Api.class")) continue;
      Class<?> api = Class.forName("org.openapitools.client.api." + file.replace(".class", ""));
      for (Method method : api.getMethods()) {
        if (method.getName().equals(name) && !Arrays.asList(method.getParameterTypes()).contains(Map.class)) {
          Object made = api.getConstructor(ApiClient.class).newInstance(client);
          return method.invoke(made, values(client, method.getParameterTypes(), job));
        }
      }
    }
    throw new NoSuchMethodException(name);
  }

  /** The required parameters, then nulls for the optional ones, or the body. */
  static Object[] values(ApiClient client, Class<?>[] types, JsonNode job) {
    Object[] values = new Object[types.length];
    int given = 0;
    for (JsonNode parameter : job.get("parameters")) {
      values[given] = client.getObjectMapper().convertValue(parameter.get("value"), types[given]);
      given++;
    }
    if (!job.get("body").isNull()) {
      values[given] = client.getObjectMapper().convertValue(job.get("body"), types[given]);
    }
    return values;
  }

  static String camel(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_")) {
      camel.append(camel.length() == 0 ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return camel.toString();
  }
}
