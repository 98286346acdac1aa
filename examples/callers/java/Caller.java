import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.kinesis.KinesisClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.ssm.SsmClient;
import software.amazon.awssdk.services.ssm.model.ParameterNotFoundException;

/**
 * Calls the recommender from Java 17: `javac -cp "$(cat classpath)" -d out *.java`, then `java -cp "out:$(cat classpath)"
 * Caller <stack> <session> [placement]`. Region and credentials are those of the environment.
 */
public final class Caller {
  /** The attributes of a pet; they are the names in the contract. */
  record Animal(
      String animal_species_id, String animal_primary_breed_id, String animal_size_id, String animal_age_id) {
    /** The model's items are groups of pets, whose ids have "_" for white space. */
    String group() {
      return String.join("-", animal_species_id, animal_primary_breed_id, animal_size_id, animal_age_id)
          .replaceAll("\\s+", "_");
    }
  }

  /** An answer, and the headers that came with it. */
  record Answered(JsonNode answer, JsonNode headers) {}

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, Animal> PETS = new LinkedHashMap<>();

  static {
    PETS.put("pet-1", new Animal("2", "Pug", "1", "4"));
    PETS.put("pet-2", new Animal("1", "Siamese", "1", "2"));
  }

  private final SsmClient ssm = SsmClient.create();
  private final KinesisClient kinesis = KinesisClient.create();
  private final LambdaClient lambda = LambdaClient.create();

  /** Reads a name that the stack published. Keep it: it changes only when the stack is created again. */
  String readName(String stack, String path) {
    String name = "/animal-recommender/" + stack + "/" + path;
    return ssm.getParameter(request -> request.name(name)).parameter().value();
  }

  /** Reads the value of a part that not every stack has; null when there is none. */
  String readOptional(String stack, String path) {
    try {
      return readName(stack, path);
    } catch (ParameterNotFoundException none) {
      return null;
    }
  }

  /** Returns the visitor's variant, if the stack has an experiment. */
  String chooseVariant(String stack, String session) throws IOException {
    String text = readOptional(stack, "experiment");
    if (text == null) return null;
    JsonNode experiment = JSON.readTree(text);
    Map<String, Integer> shares = new LinkedHashMap<>();
    experiment.get("variants").properties().forEach(share -> shares.put(share.getKey(), share.getValue().asInt()));
    return Variants.choose(experiment.get("name").asText(), shares, session);
  }

  /** Records with one partition key stay in order: events of a session, updates of a user. */
  void send(String stream, String key, Map<String, Object> content) throws IOException {
    SdkBytes data = SdkBytes.fromByteArray(JSON.writeValueAsBytes(content));
    kinesis.putRecord(record -> record.streamName(stream).partitionKey(key).data(data));
  }

  /** Throws when the function failed or refused the request. */
  Answered invoke(String function, Map<String, Object> request) throws IOException {
    SdkBytes payload = SdkBytes.fromByteArray(JSON.writeValueAsBytes(request));
    var response = lambda.invoke(invocation -> invocation.functionName(function).payload(payload));
    String text = response.payload().asUtf8String();
    if (response.functionError() != null) throw new IllegalStateException(function + " failed: " + text);
    JsonNode reply = JSON.readTree(text);
    String body = reply.get("body").asText();
    int status = reply.get("statusCode").asInt();
    if (status != 200) throw new IllegalStateException(function + " replied " + status + ": " + body);
    return new Answered(JSON.readTree(body), reply.path("headers"));
  }

  void run(String stack, String session, String placement) throws IOException {
    String stream = readName(stack, "kinesis-stream/name");
    String recommend = readName(stack, "personalize/recommendation/function-name");
    String rerank = readName(stack, "personalize/reranking/function-name");

    Answered items = invoke(recommend, Map.of("sessionId", session, "limit", 5));
    // Known without a request, for other parts of the page that the experiment changes.
    String variant = chooseVariant(stack, session);
    List<String> recommended = new ArrayList<>();
    items.answer().forEach(item -> recommended.add(item.get("id").asText()));
    // The model recommends groups; these are the site's own pets in them.
    List<String> shown =
        recommended.stream()
            .flatMap(group -> PETS.keySet().stream().filter(pet -> PETS.get(pet).group().equals(group)))
            .toList();

    String viewed = shown.isEmpty() ? "pet-1" : shown.get(0);
    Map<String, Object> event = new LinkedHashMap<>();
    event.put("sessionId", session);
    event.put("eventType", "DetailView");
    event.put("animalMetadata", PETS.get(viewed));
    JsonNode recommendationId = items.headers().get("x-recommendation-id");
    if (recommendationId != null) event.put("recommendationId", recommendationId.asText());
    send(stream, session, event);

    // The visitor's answers at sign-in: values of columns that the stack's users have.
    String user = "user-" + session;
    if (readOptional(stack, "personalize/users-dataset/arn") != null)
      send(stream, user, Map.of("userUpdate", Map.of("userId", user, "properties", Map.of("HOME", "flat"))));

    List<String> similar = new ArrayList<>();
    if (placement != null) {
      // Items like the one that the visitor looks at, at a placement that is about an item.
      String group = PETS.get(viewed).group();
      invoke(recommend, Map.of("placement", placement, "itemId", group, "limit", 5))
          .answer()
          .forEach(item -> similar.add(item.get("id").asText()));
    }

    List<Map<String, Object>> pets = new ArrayList<>();
    PETS.forEach((pet, animal) -> pets.add(Map.of("itemId", pet, "animalMetadata", animal)));
    JsonNode ranking =
        invoke(rerank, Map.of("sessionId", session, "itemMetadataList", pets)).answer().get("ranking");
    Map<String, Object> printed = new LinkedHashMap<>();
    printed.put("recommended", recommended);
    printed.put("viewed", viewed);
    printed.put("similar", similar);
    printed.put("ranking", ranking);
    printed.put("variants", Arrays.asList(variant, items.headers().path("x-recommendation-variant").textValue()));
    System.out.println(JSON.writeValueAsString(printed));
  }

  /** Arguments: the stack, a session, and a placement that is about an item. */
  public static void main(String[] arguments) throws IOException {
    String stack = arguments.length > 0 ? arguments[0] : "dev";
    String session = arguments.length > 1 ? arguments[1] : "s-7f3a";
    new Caller().run(stack, session, arguments.length > 2 ? arguments[2] : null);
  }
}
